"""FHIR R4 bundles read as visit reports, by hand from the parsed document.

The `fhir.resources` package is for tests only: importing it costs more than a whole request, and its complaints do not
say which entry is meant. Resources and elements that are not asked for (Patient.name, Patient.address, Practitioner …)
are never looked at.

How a bundle tells the stage: one of our words in Encounter.type (text or code); else a finished inpatient class →
discharge; else Encounter.class: inpatient → inpatient, all others → first diagnosis.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from narrowcast.application.intake import documents, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.outcome import UNACCEPTABLE, Accepted, Context, Findings, Refused, UnreadableError
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Diagnosis, Identity, Medication, VisitReport
from narrowcast.domain.vocabulary import DiagnosisStatus, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = "Bundle"
BUNDLE_TYPES = {name: name for name in ("transaction", "message", "collection")}

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
_INPATIENT_CLASSES = frozenset({"IMP", "ACUTE", "NONAC", "PRENC"})
_CLASSES = {
    name: Stage.INPATIENT if name in _INPATIENT_CLASSES else Stage.FIRST_DIAGNOSIS
    for name in ("IMP", "ACUTE", "NONAC", "PRENC", "AMB", "EMER", "FLD", "HH", "OBSENC", "SS", "VR")
}
_VERIFICATION = {
    "": DiagnosisStatus.CONFIRMED,
    "confirmed": DiagnosisStatus.CONFIRMED,
    "unconfirmed": DiagnosisStatus.SUSPECTED,
    "provisional": DiagnosisStatus.SUSPECTED,
    "differential": DiagnosisStatus.SUSPECTED,
    "refuted": DiagnosisStatus.REFUTED,
    "entered-in-error": DiagnosisStatus.REFUTED,
}
_PAST = frozenset({"resolved", "inactive"})
_MEDICATION_STATUSES = {
    "active": "active",
    "intended": "active",
    "completed": "stopped",
    "stopped": "stopped",
    "cancelled": "stopped",
    "on-hold": "stopped",
    "not-taken": "stopped",
    "entered-in-error": "stopped",
    "draft": None,
    "unknown": None,
}
_GENDERS = {name: word for name, word in values.SEX_WORDS.items() if name.isascii()}
_EDUCATION = frozenset({"EDU", "PATEDU", "personal_education"})
_TEST_DATA = "HTEST"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the bundle and the URL under which the others refer to it."""

    kind: str
    resource: Cell
    full_url: str

    def is_meant_by(self, reference: str) -> bool:
        """Tell whether a literal reference points here."""
        local = f"{self.kind}/{self.resource.get('id').text()}"
        plain = reference.split("/_history/", 1)[0]
        return plain in {self.full_url, local} or plain.endswith(f"/{local}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The entries of one bundle."""

    root: Cell
    entries: tuple[Entry, ...]

    def all(self, *kinds: str) -> list[Entry]:
        """Return the entries of these resource types, in order."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def only(self, kind: str) -> Entry:
        """Return the one entry of a type, complaining when there is none or a second one."""
        found = self.all(kind)
        absent = Cell(None, f"{ROOT}.entry.resource.ofType({kind})", self.root.findings)
        if not found:
            absent.refuse(Reason.REQUIRED)
        for second in found[1:]:
            second.resource.refuse(Reason.ONE_VISIT_ONLY)
        return found[0] if found else Entry(kind, absent, "")

    def resolve(self, reference: Cell, kind: str) -> Cell | None:
        """Return the resource of that type to which a Reference points, if it is in the bundle."""
        literal = reference.get("reference").text()
        return next((entry.resource for entry in self.all(kind) if literal and entry.is_meant_by(literal)), None)


def read_fhir(body: bytes, context: Context) -> Accepted | Refused:
    """Read one bundle that describes one visit of one patient."""
    root = Cell(documents.load(body, ROOT), ROOT, Findings())
    if not isinstance(root.value, dict):
        raise UnreadableError(ROOT, Reason.NOT_AN_OBJECT)
    if root.value.get("resourceType") != ROOT:
        raise UnreadableError("resourceType", Reason.UNSUPPORTED_TYPE, UNACCEPTABLE)
    values.word(root.get("type"), BUNDLE_TYPES)
    bundle = Bundle(root, tuple(_entries(root)))
    patient, encounter = bundle.only("Patient"), bundle.only("Encounter")
    _same_patient(bundle, patient)
    if root.findings.problems:
        return root.findings.refusal(message_id=_message_id(bundle, body), hospital=context.hospital or "")
    report = _report(bundle, patient.resource, encounter.resource, body, context)
    identity = _identity(patient.resource, encounter.resource)
    if root.findings.problems:
        return root.findings.refusal(message_id=report.message_id, hospital=report.hospital)
    return Accepted(report, identity)


def _entries(root: Cell) -> Iterator[Entry]:
    for entry in root.get("entry").items():
        resource = entry.get("resource")
        if resource.present:
            yield Entry(resource.get("resourceType").required(), resource, entry.get("fullUrl").text())
        elif entry.get("request").get("method").text() != "DELETE":
            resource.refuse(Reason.REQUIRED)


def _same_patient(bundle: Bundle, patient: Entry) -> None:
    """Complain about a resource that is about somebody else: a guide must never mix two people."""
    nameable = patient.full_url or patient.resource.get("id").present
    for entry in bundle.all("Encounter", "Condition", "MedicationRequest", "MedicationStatement", "Consent"):
        reference = entry.resource.get("patient" if entry.kind == "Consent" else "subject").get("reference")
        literal = reference.text()
        if literal and nameable and not literal.startswith("Patient?") and not patient.is_meant_by(literal):
            reference.refuse(Reason.OTHER_PATIENT)


def _report(bundle: Bundle, patient: Cell, encounter: Cell, body: bytes, context: Context) -> VisitReport:
    status = encounter.get("status")
    occurred_at = _occurred_at(bundle.root, encounter, context)
    return VisitReport(
        hospital=_hospital(bundle, encounter, context),
        message_id=_message_id(bundle, body),
        message_format="fhir",
        occurred_at=occurred_at,
        stage=_stage(encounter),
        age_band=values.age_band(patient.get("birthDate"), occurred_at, context),
        sex=values.word(patient.get("gender"), _GENDERS) or Sex.UNKNOWN,
        diagnoses=_diagnoses(bundle, context),
        medications=_medications(bundle),
        department=_department(encounter.get("serviceType")),
        consent=_consent(bundle),
        cancelled=values.word(status, _CANCELLED_BY_STATUS) or False,
        test=any(_is_test(cell) for cell in (bundle.root, patient, encounter)),
    )


def _message_id(bundle: Bundle, body: bytes) -> str:
    """Return the sender's name for the bundle, else a digest of it: the same bundle again is the same message."""
    headers = [entry.resource.get("id") for entry in bundle.all("MessageHeader")]
    named = (bundle.root.get("identifier").get("value"), *headers, bundle.root.get("id"))
    given = next((cell for cell in named if cell.present), None)
    return values.identifier(given) if given else f"sha256:{hashlib.sha256(body).hexdigest()}"


def _hospital(bundle: Bundle, encounter: Cell, context: Context) -> str:
    """Return the hospital that Encounter.serviceProvider identifies.

    The logical id of a reference is the sender's own affair: it counts only when nothing else says who is speaking.
    """
    provider = encounter.get("serviceProvider")
    organization = bundle.resolve(provider, "Organization")
    own = [provider.get("identifier").get("value")]
    resolved = (
        [identifier.get("value") for identifier in organization.get("identifier").items()] if organization else []
    )
    named = [cell for cell in (*own, *resolved) if cell.present]
    reference = provider.get("reference")
    if not named and context.hospital is None and reference.text().startswith("Organization/"):
        named = [Cell(reference.text().removeprefix("Organization/"), reference.path, reference.findings)]
    return values.hospital(named, provider.get("identifier").get("value"), context)


def _occurred_at(root: Cell, encounter: Cell, context: Context) -> str:
    """Return when the bundle was made, else when the encounter was last changed, ended or began, else now."""
    read = partial(moments.utc_of_iso, offset=context.utc_offset)
    period = encounter.get("period")
    told = (root.get("timestamp"), encounter.get("meta").get("lastUpdated"), period.get("end"), period.get("start"))
    times = [values.time(cell, read) for cell in told]
    return next((time for time in times if time), "") or read(context.received_at)


def _stage(encounter: Cell) -> Stage:
    by_class = values.word(encounter.get("class").get("code"), _CLASSES) or Stage.FIRST_DIAGNOSIS
    told = (values.STAGE_WORDS.get(name) for kind in encounter.get("type").items() for name in _names(kind))
    finished = encounter.get("status").text() == "finished"
    otherwise = Stage.DISCHARGE if finished and by_class is Stage.INPATIENT else by_class
    return next((stage for stage in told if stage), otherwise)


def _names(concept: Cell) -> list[str]:
    """Return what a CodeableConcept calls its thing: its text, then its codes."""
    return [concept.get("text").text(), *(coding.get("code").text() for coding in concept.get("coding").items())]


def _department(service: Cell) -> str:
    displays = [coding.get("display") for coding in service.get("coding").items()]
    named = [cell for cell in (service.get("text"), *displays) if cell.present]
    return values.department(named[0]) if named else ""


def _diagnoses(bundle: Bundle, context: Context) -> tuple[Diagnosis, ...]:
    conditions = [entry.resource for entry in bundle.all("Condition")]
    found = [one for condition in conditions if not _is_past(condition) for one in _condition(condition, context)]
    values.limited(bundle.root.get("entry"), len(found))
    return values.merged_diagnoses(found)


def _is_past(condition: Cell) -> bool:
    return bool(_PAST & set(_names(condition.get("clinicalStatus"))))


def _condition(condition: Cell, context: Context) -> list[Diagnosis]:
    coding = _coding(condition.get("code"), values.ICD10_SYSTEMS | context.icd10_systems)
    verification = condition.get("verificationStatus").get("coding").items()
    status = values.word(verification[0].get("code"), _VERIFICATION) if verification else DiagnosisStatus.CONFIRMED
    codes = values.icd10_codes(coding.get("code")) if coding else ()
    return [Diagnosis(code, status or DiagnosisStatus.SUSPECTED) for code in codes]


def _medications(bundle: Bundle) -> tuple[Medication, ...]:
    entries = bundle.all("MedicationRequest", "MedicationStatement")
    found = [one for entry in entries for one in _medication(bundle, entry.resource)]
    values.limited(bundle.root.get("entry"), len(found))
    return values.merged_medications(found)


def _medication(bundle: Bundle, order: Cell) -> list[Medication]:
    status = values.word(order.get("status"), _MEDICATION_STATUSES)
    referred = bundle.resolve(order.get("medicationReference"), "Medication")
    coding = _coding(referred.get("code") if referred else order.get("medicationCodeableConcept"), values.ATC_SYSTEMS)
    atc = values.atc_code(coding.get("code")) if coding else ""
    return [Medication(atc, status)] if atc and status else []


def _coding(concept: Cell, systems: frozenset[str]) -> Cell | None:
    """Return the first coding in one of the systems, complaining when there is none."""
    codings = concept.get("coding").items()
    if not codings:
        Cell(None, f"{concept.path}.coding", concept.findings).refuse(Reason.REQUIRED)
        return None
    fitting = [coding for coding in codings if coding.get("system").text().lower() in systems]
    if not fitting:
        codings[0].get("system").refuse(Reason.UNKNOWN_SYSTEM)
    return fitting[0] if fitting else None


def _consent(bundle: Bundle) -> bool | None:
    """Return the patient's decision on education: a refusal anywhere in the bundle outweighs an agreement."""
    consents = [entry.resource for entry in bundle.all("Consent") if _is_about_education(entry.resource)]
    decided = {_decision(consent) for consent in consents}
    if False in decided:
        return False
    return True if True in decided else None


def _is_about_education(consent: Cell) -> bool:
    provision = consent.get("provision")
    concepts = [consent.get("scope"), *consent.get("category").items(), *provision.get("code").items()]
    purposes = {purpose.get("code").text() for purpose in provision.get("purpose").items()}
    return bool(_EDUCATION & purposes.union(*(_names(concept) for concept in concepts)))


def _decision(consent: Cell) -> bool | None:
    permitted = consent.get("provision").get("type").text() != "deny"
    return {"active": permitted, "rejected": False, "inactive": False}.get(consent.get("status").text())


def _is_test(resource: Cell) -> bool:
    meta = resource.get("meta")
    labels = (*meta.get("security").items(), *meta.get("tag").items())
    return any(label.get("code").text() == _TEST_DATA for label in labels)


def _identity(patient: Cell, encounter: Cell) -> Identity:
    contacts = [point for point in patient.get("telecom").items() if point.get("use").text() != "old"]
    contacts.sort(key=lambda point: point.get("use").text() != "mobile")
    return Identity(
        patient_number=values.identifier(_number(patient, values.PATIENT_NUMBER_TYPES)),
        visit_number=values.identifier(_number(encounter, values.VISIT_NUMBER_TYPES)),
        phone=_reachable(contacts, {"phone", "sms"}, values.mobile_number),
        email=_reachable(contacts, {"email"}, values.mail_address),
    )


def _number(resource: Cell, kinds: tuple[str, ...]) -> Cell:
    identifiers = [one for one in resource.get("identifier").items() if one.get("use").text() != "old"]
    numbers = ((_kind(identifier), identifier.get("value")) for identifier in identifiers)
    return values.best_number(numbers, kinds) or Cell(None, f"{resource.path}.identifier", resource.findings)


def _kind(identifier: Cell) -> str:
    codings = identifier.get("type").get("coding").items()
    return codings[0].get("code").text() if codings else ""


def _reachable(contacts: list[Cell], systems: set[str], read: Callable[[str], str]) -> str:
    written = (point.get("value").text() for point in contacts if point.get("system").text() in systems)
    return next((found for text in written if (found := read(text))), "")
