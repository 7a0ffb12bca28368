"""FHIR subscription notifications: what they say of their subscription, and the messages that they carry.

The status stands first: as a Parameters (the R4 backport, in a bundle of type `history`) or as a SubscriptionStatus
(R4B, R5, in one of type `subscription-notification`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrowcast.application.intake import fhir, fhir_wire
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.fhir_wire import Entry, Resources
from narrowcast.application.intake.outcome import Accepted, Context, Refused
from narrowcast.application.intake.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS_KINDS = frozenset({"Parameters", "SubscriptionStatus"})
KINDS = frozenset({"handshake", "heartbeat", "event-notification", "query-status", "query-event"})
_NUMBER = re.compile(r"[0-9]{1,12}")
_MAX_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Notification:
    """What a notification says of its subscription: its kind, its own numbers, and how many the server ever sent."""

    subscription: str
    kind: str
    numbers: tuple[int, ...] = ()
    sent: int = 0


@dataclass(frozen=True, slots=True)
class FhirMessage:
    """A FHIR body read: what it carries, each part taken or refused, and the notification it came with, if any."""

    parts: tuple[Accepted | Refused, ...]
    notification: Notification | None = None


def read_fhir_message(body: bytes, context: Context) -> FhirMessage:
    """Read a resource, a bundle or a notification with its resources; UnreadableError if it is none."""
    resources = fhir_wire.open_resources(body)
    if not _is_notification(resources):
        return FhirMessage((fhir.read_resources(resources, body, context),))
    status = _status(resources.entries[0].resource)
    carried = replace(resources, entries=resources.entries[1:])
    parts = tuple(_read(part, at, body, context) for at, part in enumerate(_parts(carried)))
    findings = resources.root.findings
    if findings.problems:
        return FhirMessage((findings.refusal(message_id="", hospital=context.hospital or ""),), status)
    return FhirMessage(parts, status)


def _is_notification(resources: Resources) -> bool:
    return not resources.single and bool(resources.entries) and resources.entries[0].kind in STATUS_KINDS


def _read(part: Resources, at: int, body: bytes, context: Context) -> Accepted | Refused:
    """Read one visit's or person's part; each is a message of its own, known by the whole and its place."""
    return fhir.read_resources(part, b"%d:%b" % (at, body), context)


# ---- the status ----


def _status(resource: Cell) -> Notification:
    if resource.get("resourceType").text() == "Parameters":
        return _of_parameters(resource)
    events = resource.get("notificationEvent").items()
    numbers = [_number(event.get("eventNumber")) for event in events[:_MAX_EVENTS]]
    return Notification(
        _reference(resource.get("subscription")),
        _kind(resource.get("type")),
        tuple(sorted({number for number in numbers if number})),
        _number(resource.get("eventsSinceSubscriptionStart")),
    )


def _of_parameters(resource: Cell) -> Notification:
    given = resource.get("parameter").items()
    events = [cell for cell in given if cell.get("name").text() == "notification-event"]
    numbers = [_number(_parameter(event.get("part").items(), "event-number", event)) for event in events[:_MAX_EVENTS]]
    return Notification(
        _reference(_parameter(given, "subscription", resource)),
        _kind(_parameter(given, "type", resource)),
        tuple(sorted({number for number in numbers if number})),
        _number(_parameter(given, "events-since-subscription-start", resource)),
    )


def _parameter(given: list[Cell], name: str, within: Cell) -> Cell:
    """Return the value of a parameter, whatever its type; an empty cell in its place when it is not there."""
    found = next((cell for cell in given if cell.get("name").text() == name), None)
    members = found.value if found and isinstance(found.value, dict) else {}
    value = next((key for key in members if key.startswith("value")), "value")
    return found.get(value) if found else Cell(None, f"{within.path}.parameter({name})", within.findings)


def _reference(cell: Cell) -> str:
    """Return the logical id of the subscription."""
    if not cell.present:
        cell.refuse(Reason.REQUIRED)
    literal = cell.get("reference").required().split("/_history/", 1)[0]
    return literal.rpartition("/")[2]


def _kind(cell: Cell) -> str:
    kind = cell.required()
    if kind and kind not in KINDS:
        cell.refuse(Reason.UNKNOWN_VALUE)
    return kind


def _number(cell: Cell) -> int:
    """Return a count, which FHIR writes as a number or as text; 0 if there is none or it is refused."""
    number = isinstance(cell.value, int) and not isinstance(cell.value, bool)
    text = str(cell.value) if number else cell.text()
    if text and not _NUMBER.fullmatch(text):
        cell.refuse(Reason.UNKNOWN_VALUE)
        return 0
    return int(text or 0)


# ---- what it carries ----


def _parts(resources: Resources) -> Iterator[Resources]:
    """Yield the resources of each visit, then those of each person apart from any; a heartbeat yields nothing."""
    rest = resources.all(*fhir_wire.SUBJECT)
    for encounter in resources.all("Encounter"):
        own = [entry for entry in rest if entry is encounter or _is_of(entry, encounter)]
        rest = [entry for entry in rest if entry not in own]
        yield _with_context(resources, own)
    for key in dict.fromkeys(map(_parties, rest)):
        yield _with_context(resources, [entry for entry in rest if _parties(entry) == key])
    named = [literal for entry in resources.all(*fhir_wire.SUBJECT) for literal in _parties(entry)]
    for patient in resources.all("Patient"):
        if not any(literal and patient.is_meant_by(literal) for literal in named):
            yield replace(resources, entries=(patient,))


def _is_of(entry: Entry, encounter: Entry) -> bool:
    literal = _parties(entry)[1]
    return bool(literal) and encounter.is_meant_by(literal)


def _parties(entry: Entry) -> tuple[str, str]:
    """Return what an entry says of its patient and of its visit: literal references, else identifiers."""
    return _told(entry, fhir_wire.SUBJECT), _told(entry, fhir_wire.VISIT)


def _told(entry: Entry, members: dict[str, str]) -> str:
    reference = entry.resource.get(members[entry.kind]) if entry.kind in members else None
    if reference is None:
        return ""
    return reference.get("reference").text() or reference.get("identifier").get("value").text()


def _with_context(resources: Resources, own: list[Entry]) -> Resources:
    """Return the entries with the patient they name and with what they may refer to."""
    named = {_parties(entry)[0] for entry in own}
    patients = [
        each for each in resources.all("Patient") if any(literal and each.is_meant_by(literal) for literal in named)
    ]
    around = [entry for entry in resources.entries if entry.kind in {"Medication", "Organization"}]
    return replace(resources, entries=(*patients, *own, *around))
