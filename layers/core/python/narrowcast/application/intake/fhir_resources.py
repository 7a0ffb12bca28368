"""What each FHIR resource says, in the words of the domain: diagnoses, drugs, operations, allergies, observations.

Of several codings the one in our own system counts, then the first that a map knows; a code that no map knows is listed
for staff. Text serves to find a drug or allergen by its dictionary name, and is never kept.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from narrowcast.application.intake import values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.codes import Coded, Coder
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.codes import diagnoses as icd10_names
from narrowcast.domain.codes import drugs, others
from narrowcast.domain.visit_report import Allergy, Condition, Diagnosis, Medication, Procedure
from narrowcast.domain.vocabulary import DiagnosisStatus, RenalClass

if TYPE_CHECKING:
    from collections.abc import Callable, Container

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
_ICD9_PROCEDURES = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-9-cm",
        "http://terminology.hl7.org/codesystem/icd9",
        "urn:oid:2.16.840.1.113883.6.104",
        "urn:oid:2.16.156.10011.2.3.3.12",
    }
)
_RXNORM = frozenset({"http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"})
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})

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
_HIGHEST_EGFR = 300
_DIALYSIS_CODES = ("Z49", "Z99.2")


def names(concept: Cell) -> list[str]:
    """Return what a CodeableConcept calls its thing: its text, then its codes."""
    return [concept.get("text").text(), *(coding.get("code").text() for coding in concept.get("coding").items())]


# ---- diagnoses ----


def diagnoses(resources: Resources, found: Cell, coder: Coder, context: Context) -> tuple[Diagnosis, ...]:
    """Return what the Conditions say; one of the past is history in a bundle, and by itself takes a diagnosis back."""
    conditions = [entry.resource for entry in resources.all("Condition")]
    told = [
        one for each in conditions if resources.single or not _is_past(each) for one in _diagnosis(each, coder, context)
    ]
    values.limited(found, len(told))
    return values.merged_diagnoses(told)


def _is_past(condition: Cell) -> bool:
    return bool(_PAST & set(names(condition.get("clinicalStatus"))))


def _diagnosis(condition: Cell, coder: Coder, context: Context) -> list[Diagnosis]:
    verification = condition.get("verificationStatus").get("coding").items()
    status = values.word(verification[0].get("code"), _VERIFICATION) if verification else DiagnosisStatus.CONFIRMED
    withdrawn = status is not DiagnosisStatus.ENTERED_IN_ERROR and _is_past(condition)
    holds = DiagnosisStatus.REFUTED if withdrawn else status or DiagnosisStatus.SUSPECTED
    codes = _icd10(condition.get("code"), coder, context)
    return [Diagnosis(code, holds, display=icd10_names.display(code)) for code in codes]


def _icd10(concept: Cell, coder: Coder, context: Context) -> tuple[str, ...]:
    codings = _codings(concept)
    own = _first_in(codings, values.ICD10_SYSTEMS | context.icd10_systems)
    if own:
        return values.icd10_codes(own.get("code"))
    return _mapped(codings, concept, coder, Coder.diagnosis) or ()


Found = TypeVar("Found")


def _mapped(codings: list[Cell], concept: Cell, coder: Coder, read: Callable[[Coder, Coded], Found]) -> Found | None:
    """Return what the first coding means that a map knows; the code of the first is listed when none does."""
    trials = ((Coder(coder.codes), _coded(coding, concept)) for coding in codings)
    found = next((known for trial, told in trials if (known := read(trial, told))), None)
    return found or (read(coder, _coded(codings[0], concept)) if codings else None)


def _coded(coding: Cell, concept: Cell) -> Coded:
    display = coding.get("display")
    return Coded(coding.get("code"), display if display.present else concept.get("text"), coding.get("system"))


def _codings(concept: Cell) -> list[Cell]:
    """Return the codings of a concept, complaining when there is none."""
    codings = concept.get("coding").items()
    if not codings:
        Cell(None, f"{concept.path}.coding", concept.findings).refuse(Reason.REQUIRED)
    return codings


def _first_in(codings: list[Cell], systems: Container[str]) -> Cell | None:
    return next((coding for coding in codings if coding.get("system").text().lower() in systems), None)


# ---- drugs ----


def medications(resources: Resources, found: Cell, coder: Coder) -> tuple[Medication, ...]:
    """Return what the orders and statements say of drugs."""
    entries = resources.all("MedicationRequest", "MedicationStatement")
    told = [one for entry in entries for one in _medication(resources, entry.resource, coder)]
    values.limited(found, len(told))
    return values.merged_medications(told)


def _medication(resources: Resources, order: Cell, coder: Coder) -> list[Medication]:
    status = values.word(order.get("status"), _MEDICATION_STATUSES)
    referred = resources.resolve(order.get("medicationReference"), "Medication")
    atc = _atc(referred.get("code") if referred else order.get("medicationCodeableConcept"), coder)
    return [Medication(atc, status, drugs.generic(atc))] if atc and status else []


def _atc(concept: Cell, coder: Coder) -> str:
    codings = concept.get("coding").items()
    own = _first_in(codings, values.ATC_SYSTEMS)
    if own:
        return values.atc_code(own.get("code"))
    by_name = drugs.atc_of(concept.get("text").text()) if not codings else ""
    return by_name or _mapped(_codings(concept) if not by_name else [], concept, coder, Coder.drug) or ""


# ---- operations ----


def procedures(resources: Resources, found: Cell, coder: Coder) -> tuple[Procedure, ...]:
    """Return what the Procedures say, each once."""
    told = [one for entry in resources.all("Procedure") for one in _procedure(entry.resource, coder)]
    values.limited(found, len(told))
    return tuple(dict.fromkeys(told))


def _procedure(procedure: Cell, coder: Coder) -> list[Procedure]:
    status = values.word(procedure.get("status"), _PROCEDURE_STATUSES)
    codings = _codings(procedure.get("code"))
    coding = _first_in(codings, _ICD9_PROCEDURES) or next(iter(codings), None)
    code = coder.procedure(_coded(coding, procedure.get("code"))) if coding else ""
    if not (coding and code and status):
        return []
    sent_as = coding.get("system").anonymous()
    ours = sent_as.lower() in _ICD9_PROCEDURES or code != coding.get("code").text().upper()
    system, display = ("ICD-9-CM-3", others.procedure(code)) if ours else (sent_as, "")
    return [Procedure(code, system, display, status, _performed_on(procedure))]


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


# ---- the person's condition ----


def condition(
    resources: Resources,
    coder: Coder,
    told: tuple[Diagnosis, ...] = (),
    done: tuple[Procedure, ...] = (),
) -> Condition:
    """Return what allergies, observations, and the codes of diagnoses and operations say of the person."""
    observations = [entry.resource for entry in resources.all("Observation")]
    pregnant = [known for one in observations if (known := _pregnant(one)) is not None]
    renal = [rate for one in observations if (rate := _renal(one)) is not None]
    if resources.single and observations and not _codes_of(observations[0]) & (PREGNANCY | EGFR):
        observations[0].get("code").refuse(Reason.UNKNOWN_VALUE)
    allergies = [one for entry in resources.all("AllergyIntolerance") for one in _allergy(entry.resource, coder)]
    return Condition(
        pregnant=pregnant[-1] if pregnant else None,
        renal=RenalClass.DIALYSIS if _on_dialysis(told, done) else renal[-1] if renal else None,
        allergies=tuple(dict.fromkeys(allergies)),
    )


def _on_dialysis(told: tuple[Diagnosis, ...], done: tuple[Procedure, ...]) -> bool:
    coded = any(d.status is DiagnosisStatus.CONFIRMED and d.code.startswith(_DIALYSIS_CODES) for d in told)
    return coded or any(p.status == "done" and p.code[:5] in others.DIALYSIS_PROCEDURES for p in done)


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
        return values.renal_class(value.value)
    return None


def _allergy(allergy: Cell, coder: Coder) -> list[Allergy]:
    concept = allergy.get("code")
    codings = concept.get("coding").items()
    if not codings and not concept.get("text").present:
        _codings(concept)
    told = codings or [Cell({}, concept.path, concept.findings)]
    found = _mapped(told, concept, coder, _allergen)
    withdrawn = _WITHDRAWN & set(names(allergy.get("verificationStatus"))) or _is_past(allergy)
    return [Allergy(*found, status="refuted" if withdrawn else "active")] if found else []


def _allergen(coder: Coder, told: Coded) -> tuple[str, str, str] | None:
    atc = drugs.of_rxnorm(told.code.text()) if told.system.text().lower() in _RXNORM else ""
    return (atc, "ATC", drugs.generic(atc)) if atc else coder.allergen(told)


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
