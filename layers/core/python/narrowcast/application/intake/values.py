"""Cells turned into the words of the domain: the checks that all three formats share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from narrowcast.application.intake import icd10, moments
from narrowcast.application.intake.cells import is_citizen_id
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Diagnosis, Medication
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, RenalClass, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from narrowcast.application.intake.cells import Cell
    from narrowcast.application.intake.outcome import Context

# How FHIR names the editions of ICD-10, and ATC. A hospital's own URI for the national edition comes as configuration.
ICD10_SYSTEMS = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/icd-10-cn",
        "urn:oid:2.16.840.1.113883.6.3",
        "urn:oid:2.16.840.1.113883.6.90",
        "urn:oid:2.16.156.10011.2.3.3.11",
        "urn:oid:2.16.156.10011.2.3.3.11.3",
    }
)
ATC_SYSTEMS = frozenset({"http://www.whocc.no/atc", "https://www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73"})

# CX.5 and Identifier.type, table 0203: numbers that the hospital itself gave, best first. All others name the person
# elsewhere (citizen, passport, insurance).
PATIENT_NUMBER_TYPES = ("PI", "MR", "PT", "")
VISIT_NUMBER_TYPES = ("VN", "AN", "")

RENAL_NORMAL_FROM, RENAL_SEVERE_BELOW = 60, 30
"""Borders of the estimated filtration rate, mL/min/1.73 m² (KDIGO: G1-G2, G3, G4-G5)."""

MAX_CODES = 64
MAX_DEPARTMENT = 40

STAGE_WORDS: dict[str, Stage] = {stage.value: stage for stage in Stage} | {
    "初诊": Stage.FIRST_DIAGNOSIS,
    "起始用药": Stage.TREATMENT_START,
    "复诊": Stage.FOLLOW_UP,
    "随访": Stage.FOLLOW_UP,
    "住院": Stage.INPATIENT,
    "术前": Stage.PRE_OP,
    "术后": Stage.POST_OP,
    "出院": Stage.DISCHARGE,
    "康复": Stage.REHABILITATION,
}
SEX_WORDS: dict[str, Sex] = {
    "": Sex.UNKNOWN,
    "female": Sex.FEMALE,
    "male": Sex.MALE,
    "unknown": Sex.UNKNOWN,
    "other": Sex.UNKNOWN,
    "女": Sex.FEMALE,
    "男": Sex.MALE,
    "未知": Sex.UNKNOWN,
}
STATUS_WORDS: dict[str, DiagnosisStatus] = {status.value: status for status in DiagnosisStatus} | {
    "": DiagnosisStatus.CONFIRMED,
    "确诊": DiagnosisStatus.CONFIRMED,
    "疑似": DiagnosisStatus.SUSPECTED,
    "排除": DiagnosisStatus.REFUTED,
}
ICD10_NAMES = frozenset(
    {"", "icd-10", "icd10", "icd-10-cm", "icd10cm", "i10", "i10c", "icd10cn", "icd-10-cn", "国临版", "医保版"}
)

_ATC = re.compile(r"[ABCDGHJLMNPRSV][0-9]{2}[A-Z]{2}[0-9]{2}")
_IDENTIFIER = re.compile(r"\S{1,199}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_CHINESE_MOBILE = re.compile(r"(?:\+86|0086|86|0)?(1[3-9][0-9]{9})")
_FOREIGN_PHONE = re.compile(r"\+(?!86)[1-9][0-9]{7,14}")
_CERTAINTY = (
    DiagnosisStatus.CONFIRMED,
    DiagnosisStatus.SUSPECTED,
    DiagnosisStatus.REFUTED,
    DiagnosisStatus.ENTERED_IN_ERROR,
)


Word = TypeVar("Word")


def word(cell: Cell, words: Mapping[str, Word]) -> Word | None:
    """Return what the cell's word stands for; an unknown word is refused, an absent one only if "" is not listed."""
    text = cell.text() if "" in words else cell.required()
    key = text if text in words else text.lower()
    if text and key not in words:
        cell.refuse(Reason.UNKNOWN_VALUE)
    return words.get(key)


def identifier(cell: Cell) -> str:
    """Return a number that a hospital gave (message, patient, visit); a citizen's identity number is refused."""
    text = cell.required()
    if is_citizen_id(text):
        cell.refuse(Reason.IDENTITY)
        return ""
    if text and not _IDENTIFIER.fullmatch(text):
        cell.refuse(Reason.BAD_TEXT)
        return ""
    return text


def best_number(numbers: Iterable[tuple[str, Cell]], kinds: Iterable[str]) -> Cell | None:
    """Return the number of the best kind (`numbers` are pairs of kind and number), None when there is none.

    Citizens' identity numbers count only when there is nothing else, to be refused by name.
    """
    given = list(numbers)
    usable = [(kind, cell) for kind, cell in given if not is_citizen_id(cell.text())] or given
    ranked = [cell for wanted in kinds for kind, cell in usable if kind.upper() == wanted]
    return ranked[0] if ranked else None


def department(cell: Cell) -> str:
    """Return the department's name; it enters the log, so it must be short and carry nobody's number."""
    text = cell.anonymous()
    if len(text) > MAX_DEPARTMENT:
        cell.refuse(Reason.TOO_LONG)
        return ""
    return text


def hospital(named: Iterable[Cell], here: Cell, context: Context) -> str:
    """Return the hospital the message belongs to.

    `named` are the cells that may name it: with a vouched hospital any one of them must agree, if there is one at all;
    otherwise the first known one counts. `here` takes the complaint when nothing names a hospital.
    """
    names = [(cell, text) for cell in named if (text := cell.text())]
    if context.hospital is None:
        candidates = [text for _, text in names] or [context.default_hospital]
        chosen = next((text for text in candidates if text in context.known_hospitals), "")
    else:
        chosen = context.hospital if context.hospital in context.known_hospitals else ""
    complaint = names[0][0] if names else here
    if not chosen:
        complaint.refuse(
            Reason.UNKNOWN_HOSPITAL if names or context.hospital or context.default_hospital else Reason.REQUIRED
        )
    elif names and chosen not in {text for _, text in names}:
        complaint.refuse(Reason.OTHER_HOSPITAL)
    return chosen


def icd10_codes(cell: Cell) -> tuple[str, ...]:
    """Return the ICD-10 codes of one diagnosis, none when it is refused."""
    text = cell.required()
    codes = icd10.codes_in(text)
    if text and not codes:
        cell.refuse(Reason.BAD_ICD10)
    elif not all(icd10.is_known(code) for code in codes):
        cell.refuse(Reason.UNKNOWN_ICD10)
        return ()
    return codes


def icd10_system(cell: Cell) -> None:
    """Refuse a coding system that is not some edition of ICD-10."""
    if cell.text().lower() not in ICD10_NAMES:
        cell.refuse(Reason.UNKNOWN_SYSTEM)


def atc_code(cell: Cell) -> str:
    """Return the ATC code of a drug (fifth level), or an empty string when it is refused."""
    text = cell.required().upper()
    if text and not _ATC.fullmatch(text):
        cell.refuse(Reason.BAD_ATC)
        return ""
    return text


def time(cell: Cell, read: Callable[[str], str]) -> str:
    """Return the cell's time as `read` understands it, or an empty string when there is none or it is refused."""
    text = cell.text()
    try:
        return read(text) if text else ""
    except ValueError:
        cell.refuse(Reason.BAD_TIME)
        return ""


def age_band(birth: Cell, occurred_at: str, context: Context) -> AgeBand | None:
    """Return the age band at the visit: all that is kept of a birth date."""
    text = birth.text()
    if not text or not occurred_at:
        return None
    try:
        return moments.band_of_birth(text, occurred_at, context.utc_offset)
    except ValueError:
        birth.refuse(Reason.BAD_BIRTH_DATE)
        return None


def mobile_number(text: str) -> str:
    """Return the number in E.164 (+8613800138000) if it can receive an SMS, else an empty string.

    A national number must be a mobile; a foreign one must say its country.
    """
    digits = re.sub(r"[^0-9+]", "", re.split(r"[XBCxbc;,]", text)[0])
    if chinese := _CHINESE_MOBILE.fullmatch(digits):
        return f"+86{chinese[1]}"
    return digits if _FOREIGN_PHONE.fullmatch(digits) else ""


def mail_address(text: str) -> str:
    """Return the address if it can be one, else an empty string."""
    return text if _EMAIL.fullmatch(text) else ""


def merged_diagnoses(found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Return each diagnosis once, in the order met, at the surest status the message gives it."""
    merged: dict[tuple[str, str], Diagnosis] = {}
    for diagnosis in found:
        key = (diagnosis.system, diagnosis.code)
        merged[key] = min(merged.get(key, diagnosis), diagnosis, key=lambda one: _CERTAINTY.index(one.status))
    return tuple(merged.values())


def merged_medications(found: Iterable[Medication]) -> tuple[Medication, ...]:
    """Return each drug once, in the order met; one that is stopped and started again is active."""
    merged: dict[str, Medication] = {}
    for medication in found:
        merged[medication.atc] = min(merged.get(medication.atc, medication), medication, key=lambda one: one.status)
    return tuple(merged.values())


def renal_class(egfr: float) -> RenalClass:
    """Return the class of an estimated filtration rate in mL/min/1.73 m²."""
    if egfr < RENAL_SEVERE_BELOW:
        return RenalClass.SEVERE
    return RenalClass.REDUCED if egfr < RENAL_NORMAL_FROM else RenalClass.NORMAL


def limited(cell: Cell, codes: int) -> None:
    """Refuse a list longer than any real visit's: it would only bloat the log."""
    if codes > MAX_CODES:
        cell.refuse(Reason.TOO_MANY)
