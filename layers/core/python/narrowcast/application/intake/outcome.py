"""The two ends a message can come to, and what a reader knows while it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrowcast.application.intake.code_map import CodeMap
from narrowcast.domain.visit_report import Identity, Problem, Report

if TYPE_CHECKING:
    from collections.abc import Container

    from narrowcast.application.intake.reasons import Reason

MAX_BODY_BYTES = 256 * 1024
MAX_PROBLEMS = 50

MALFORMED = 400
TOO_LARGE = 413
UNKNOWN_FORMAT = 415
UNACCEPTABLE = 422
UNAVAILABLE = 503
FAULT = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message says this about a visit or a person, and this is who they are: keep the two apart (law 6)."""

    report: Report
    identity: Identity


@dataclass(frozen=True, slots=True)
class Refused:
    """The message is not taken. `status` is 400 malformed, 413 too large, 415 unknown format or 422 unacceptable.

    `message_id` and `hospital` are what could be learned of the sender, or empty.
    """

    problems: tuple[Problem, ...]
    status: int
    message_id: str = ""
    hospital: str = ""


class UnreadableError(Exception):
    """The bytes are not a message of the format they claim; `read_message` turns it into a `Refused`."""

    def __init__(self, path: str, reason: Reason, status: int = MALFORMED) -> None:
        """Keep where reading stopped and why."""
        super().__init__(reason.name)
        self.problem = Problem(path, reason.value)
        self.status = status


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before the message is read.

    `hospital` is the one the caller's key belongs to, or None when nobody vouches for the sender. `utc_offset` is the
    hospital's (+08:00), for times that carry none; `received_at` is UTC ISO 8601. `icd10_systems` are further
    URIs under which the hospital sends ICD-10 codes, `codes` its own codes.
    """

    hospital: str | None
    known_hospitals: Container[str]
    received_at: str
    default_hospital: str = ""
    utc_offset: str = "+08:00"
    icd10_systems: frozenset[str] = frozenset()
    codes: CodeMap = field(default_factory=CodeMap)


@dataclass(slots=True)
class Findings:
    """The problems met so far: a reader goes on, so that the sender learns all of them at once."""

    problems: list[Problem] = field(default_factory=list)

    def note(self, path: str, reason: Reason) -> None:
        """Add a problem once; beyond MAX_PROBLEMS the message is hopeless and the rest is not listed."""
        problem = Problem(path, reason.value)
        if len(self.problems) < MAX_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)

    def refusal(self, *, message_id: str, hospital: str) -> Refused:
        """Return the refusal that these problems make."""
        return Refused(tuple(self.problems), UNACCEPTABLE, message_id, hospital)
