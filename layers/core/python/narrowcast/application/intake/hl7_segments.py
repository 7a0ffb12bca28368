"""The segments of an HL7 message as cells that know their place, split by the `hl7` package.

The package splits segments, fields, repetitions and components by the message's own delimiters: that nesting is where
hand-written parsers go wrong. It is imported on the first HL7 message, so that JSON and FHIR do not pay for it.
Segments that nobody reads (Z-segments, next of kin, insurance) are dropped before parsing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.application.intake import hl7_wire
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.codes import Coded
from narrowcast.application.intake.outcome import UNACCEPTABLE, Findings, UnreadableError
from narrowcast.application.intake.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import hl7  # type: ignore[import-untyped]  # the package has no stubs

SEGMENTS = frozenset({"MSH", "EVN", "PID", "PV1", "MRG", "DG1", "PR1", "AL1", "OBX", "CON", "ORC", "RXO", "RXE", "RXD"})
# Of the segments read: a hundred times what a visit needs, and parsed in well under a second whatever it is made of.
MAX_CHARACTERS = 64 * 1024
MAX_REPETITIONS = 50


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment, or the absence of one; its cells then are empty."""

    name: str
    parsed: hl7.Segment | None
    message: hl7_wire.WireMessage
    findings: Findings

    def repetitions(self, field: int) -> int:
        """Return how often the field is given: at least 1, and at most as often as anyone has telephones."""
        return min(max(1, len(self._field(field))), MAX_REPETITIONS)

    def cell(self, field: int, component: int = 1, repetition: int = 1) -> Cell:
        """Return one component (numbers count from 1), unescaped; subcomponents after the first are dropped."""
        text = _component(self._field(field), component, repetition)
        text = hl7_wire.unescape(text, self.message)
        shown = "" if repetition == 1 else f"[{repetition}]"
        shown += "" if component == 1 else f".{component}"
        # A field of two double quotes orders the receiver to delete its value: there is nothing to read.
        return Cell(None if text in {"", '""'} else text, f"{self.name}-{field}{shown}", self.findings)

    def coded(self, field: int, first: int = 1) -> Coded:
        """Return code, name and system of a coded element; its alternate triple begins at `first` 4."""
        code, name, system = (self.cell(field, component) for component in range(first, first + 3))
        return Coded(code, name, system)

    def _field(self, field: int) -> Sequence[object]:
        if self.parsed is None or field >= len(self.parsed):
            return ()
        found: Sequence[object] = self.parsed[field]
        return found


def _component(repetitions: Sequence[object], component: int, repetition: int) -> str:
    found = repetitions[repetition - 1] if repetition <= len(repetitions) else ""
    if isinstance(found, list):
        found = found[component - 1] if component <= len(found) else ""
    elif component > 1:
        found = ""
    return str(found[0] if found else "") if isinstance(found, list) else str(found)


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of one message that matter here, in order."""

    every: tuple[Segment, ...]
    message: hl7_wire.WireMessage
    findings: Findings

    def all(self, *names: str) -> list[Segment]:
        """Return every segment of these names, in order; the second DG1's cells are called DG1[2]-3."""
        return [segment for segment in self.every if segment.name[:3] in names]

    def first(self, name: str) -> Segment:
        """Return the first segment of that name, or its absence."""
        return next(iter(self.all(name)), Segment(name, None, self.message, self.findings))

    def required(self, name: str) -> Segment:
        """Return the first segment of that name, complaining when there is none."""
        found = self.first(name)
        if found.parsed is None:
            self.findings.note(name, Reason.REQUIRED)
        return found


def split(message: hl7_wire.WireMessage, findings: Findings) -> Segments:
    """Return the message's segments; UnreadableError if what is to be read is far too long."""
    import hl7  # noqa: PLC0415 - only HL7 messages pay for it

    field = message.delimiters.field
    wanted = [line for line in message.text.split("\r") if line.split(field, 1)[0] in SEGMENTS]
    if sum(map(len, wanted)) > MAX_CHARACTERS:
        raise UnreadableError(max(wanted, key=len).split(field, 1)[0], Reason.TOO_LONG, UNACCEPTABLE)
    return Segments(tuple(_named(hl7.parse("\r".join(wanted)), message, findings)), message, findings)


def _named(parsed: hl7.Message, message: hl7_wire.WireMessage, findings: Findings) -> Iterator[Segment]:
    counted: dict[str, int] = {}
    for segment in parsed:
        name = str(segment[0])
        counted[name] = counted.get(name, 0) + 1
        shown = name if counted[name] == 1 else f"{name}[{counted[name]}]"
        yield Segment(shown, segment, message, findings)
