"""A FHIR message as its resources, and whom they are about: the reader of bundles and single resources stands on it.

A reference names its target by number (`identifier`, or a conditional reference) or by the logical id that the
sender's server gave it. A logical id stands for a number that another message may tell: it is kept as `Patient/…` or
`Encounter/…`, which no hospital number looks like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from narrowcast.application.intake import documents, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.outcome import UNACCEPTABLE, Findings, UnreadableError
from narrowcast.application.intake.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

BUNDLE = "Bundle"
BUNDLE_TYPES = {name: name for name in ("transaction", "message", "collection", "batch")}
NOTIFICATION_TYPES = {name: name for name in ("subscription-notification", "history")}
TEST_DATA = "HTEST"

# Where each resource says whom and which visit it is about; those absent here are never looked at.
SUBJECT = {
    "Encounter": "subject",
    "Condition": "subject",
    "MedicationRequest": "subject",
    "MedicationStatement": "subject",
    "Procedure": "subject",
    "Observation": "subject",
    "AllergyIntolerance": "patient",
    "Consent": "patient",
}
VISIT = {
    "Condition": "encounter",
    "MedicationRequest": "encounter",
    "MedicationStatement": "context",
    "Procedure": "encounter",
    "Observation": "encounter",
    "AllergyIntolerance": "encounter",
}
SINGLE = frozenset({"Patient", *SUBJECT} - {"Consent"})
"""What may come alone."""
NEEDS_VISIT = frozenset({"Condition", "MedicationRequest", "MedicationStatement", "Procedure"})
"""What steers a guide, and so must say which visit it belongs to."""

_LOGICAL = re.compile(r"(?:^|.*/)(Patient|Encounter)/([A-Za-z0-9.-]{1,64})")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


class Party(NamedTuple):
    """The patient or the visit: a number or logical id (empty if refused), and the logical ids it is now known for."""

    number: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource and the URL under which the others of its bundle refer to it."""

    kind: str
    resource: Cell
    full_url: str = ""

    @property
    def nameable(self) -> bool:
        """Whether another resource can point here at all."""
        return bool(self.full_url) or self.resource.get("id").present

    def is_meant_by(self, reference: str) -> bool:
        """Tell whether a literal reference points here."""
        local = f"{self.kind}/{self.resource.get('id').text()}"
        plain = reference.split("/_history/", 1)[0]
        return plain in {self.full_url, local} or plain.endswith(f"/{local}")


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of one message. `single` says that the message is one resource, not a bundle."""

    root: Cell
    entries: tuple[Entry, ...]
    single: bool

    def all(self, *kinds: str) -> list[Entry]:
        """Return the entries of these resource types, in order."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def one(self, kind: str) -> Entry | None:
        """Return the entry of a type, None when there is none; a second one is refused."""
        found = self.all(kind)
        for second in found[1:]:
            second.resource.refuse(Reason.ONE_VISIT_ONLY)
        return found[0] if found else None

    def absent(self, kind: str) -> Cell:
        """Return the place where a resource of that type, or a reference to one, is missing."""
        path = SUBJECT if kind == "Patient" else VISIT
        member = path.get(self.entries[0].kind, "subject") if self.entries else "subject"
        where = f"{self.root.path}.{member}" if self.single else f"{BUNDLE}.entry.resource.ofType({kind})"
        return Cell(None, where, self.root.findings)

    def resolve(self, reference: Cell, kind: str) -> Cell | None:
        """Return the resource of that type to which a Reference points, if it is in the message."""
        literal = reference.get("reference").text()
        return next((entry.resource for entry in self.all(kind) if literal and entry.is_meant_by(literal)), None)

    def references(self, members: dict[str, str]) -> list[Cell]:
        """Return the references that the entries hold under their type's member, those that are there."""
        cells = (entry.resource.get(members[entry.kind]) for entry in self.entries if entry.kind in members)
        return [cell for cell in cells if cell.present]


def open_resources(body: bytes) -> Resources:
    """Read the resources of a body; UnreadableError unless it is a bundle, or one resource that may come alone."""
    root = Cell(documents.load(body, BUNDLE), BUNDLE, Findings())
    if not isinstance(root.value, dict):
        raise UnreadableError(BUNDLE, Reason.NOT_AN_OBJECT)
    kind = root.value.get("resourceType")
    if kind == BUNDLE:
        values.word(root.get("type"), BUNDLE_TYPES | NOTIFICATION_TYPES)
        return Resources(root, tuple(_entries(root)), single=False)
    if not isinstance(kind, str) or kind not in SINGLE:
        raise UnreadableError("resourceType", Reason.UNSUPPORTED_TYPE, UNACCEPTABLE)
    resource = Cell(root.value, kind, root.findings)
    return Resources(resource, (Entry(kind, resource),), single=True)


def _entries(root: Cell) -> Iterator[Entry]:
    for entry in root.get("entry").items():
        resource = entry.get("resource")
        if resource.present:
            yield Entry(resource.get("resourceType").required(), resource, entry.get("fullUrl").text())
        elif entry.get("request").get("method").text() != "DELETE":
            resource.refuse(Reason.REQUIRED)


def patient_of(resources: Resources) -> Party:
    """Return whom the message is about, complaining about a resource of somebody else: no guide mixes two people."""
    return _party(resources, "Patient", SUBJECT, values.PATIENT_NUMBER_TYPES, Reason.OTHER_PATIENT)


def visit_of(resources: Resources) -> Party | None:
    """Return which visit the message is about; None if it is about none, as an allergy may be."""
    if resources.one("Encounter") or resources.references(VISIT):
        return _party(resources, "Encounter", VISIT, values.VISIT_NUMBER_TYPES, Reason.ONE_VISIT_ONLY)
    if not resources.entries or resources.all(*NEEDS_VISIT):
        resources.absent("Encounter").refuse(Reason.REQUIRED)
    return None


def _party(
    resources: Resources, kind: str, members: dict[str, str], numbers: tuple[str, ...], strange: Reason
) -> Party:
    entry, references = resources.one(kind), resources.references(members)
    if entry is None:
        return _referred(resources, kind, references, strange)
    for reference in references:
        if entry.nameable and not _points_to(reference, entry):
            _place(reference).refuse(strange)
    return _own(entry, numbers)


def _points_to(reference: Cell, entry: Entry) -> bool:
    """Tell whether a reference means the entry; one that only describes it is believed."""
    literal = reference.get("reference").text()
    return not literal or literal.startswith(f"{entry.kind}?") or entry.is_meant_by(literal)


def _place(reference: Cell) -> Cell:
    identifier = reference.get("identifier")
    return reference.get("reference") if not identifier.present else identifier.get("value")


def _own(entry: Entry, kinds: tuple[str, ...]) -> Party:
    """Return the number that the resource bears, its logical id if it bears none, and what it is known for."""
    logical = entry.resource.get("id").text()
    name = f"{entry.kind}/{logical}" if _ID.fullmatch(logical) else ""
    number = _number(entry.resource, kinds)
    if number is None and name:
        return Party(name, (name,))
    missing = Cell(None, f"{entry.resource.path}.identifier", entry.resource.findings)
    return Party(values.identifier(number or missing), (name,) if name else ())


def _number(resource: Cell, kinds: tuple[str, ...]) -> Cell | None:
    identifiers = [one for one in resource.get("identifier").items() if one.get("use").text() != "old"]
    return values.best_number(((_type_of(one), one.get("value")) for one in identifiers), kinds)


def _type_of(identifier: Cell) -> str:
    codings = identifier.get("type").get("coding").items()
    return codings[0].get("code").text() if codings else ""


def _referred(resources: Resources, kind: str, references: list[Cell], strange: Reason) -> Party:
    """Return the one party that all references name."""
    told = [(reference, number) for reference in references if (number := _named(resources, reference, kind))]
    for reference, number in told[1:]:
        if number != told[0][1]:
            _place(reference).refuse(strange)
    if not references:
        resources.absent(kind).refuse(Reason.REQUIRED)
    return Party(told[0][1] if told else "")


def _named(resources: Resources, reference: Cell, kind: str) -> str:
    """Return the number or logical id that a reference to a resource outside the message gives, or an empty string."""
    identifier = reference.get("identifier").get("value")
    if identifier.present:
        return values.identifier(identifier)
    cell = reference.get("reference")
    literal = cell.required()
    if literal.startswith(f"{kind}?"):
        return values.identifier(Cell(_searched(literal), cell.path, cell.findings))
    logical = _LOGICAL.fullmatch(literal.split("/_history/", 1)[0])
    if logical and logical[1] == kind:
        return f"{kind}/{logical[2]}"
    if literal and resources.single:
        cell.refuse(Reason.UNRESOLVED)
    elif literal:
        resources.absent(kind).refuse(Reason.REQUIRED)
    return ""


def _searched(literal: str) -> str | None:
    """Return the number of a conditional reference: `Patient?identifier=system|number`."""
    found = parse_qs(literal.partition("?")[2], max_num_fields=None).get("identifier")
    return found[0].rpartition("|")[2] if found else None


def is_test(resources: Resources) -> bool:
    """Tell whether any resource that counts is labelled as test data."""
    counted = [resources.root, *(entry.resource for entry in resources.entries if entry.kind in SINGLE)]
    return any(_is_test(cell) for cell in counted)


def _is_test(resource: Cell) -> bool:
    meta = resource.get("meta")
    labels = (*meta.get("security").items(), *meta.get("tag").items())
    return any(label.get("code").text() == TEST_DATA for label in labels)
