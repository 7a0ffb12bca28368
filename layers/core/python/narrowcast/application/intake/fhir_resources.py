"""What each FHIR resource says, in the words of the domain: diagnoses, drugs, operations, allergies, observations.

Free text is never read: a code says it, or it is not said.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from narrowcast.application.intake import values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Allergy, Condition, Diagnosis, Medication, Procedure
from narrowcast.domain.vocabulary import DiagnosisStatus, RenalClass

if TYPE_CHECKING:
    from narrowcast.application.intake.fhir_wire import Resources
    from narrowcast.application.intake.outcome import Context

_VERIFICATION = {
    "": DiagnosisStatus.CONFIRMED,
    "confirmed": DiagnosisStatus.CONFIRMED,
    "unconfirmed": DiagnosisStatus.SUSPECTED,
    "provisional": DiagnosisStatus.SUSPECTED,
    "differential": DiagnosisStatus.SUSPECTED,
    "refuted": DiagnosisStatus.REFUTED,
    "entered-in-error": DiagnosisStatus.ENTERED_IN_ERROR,
}
_PAST = frozenset({"resolved", "inactive", "remission"})
_MEDICATION_STATUSES = {
    "active": "active",
    "intended": "active",
    "completed": "stopped",
    "stopped": "stopped",
    "cancelled": "stopped",
    "on-hold": "stopped",
    "not-taken": "stopped",
    "entered-in-error": "entered_in_error",
    "draft": None,
    "unknown": None,
}
_PROCEDURE_STATUSES = {
    "preparation": "planned",
    "on-hold": "planned",
    "in-progress": "planned",
    "completed": "done",
    "not-done": "entered_in_error",
    "stopped": "entered_in_error",
    "entered-in-error": "entered_in_error",
    "unknown": None,
}
_OPERATION_SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM-3",
    "http://terminology.hl7.org/codesystem/icd9": "ICD-9-CM-3",
    "urn:oid:2.16.840.1.113883.6.104": "ICD-9-CM-3",
    "urn:oid:2.16.156.10011.2.3.3.12": "ICD-9-CM-3",
    "http://snomed.info/sct": "SNOMED CT",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED CT",
}
_SUBSTANCE_SYSTEMS = {
    **dict.fromkeys(values.ATC_SYSTEMS, "ATC"),
    "http://snomed.info/sct": "SNOMED CT",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED CT",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "urn:oid:2.16.840.1.113883.6.88": "RxNorm",
}
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_CODE = re.compile(r"[A-Za-z0-9.+/-]{1,32}")

# What LOINC calls the two observations that a guide asks for.
PREGNANCY = frozenset({"82810-3"})
EGFR = frozenset(
    {
        "33914-3",
        "48642-3",
        "48643-1",
        "50044-7",
        "50210-4",
        "62238-1",
        "77147-7",
        "88293-6",
        "94677-2",
        "98979-8",
        "98980-6",
        "102097-3",
    }
)
_LOINC = frozenset({"http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"})
_PREGNANT = {"LA15173-0": True, "77386006": True, "LA26683-5": False, "60001007": False}
_UNSURE = frozenset({"LA4489-6", "261665006"})
_VALID = frozenset({"final", "amended", "corrected", "preliminary"})
_REDUCED_BELOW, _SEVERE_BELOW = 60, 30
_HIGHEST_EGFR = 300


def names(concept: Cell) -> list[str]:
    """Return what a CodeableConcept calls its thing: its text, then its codes."""
    return [concept.get("text").text(), *(coding.get("code").text() for coding in concept.get("coding").items())]


# ---- diagnoses ----


def diagnoses(resources: Resources, found: Cell, context: Context) -> tuple[Diagnosis, ...]:
    """Return what the Conditions say; one of the past is history in a bundle, and by itself takes a diagnosis back."""
    conditions = [entry.resource for entry in resources.all("Condition")]
    told = [one for each in conditions if resources.single or not _is_past(each) for one in _diagnosis(each, context)]
    values.limited(found, len(told))
    return values.merged_diagnoses(told)


def _is_past(condition: Cell) -> bool:
    return bool(_PAST & set(names(condition.get("clinicalStatus"))))


def _diagnosis(condition: Cell, context: Context) -> list[Diagnosis]:
    coding = _coding(condition.get("code"), values.ICD10_SYSTEMS | context.icd10_systems)
    verification = condition.get("verificationStatus").get("coding").items()
    status = values.word(verification[0].get("code"), _VERIFICATION) if verification else DiagnosisStatus.CONFIRMED
    withdrawn = status is not DiagnosisStatus.ENTERED_IN_ERROR and _is_past(condition)
    holds = DiagnosisStatus.REFUTED if withdrawn else status or DiagnosisStatus.SUSPECTED
    codes = values.icd10_codes(coding.get("code")) if coding else ()
    return [Diagnosis(code, holds) for code in codes]


# ---- drugs ----


def medications(resources: Resources, found: Cell) -> tuple[Medication, ...]:
    """Return what the orders and statements say of drugs."""
    entries = resources.all("MedicationRequest", "MedicationStatement")
    told = [one for entry in entries for one in _medication(resources, entry.resource)]
    values.limited(found, len(told))
    return values.merged_medications(told)


def _medication(resources: Resources, order: Cell) -> list[Medication]:
    status = values.word(order.get("status"), _MEDICATION_STATUSES)
    referred = resources.resolve(order.get("medicationReference"), "Medication")
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


# ---- operations ----


def procedures(resources: Resources, found: Cell) -> tuple[Procedure, ...]:
    """Return what the Procedures say, each once."""
    told = [one for entry in resources.all("Procedure") for one in _procedure(entry.resource)]
    values.limited(found, len(told))
    return tuple(dict.fromkeys(told))


def _procedure(procedure: Cell) -> list[Procedure]:
    status = values.word(procedure.get("status"), _PROCEDURE_STATUSES)
    coding = _coding(procedure.get("code"), frozenset(_OPERATION_SYSTEMS))
    code = _code(coding.get("code")) if coding else ""
    if not (coding and code and status):
        return []
    system = _OPERATION_SYSTEMS[coding.get("system").text().lower()]
    return [Procedure(code, system, status=status, performed_on=_performed_on(procedure))]


def _performed_on(procedure: Cell) -> str:
    """Return the ISO date of the operation (of its end), or an empty string for one known less exactly."""
    period = procedure.get("performedPeriod")
    told = [c for c in (procedure.get("performedDateTime"), period.get("end"), period.get("start")) if c.present]
    day = told[0].text()[:10] if told else ""
    if len(day) < len("2026-01-01"):
        return ""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        told[0].refuse(Reason.BAD_TIME)
        return ""


def _code(cell: Cell) -> str:
    """Return a code of somebody else's system: short, without blanks, nobody's number."""
    text = cell.required() and cell.anonymous()
    if text and not _CODE.fullmatch(text):
        cell.refuse(Reason.BAD_TEXT)
        return ""
    return text


# ---- the person's condition ----


def condition(resources: Resources) -> Condition:
    """Return what allergies and observations say of the person."""
    told = [entry.resource for entry in resources.all("Observation")]
    pregnant = [known for one in told if (known := _pregnant(one)) is not None]
    renal = [known for one in told if (known := _renal(one)) is not None]
    if resources.single and told and not _codes_of(told[0]) & (PREGNANCY | EGFR):
        told[0].get("code").refuse(Reason.UNKNOWN_VALUE)
    allergies = tuple(
        dict.fromkeys(one for entry in resources.all("AllergyIntolerance") for one in _allergy(entry.resource))
    )
    return Condition(
        pregnant=pregnant[-1] if pregnant else None, renal=renal[-1] if renal else None, allergies=allergies
    )


def _codes_of(observation: Cell) -> frozenset[str]:
    codings = observation.get("code").get("coding").items()
    return frozenset(each.get("code").text() for each in codings if each.get("system").text().lower() in _LOINC)


def _counts(observation: Cell, codes: frozenset[str]) -> bool:
    """Whether the observation is of one of these codes and holds; one withdrawn says nothing."""
    return bool(_codes_of(observation) & codes) and observation.get("status").required() in _VALID


def _pregnant(observation: Cell) -> bool | None:
    if not _counts(observation, PREGNANCY):
        return None
    concept = observation.get("valueCodeableConcept")
    codes = [coding.get("code") for coding in concept.get("coding").items()]
    known = [_PREGNANT[code.text()] for code in codes if code.text() in _PREGNANT]
    if not known and not any(code.text() in _UNSURE for code in codes):
        (codes[0] if codes else concept).refuse(Reason.UNKNOWN_VALUE if codes else Reason.REQUIRED)
    return known[0] if known else None


def _renal(observation: Cell) -> RenalClass | None:
    if not _counts(observation, EGFR):
        return None
    quantity = observation.get("valueQuantity")
    value, unit = quantity.get("value"), f"{quantity.get('code').text()}{quantity.get('unit').text()}"
    if isinstance(value.value, bool) or not isinstance(value.value, int | float):
        value.refuse(Reason.WRONG_TYPE if value.present else Reason.REQUIRED)
    elif not 0 <= value.value <= _HIGHEST_EGFR or "ml/min" not in unit.lower():
        value.refuse(Reason.UNKNOWN_VALUE)
    else:
        return renal_class(value.value)
    return None


def renal_class(egfr: float) -> RenalClass:
    """Return the class of an estimated filtration rate in mL/min/1.73 m² (KDIGO: G1-G2, G3, G4-G5)."""
    if egfr < _SEVERE_BELOW:
        return RenalClass.SEVERE
    return RenalClass.REDUCED if egfr < _REDUCED_BELOW else RenalClass.NORMAL


def _allergy(allergy: Cell) -> list[Allergy]:
    codings = [
        c for c in allergy.get("code").get("coding").items() if c.get("system").text().lower() in _SUBSTANCE_SYSTEMS
    ]
    coding = min(codings, key=lambda one: _SUBSTANCE_SYSTEMS[one.get("system").text().lower()], default=None)
    if coding is None:
        _coding(allergy.get("code"), frozenset(_SUBSTANCE_SYSTEMS))
        return []
    system = _SUBSTANCE_SYSTEMS[coding.get("system").text().lower()]
    withdrawn = _WITHDRAWN & set(names(allergy.get("verificationStatus"))) or _is_past(allergy)
    code = _code(coding.get("code"))
    return [Allergy(code, system, status="refuted" if withdrawn else "active")] if code else []


# ---- consent ----

_EDUCATION = frozenset({"EDU", "PATEDU", "personal_education"})


def consent(resources: Resources) -> bool | None:
    """Return the patient's decision on education: a refusal anywhere in the message outweighs an agreement."""
    consents = [entry.resource for entry in resources.all("Consent") if _is_about_education(entry.resource)]
    decided = {_decision(each) for each in consents}
    if False in decided:
        return False
    return True if True in decided else None


def _is_about_education(consent: Cell) -> bool:
    provision = consent.get("provision")
    concepts = [consent.get("scope"), *consent.get("category").items(), *provision.get("code").items()]
    purposes = {purpose.get("code").text() for purpose in provision.get("purpose").items()}
    return bool(_EDUCATION & purposes.union(*(names(concept) for concept in concepts)))


def _decision(consent: Cell) -> bool | None:
    permitted = consent.get("provision").get("type").text() != "deny"
    return {"active": permitted, "rejected": False, "inactive": False}.get(consent.get("status").text())
