"""FHIR R4 read as reports: transaction, message and collection bundles, and single resources, from the parsed document.

The `fhir.resources` package is for tests only: importing it costs more than a whole request, and its complaints do not
say which entry is meant. Resources and elements that are not asked for (Patient.name, Patient.address, Practitioner …)
are never looked at.

What names an encounter is about a visit; what names none (a Patient, an allergy, an observation) is about a person.

How a bundle tells the stage: one of our words in Encounter.type (text or code); else a finished inpatient class →
discharge; else Encounter.class: inpatient → inpatient, all others → first diagnosis. Without the Encounter itself a
message says nothing of the stage.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from narrowcast.application.intake import fhir_resources, fhir_wire, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.codes import Coder
from narrowcast.application.intake.outcome import Accepted, Context, Refused
from narrowcast.domain.visit_report import Identity, PersonReport, VisitReport
from narrowcast.domain.vocabulary import AgeBand, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrowcast.application.intake.fhir_wire import Party, Resources

_CANCELLED_BY_STATUS = {
    "planned": False,
    "arrived": False,
    "triaged": False,
    "in-progress": False,
    "onleave": False,
    "finished": False,
    "unknown": False,
    "cancelled": True,
    "entered-in-error": True,
}
_OPEN = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave"})
_INPATIENT_CLASSES = frozenset({"IMP", "ACUTE", "NONAC", "PRENC"})
_CLASSES = {
    name: Stage.INPATIENT if name in _INPATIENT_CLASSES else Stage.FIRST_DIAGNOSIS
    for name in ("IMP", "ACUTE", "NONAC", "PRENC", "AMB", "EMER", "FLD", "HH", "OBSENC", "SS", "VR")
}
_GENDERS = {name: word for name, word in values.SEX_WORDS.items() if name.isascii()}
# When a resource alone says that it was recorded, best first: what the server stamped, then what the author wrote.
_RECORDED = (
    "recordedDate",
    "authoredOn",
    "dateAsserted",
    "issued",
    "effectiveDateTime",
    "performedDateTime",
    "onsetDateTime",
)


def read_fhir(body: bytes, context: Context) -> Accepted | Refused:
    """Read a bundle about one visit or one person, or a single resource; a notification is for another reader."""
    resources = fhir_wire.open_resources(body)
    if not resources.single:
        values.word(resources.root.get("type"), fhir_wire.BUNDLE_TYPES)
    return read_resources(resources, body, context)


def read_resources(resources: Resources, body: bytes, context: Context) -> Accepted | Refused:
    """Read the resources of one message; `body` gives a message without a name its digest."""
    findings = resources.root.findings
    patient, visit = fhir_wire.patient_of(resources), fhir_wire.visit_of(resources)
    message_id = _message_id(resources, body)
    if findings.problems:
        return findings.refusal(message_id=message_id, hospital=context.hospital or "")
    report = (_visit_report if visit else _person_report)(resources, message_id, context)
    identity = _identity(resources, patient, visit)
    if findings.problems:
        return findings.refusal(message_id=report.message_id, hospital=report.hospital)
    return Accepted(report, identity)


def _visit_report(resources: Resources, message_id: str, context: Context) -> VisitReport:
    encounter, coder = _only(resources, "Encounter"), Coder(context.codes)
    occurred_at, listed = _occurred_at(resources, context), resources.root.get("entry")
    diagnoses = fhir_resources.diagnoses(resources, listed, coder, context)
    procedures = fhir_resources.procedures(resources, listed, coder)
    return VisitReport(
        hospital=_hospital(resources, encounter, context),
        message_id=message_id,
        message_format="fhir",
        occurred_at=occurred_at,
        stage=_stage(encounter) if encounter.present else None,
        age_band=_age_band(resources, occurred_at, context),
        sex=_sex(resources),
        diagnoses=diagnoses,
        medications=fhir_resources.medications(resources, listed, coder),
        department=_department(encounter.get("serviceType")),
        consent=fhir_resources.consent(resources),
        cancelled=_cancelled(encounter),
        test=fhir_wire.is_test(resources),
        procedures=procedures,
        condition=fhir_resources.condition(resources, coder, diagnoses, procedures),
        opens=encounter.get("status").text() in _OPEN,
        unmapped=tuple(coder.unmapped),
    )


def _person_report(resources: Resources, message_id: str, context: Context) -> PersonReport:
    occurred_at = _occurred_at(resources, context)
    return PersonReport(
        hospital=_hospital(resources, _only(resources, "Encounter"), context),
        message_id=message_id,
        message_format="fhir",
        occurred_at=occurred_at,
        age_band=_age_band(resources, occurred_at, context),
        sex=_sex(resources),
        consent=fhir_resources.consent(resources),
        condition=fhir_resources.condition(resources, Coder(context.codes)),
        test=fhir_wire.is_test(resources),
    )


def _only(resources: Resources, kind: str) -> Cell:
    """Return the resource of a type, an empty cell when there is none."""
    entry = next(iter(resources.all(kind)), None)
    return entry.resource if entry else Cell(None, kind, resources.root.findings)


def _message_id(resources: Resources, body: bytes) -> str:
    """Return the sender's name for the bundle, else a digest of it: the same bundle again is the same message."""
    if resources.single:
        return _digest(body)
    headers = [entry.resource.get("id") for entry in resources.all("MessageHeader")]
    named = (resources.root.get("identifier").get("value"), *headers, resources.root.get("id"))
    given = next((cell for cell in named if cell.present), None)
    return values.identifier(given) if given else _digest(body)


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _hospital(resources: Resources, encounter: Cell, context: Context) -> str:
    """Return the hospital that Encounter.serviceProvider identifies.

    The logical id of a reference is the sender's own affair: it counts only when nothing else says who is speaking.
    """
    provider = encounter.get("serviceProvider")
    organization = resources.resolve(provider, "Organization")
    own = [provider.get("identifier").get("value")]
    resolved = (
        [identifier.get("value") for identifier in organization.get("identifier").items()] if organization else []
    )
    named = [cell for cell in (*own, *resolved) if cell.present]
    reference = provider.get("reference")
    if not named and context.hospital is None and reference.text().startswith("Organization/"):
        named = [Cell(reference.text().removeprefix("Organization/"), reference.path, reference.findings)]
    return values.hospital(named, provider.get("identifier").get("value"), context)


def _occurred_at(resources: Resources, context: Context) -> str:
    """Return when the sender recorded what it says, else when the message came.

    Of a bundle: its timestamp, else when its encounter was last changed, ended or began. Of a resource: when its server
    or its author last touched it.
    """
    read = partial(moments.utc_of_iso, offset=context.utc_offset)
    encounter = _only(resources, "Encounter")
    changed = [cell.get("meta").get("lastUpdated") for cell in (resources.root, encounter)]
    period = encounter.get("period")
    written = [resources.root.get(member) for member in _RECORDED] if resources.single else []
    told = (resources.root.get("timestamp"), *reversed(changed), *written, period.get("end"), period.get("start"))
    times = [values.time(cell, read) for cell in told]
    return next((time for time in times if time), "") or read(context.received_at)


def _stage(encounter: Cell) -> Stage:
    by_class = values.word(encounter.get("class").get("code"), _CLASSES) or Stage.FIRST_DIAGNOSIS
    told = (
        values.STAGE_WORDS.get(name) for kind in encounter.get("type").items() for name in fhir_resources.names(kind)
    )
    finished = encounter.get("status").text() == "finished"
    otherwise = Stage.DISCHARGE if finished and by_class is Stage.INPATIENT else by_class
    return next((stage for stage in told if stage), otherwise)


def _cancelled(encounter: Cell) -> bool:
    return encounter.present and (values.word(encounter.get("status"), _CANCELLED_BY_STATUS) or False)


def _department(service: Cell) -> str:
    displays = [coding.get("display") for coding in service.get("coding").items()]
    named = [cell for cell in (service.get("text"), *displays) if cell.present]
    return values.department(named[0]) if named else ""


def _age_band(resources: Resources, occurred_at: str, context: Context) -> AgeBand | None:
    return values.age_band(_only(resources, "Patient").get("birthDate"), occurred_at, context)


def _sex(resources: Resources) -> Sex:
    return values.word(_only(resources, "Patient").get("gender"), _GENDERS) or Sex.UNKNOWN


def _identity(resources: Resources, patient: Party, visit: Party | None) -> Identity:
    contacts = [
        point for point in _only(resources, "Patient").get("telecom").items() if point.get("use").text() != "old"
    ]
    contacts.sort(key=lambda point: point.get("use").text() != "mobile")
    return Identity(
        patient_number=patient.number,
        visit_number=visit.number if visit else "",
        phone=_reachable(contacts, {"phone", "sms"}, values.mobile_number),
        email=_reachable(contacts, {"email"}, values.mail_address),
        names=(*patient.names, *(visit.names if visit else ())),
    )


def _reachable(contacts: list[Cell], systems: set[str], read: Callable[[str], str]) -> str:
    written = (point.get("value").text() for point in contacts if point.get("system").text() in systems)
    return next((found for text in written if (found := read(text))), "")
