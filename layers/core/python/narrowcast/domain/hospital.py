"""A hospital as the network knows it: what it is called, its departments, whom to ring in an emergency."""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.control.readability import BEST_SCORE
from narrowcast.domain.errors import Refusal


class HospitalAlreadyRegistered(Refusal):
    """The hospital is there already, with other particulars."""


class GateOutOfReach(Refusal):
    """No text can have such a score."""


class SettlingTooLong(Refusal):
    """A guide would come a day after the visit, or before it."""


LONGEST_SETTLING = 24 * 60 * 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department's code and the name patients know."""

    department: str
    name: str


@dataclass(frozen=True, slots=True)
class HospitalRegistered:
    """A hospital joined. `timezone` is an IANA name; a text below `readability_gate` of 100 goes to no doctor.

    A visit's messages settle for `settle_seconds` before its guide is made, for `discharge_settle_seconds` once the
    patient leaves; 0 makes it at once.
    """

    name: str
    timezone: str
    emergency_line: str
    departments: tuple[Department, ...]
    readability_gate: int = 0
    settle_seconds: int = 600
    discharge_settle_seconds: int = 120


Event = HospitalRegistered


@dataclass(frozen=True, slots=True)
class Hospital:
    """The present state; `profile` is None until the hospital is registered."""

    profile: HospitalRegistered | None = None

    @property
    def readability_gate(self) -> int:
        """The score that a text needs; 0 while readability is advice."""
        return self.profile.readability_gate if self.profile else 0

    def department_name(self, department: str) -> str:
        """Return the department's name, or its code when it has none."""
        known = self.profile.departments if self.profile else ()
        return next((each.name for each in known if each.department == department), department)


def evolve(_state: Hospital, event: HospitalRegistered) -> Hospital:
    """Fold one event."""
    return Hospital(event)


def register(state: Hospital, profile: HospitalRegistered) -> tuple[HospitalRegistered, ...]:
    """Register the hospital once; the same particulars again change nothing."""
    if state.profile == profile:
        return ()
    if state.profile:
        raise HospitalAlreadyRegistered("该医院已登记，资料不同", field="hospital")
    if not 0 <= profile.readability_gate <= BEST_SCORE:
        raise GateOutOfReach(f"可读性门槛应在0到{BEST_SCORE}之间", field="readability_gate")
    if not all(0 <= each <= LONGEST_SETTLING for each in (profile.settle_seconds, profile.discharge_settle_seconds)):
        raise SettlingTooLong("等待时间应在0秒到1天之间", field="settle_seconds")
    return (profile,)
