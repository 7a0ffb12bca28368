"""A logical id of a hospital's FHIR server, folded from the messages that explain or use it. Pseudonyms only.

What a message says of a visit known by a logical id alone waits here until another message tells which visit it is;
so the order in which the two come makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ReferenceNamed:
    """The logical id belongs to this patient or visit, by pseudonym. The first name holds."""

    pseudonym: str


@dataclass(frozen=True, slots=True)
class ReportHeld:
    """A report waits for the name.

    `patient` and `visit` are pseudonyms, or the keys of references not yet named. `kind` is `visit` or `person`,
    `report` the report as JSON: it is read with the words of the day on which it goes its way.
    """

    message: str
    patient: str
    visit: str
    kind: str
    report: str


@dataclass(frozen=True, slots=True)
class ReportReleased:
    """The report has gone its way."""

    message: str


Event = ReferenceNamed | ReportHeld | ReportReleased


@dataclass(frozen=True, slots=True)
class Reference:
    """The present state; `pseudonym` is empty until the reference is named."""

    pseudonym: str = ""
    held: tuple[ReportHeld, ...] = ()
    released: frozenset[str] = frozenset()


def evolve(state: Reference, event: Event) -> Reference:
    """Fold one event."""
    match event:
        case ReferenceNamed(pseudonym):
            return replace(state, pseudonym=pseudonym)
        case ReportHeld():
            return replace(state, held=(*state.held, event))
        case ReportReleased(message):
            waiting = tuple(each for each in state.held if each.message != message)
            return replace(state, held=waiting, released=state.released | {message})


def name(state: Reference, pseudonym: str) -> tuple[Event, ...]:
    """Say whose logical id it is; the first that said so is right."""
    return () if state.pseudonym else (ReferenceNamed(pseudonym),)


def hold(state: Reference, report: ReportHeld) -> tuple[Event, ...]:
    """Keep a report until the reference is named; one that is named, or knows the message, keeps nothing."""
    known = {each.message for each in state.held} | state.released
    return () if state.pseudonym or report.message in known else (report,)


def release(state: Reference, message: str) -> tuple[Event, ...]:
    """Let a report go, once."""
    return (ReportReleased(message),) if any(each.message == message for each in state.held) else ()
