"""The acknowledgement of an HL7 v2 message (chapter 2): written from the received header alone.

AA takes the message, AE refuses its content, AR refuses its kind (type, event, processing id, version) or a body that
is no message at all. A sender that asks for an accept acknowledgement only (MSH-15 set, MSH-16 not) gets CA, CE or CR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.application.intake import hl7_wire
from narrowcast.application.intake.outcome import FAULT, UNACCEPTABLE, UNAVAILABLE, Accepted, UnreadableError
from narrowcast.application.intake.reasons import HL7_CONDITION_NAMES, condition_of, rejects

if TYPE_CHECKING:
    from narrowcast.application.intake.outcome import Refused
    from narrowcast.domain.visit_report import Problem

MEDIA_TYPE = "application/hl7-v2; charset=utf-8"
APPLICATION = "NARROWCAST"
_DEFAULT_VERSION = "2.5"
_MAX_ECHO = 250
_ACCEPT_MODES = frozenset({"AL", "ER", "SU"})
# ERR-1 was the only place for an error before 2.5; ERR-2 and later replaced it.
_OLD_VERSIONS = ("2.3", "2.4")
_PATH = re.compile(r"([A-Z0-9]{3})(?:\[(\d+)\])?(?:-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?)?")


@dataclass(frozen=True, slots=True)
class Header:
    """The received MSH, or a default one when there is none to be read."""

    fields: list[str]
    marks: hl7_wire.Delimiters
    encoding: str

    @classmethod
    def of(cls, body: bytes) -> Header:
        """Return the header of a body, whatever the body is."""
        fields = hl7_wire.header_fields(hl7_wire.unframe(body))
        try:
            marks = hl7_wire.delimiters_of("".join(fields[:2]) + "".join(fields[1:2]).join(fields[2:]))
        except UnreadableError:
            return cls([], hl7_wire.Delimiters(), hl7_wire.DEFAULT_ENCODING)
        return cls(fields, marks, fields[2])

    def sent(self, field: int) -> str:
        """Return a field exactly as sent, its escapes and components untouched."""
        value = self.fields[field] if field < len(self.fields) else ""
        return "".join(mark for mark in value if mark.isprintable())[:_MAX_ECHO]

    def component(self, field: int, component: int) -> str:
        """Return one component of a field as sent."""
        components = self.sent(field).split(self.marks.component)
        return components[component - 1] if component <= len(components) else ""

    def escaped(self, text: str) -> str:
        """Return our own text safe between these delimiters."""
        marks = self.marks
        names = {
            marks.field: "F",
            marks.component: "S",
            marks.subcomponent: "T",
            marks.repetition: "R",
            marks.escape: "E",
        }
        return "".join(f"{marks.escape}{names[mark]}{marks.escape}" if mark in names else mark for mark in text)


def acknowledge(result: Accepted | Refused, body: bytes, *, message_id: str, at: str) -> str:
    """Return the ACK, each segment ended by a carriage return."""
    header = Header.of(body)
    problems = () if isinstance(result, Accepted) else result.problems
    segments = [_msh(header, message_id, at), _msa(header, _code(result, header), problems)]
    segments += [_err(header, problem) for problem in problems]
    return "".join(f"{header.marks.field.join(segment)}\r" for segment in segments)


def _code(result: Accepted | Refused, header: Header) -> str:
    mode = "C" if header.sent(15) in _ACCEPT_MODES and header.sent(16) in {"", "NE"} else "A"
    if isinstance(result, Accepted):
        return f"{mode}A"
    errors = {UNACCEPTABLE, UNAVAILABLE, FAULT}
    rejected = result.status not in errors or any(rejects(problem.reason) for problem in result.problems)
    return f"{mode}R" if rejected else f"{mode}E"


def _msh(header: Header, message_id: str, at: str) -> list[str]:
    here = header.sent(5) or APPLICATION
    return [
        *("MSH", header.encoding, here, header.sent(6), header.sent(3), header.sent(4)),
        *(stamp(at), "", _kind(header), header.escaped(message_id)),
        *(header.sent(11) or "P", header.sent(12) or _DEFAULT_VERSION, "", "", "", "", "", "UNICODE UTF-8"),
    ]


def is_positive(answer: bytes) -> bool:
    """Tell whether an acknowledgement takes its message (AA or CA)."""
    return re.search(rb"\rMSA[^A-Za-z0-9\r][AC]A(?![A-Z])", answer) is not None


def stamp(at: str) -> str:
    """Return a UTC time as HL7 writes it, to the second."""
    return "".join(mark for mark in at if mark.isdigit())[:14] + "+0000"


def _kind(header: Header) -> str:
    event = header.component(9, 2)
    known = re.fullmatch(r"[A-Z][A-Z0-9]{2}", event) is not None
    return header.marks.component.join(["ACK", event, "ACK"]) if known else "ACK"


def _msa(header: Header, code: str, problems: tuple[Problem, ...]) -> list[str]:
    """Return MSA; its text field is the only place where a receiver of 2.4 or older looks for the reason."""
    return ["MSA", code, header.sent(10), *(header.escaped(_told(problem)) for problem in problems[:1])]


def _told(problem: Problem) -> str:
    return f"{problem.path}：{problem.reason}"


def _err(header: Header, problem: Problem) -> list[str]:
    code = condition_of(problem.reason).hl7
    named = [code, HL7_CONDITION_NAMES[code], "HL70357"]
    place = [part or "" for part in found.groups()] if (found := _PATH.fullmatch(problem.path)) else []
    # The sequence number of a segment is 1 when the path names none.
    place[1:2] = [place[1] or "1"] if place else []
    old = [*place[:3], header.marks.subcomponent.join(named)] if header.sent(12).startswith(_OLD_VERSIONS) else []
    location, eld, coded = (
        header.marks.component.join(parts).rstrip(header.marks.component) for parts in (place, old, named)
    )
    return ["ERR", eld, location, coded, "E", "", "", "", header.escaped(_told(problem))]
