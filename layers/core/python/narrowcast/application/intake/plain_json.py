"""The plain JSON visit of in-house systems: a closed allow-list (P6), so that nothing enters by being overlooked.

    {"hospital", "message_id", "patient_number", "visit_number", "occurred_at", "stage",
     "birth_date" | "age_years" | "age_band", "sex", "diagnoses": [{"system", "code", "status"}],
     "medications": [{"atc" | "name" | "system" and "code", "status"}],
     "procedures": [{"code", "system", "status", "performed_on"}],
     "pregnant", "renal", "carer", "allergies": [{"code" | "name", "system", "status"}],
     "department", "contact": {"phone", "email", "app_user", "openid"}, "consent": {"personal_education"},
     "complete", "opens", "discharge_cancelled", "cancelled", "test"}

Required: message_id, patient_number, visit_number, occurred_at (ISO 8601 with offset), stage. `complete` says that the
diagnoses are the whole list; `opens` that this is a registration or admission.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from narrowcast.application.intake import documents, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.codes import Coded, Coder
from narrowcast.application.intake.outcome import Accepted, Context, Findings, Refused, UnreadableError
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.codes import diagnoses as icd10_names
from narrowcast.domain.codes import drugs, others
from narrowcast.domain.visit_report import (
    Allergy,
    Condition,
    Diagnosis,
    Identity,
    Medication,
    Procedure,
    VisitReport,
)
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, RenalClass, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrowcast.application.intake.code_map import CodeMap

ROOT = "$"
FIELDS = frozenset(
    [
        "hospital",
        "message_id",
        "patient_number",
        "visit_number",
        "occurred_at",
        "stage",
        "birth_date",
        "age_years",
        "age_band",
        "sex",
        "diagnoses",
        "medications",
        "procedures",
        "pregnant",
        "renal",
        "carer",
        "allergies",
        "complete",
        "opens",
        "discharge_cancelled",
        "department",
        "contact",
        "consent",
        "cancelled",
        "test",
    ]
)
DIAGNOSIS_FIELDS = frozenset({"system", "code", "status"})
MEDICATION_FIELDS = frozenset({"atc", "name", "system", "code", "status"})
PROCEDURE_FIELDS = frozenset({"code", "system", "status", "performed_on"})
ALLERGY_FIELDS = frozenset({"code", "name", "system", "status"})
CONTACT_FIELDS = frozenset({"phone", "email", "app_user", "openid"})
CONSENT_FIELDS = frozenset({"personal_education"})
# What senders call the things that must not come here; any other stranger is just an unknown field.
_IDENTITY_FIELDS = frozenset(
    [
        "name",
        "patient_name",
        "full_name",
        "first_name",
        "last_name",
        "id_number",
        "id_card",
        "id_no",
        "idcard",
        "identity_card",
        "identity_number",
        "passport",
        "address",
        "home_address",
        "birthplace",
        "photo",
        "social_security_number",
        "姓名",
        "患者姓名",
        "身份证",
        "身份证号",
        "身份证号码",
        "证件号",
        "证件号码",
        "护照号",
        "住址",
        "地址",
        "家庭住址",
        "医保卡号",
    ]
)
_CONTACT_NAMES = frozenset(
    ["phone", "mobile", "telephone", "tel", "phone_number", "email", "电话", "手机", "手机号", "联系电话", "邮箱"]
)
REFUSED_NAMES = dict.fromkeys(_IDENTITY_FIELDS, Reason.IDENTITY) | dict.fromkeys(
    _CONTACT_NAMES, Reason.CONTACT_ELSEWHERE
)

MEDICATION_WORDS = {
    "": "active",
    "active": "active",
    "stopped": "stopped",
    "entered_in_error": "entered_in_error",
    "在用": "active",
    "停用": "stopped",
}
PROCEDURE_WORDS = {"": "done", "done": "done", "planned": "planned", "entered_in_error": "entered_in_error"}
ALLERGY_WORDS = {"": "active", "active": "active", "refuted": "refuted"}
RENAL_WORDS: dict[str, RenalClass | None] = {"": None} | {each.value: each for each in RenalClass}
_OPERATIONS = frozenset({"", "icd-9-cm-3", "icd9cm3", "icd-9-cm3"})
_AGE_BANDS = {band.value: band for band in AgeBand}
_AGE_FIELDS = ("birth_date", "age_years", "age_band")


def read_json(body: bytes, context: Context) -> Accepted | Refused:
    """Read one plain JSON visit."""
    findings = Findings()
    root = Cell(documents.load(body, ROOT), ROOT, findings)
    if not isinstance(root.value, dict):
        raise UnreadableError(ROOT, Reason.NOT_AN_OBJECT)
    _allow_only(root, FIELDS)
    named = values.hospital([root.get("hospital")], root.get("hospital"), context)
    report = _report(root, named, context)
    identity = _identity(root)
    if findings.problems:
        return findings.refusal(message_id=report.message_id, hospital=named)
    return Accepted(report, identity)


def _allow_only(cell: Cell, allowed: frozenset[str]) -> Cell:
    cell.allow_only(allowed, REFUSED_NAMES)
    return cell


def _report(root: Cell, hospital: str, context: Context) -> VisitReport:
    occurred_at, coder = _required_time(root.get("occurred_at")), Coder(context.codes)
    return VisitReport(
        hospital=hospital,
        message_id=values.identifier(root.get("message_id")),
        message_format="json",
        occurred_at=occurred_at,
        stage=values.word(root.get("stage"), values.STAGE_WORDS) or Stage.FIRST_DIAGNOSIS,
        age_band=_age_band(root, occurred_at, context),
        sex=values.word(root.get("sex"), values.SEX_WORDS) or Sex.UNKNOWN,
        diagnoses=values.merged_diagnoses(_each(root.get("diagnoses"), partial(_diagnoses, context.codes))),
        medications=values.merged_medications(_each(root.get("medications"), partial(_medications, coder))),
        department=values.department(root.get("department")),
        consent=_allow_only(root.get("consent"), CONSENT_FIELDS).get("personal_education").flag(),
        cancelled=_true(root.get("cancelled")),
        test=_true(root.get("test")),
        procedures=tuple(dict.fromkeys(_each(root.get("procedures"), partial(_procedures, coder)))),
        condition=_condition(root, coder),
        complete=_true(root.get("complete")),
        discharge_cancelled=_true(root.get("discharge_cancelled")),
        opens=_true(root.get("opens")),
        unmapped=tuple(coder.unmapped),
    )


def _true(cell: Cell) -> bool:
    return cell.flag() or False


def _required_time(cell: Cell) -> str:
    cell.required()
    return values.time(cell, moments.utc_of_iso)


def _age_band(root: Cell, occurred_at: str, context: Context) -> AgeBand | None:
    given = [cell for name in _AGE_FIELDS if (cell := root.get(name)).present]
    if len(given) > 1:
        given[1].refuse(Reason.SEVERAL_AGES)
    if root.get("age_years").present:
        return _band_of_years(root.get("age_years"))
    if root.get("age_band").present:
        return values.word(root.get("age_band"), _AGE_BANDS)
    return values.age_band(root.get("birth_date"), occurred_at, context)


def _band_of_years(cell: Cell) -> AgeBand | None:
    years = cell.value
    if isinstance(years, bool) or not isinstance(years, int):
        cell.refuse(Reason.WRONG_TYPE)
        return None
    if not 0 <= years <= moments.OLDEST_YEARS:
        cell.refuse(Reason.UNKNOWN_VALUE)
        return None
    return AgeBand.of_years(years)


Entry = TypeVar("Entry")


def _each(cell: Cell, read: Callable[[Cell], list[Entry]]) -> list[Entry]:
    found = [one for entry in cell.items() for one in read(entry)]
    values.limited(cell, len(found))
    return found


def _diagnoses(codes: CodeMap, entry: Cell) -> list[Diagnosis]:
    _allow_only(entry, DIAGNOSIS_FIELDS)
    own = codes.find("diagnosis", entry.get("system").text(), entry.get("code").text())
    if not own:
        values.icd10_system(entry.get("system"))
    status = values.word(entry.get("status"), values.STATUS_WORDS) or DiagnosisStatus.SUSPECTED
    found = (own,) if own else values.icd10_codes(entry.get("code"))
    return [Diagnosis(code, status, display=icd10_names.display(code)) for code in found]


def _medications(coder: Coder, entry: Cell) -> list[Medication]:
    _allow_only(entry, MEDICATION_FIELDS)
    status = values.word(entry.get("status"), MEDICATION_WORDS) or "stopped"
    by_other = entry.get("name").present or entry.get("code").present
    told = Coded(entry.get("code"), entry.get("name"), entry.get("system"))
    atc = coder.drug(told) if by_other and not entry.get("atc").present else values.atc_code(entry.get("atc"))
    return [Medication(atc, status, drugs.generic(atc))] if atc else []


def _procedures(coder: Coder, entry: Cell) -> list[Procedure]:
    _allow_only(entry, PROCEDURE_FIELDS)
    system = entry.get("system").anonymous()
    code = coder.procedure(Coded(entry.get("code"), Cell(None, entry.path, entry.findings), entry.get("system")))
    ours = system.lower() in _OPERATIONS or code != entry.get("code").text().upper()
    status = values.word(entry.get("status"), PROCEDURE_WORDS)
    day = _day(entry.get("performed_on"))
    if not (code and status):
        return []
    return [Procedure(code, "ICD-9-CM-3" if ours else system, others.procedure(code) if ours else "", status, day)]


def _day(cell: Cell) -> str:
    text = cell.text()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        cell.refuse(Reason.BAD_TIME)
        return ""


def _condition(root: Cell, coder: Coder) -> Condition:
    return Condition(
        pregnant=root.get("pregnant").flag(),
        renal=values.word(root.get("renal"), RENAL_WORDS),
        carer=root.get("carer").flag(),
        allergies=tuple(dict.fromkeys(_each(root.get("allergies"), partial(_allergies, coder)))),
    )


def _allergies(coder: Coder, entry: Cell) -> list[Allergy]:
    _allow_only(entry, ALLERGY_FIELDS)
    if not (entry.get("code").present or entry.get("name").present):
        entry.get("code").refuse(Reason.REQUIRED)
    status = values.word(entry.get("status"), ALLERGY_WORDS)
    found = coder.allergen(Coded(entry.get("code"), entry.get("name"), entry.get("system")))
    return [Allergy(*found, status=status)] if found and status else []


def _identity(root: Cell) -> Identity:
    contact = _allow_only(root.get("contact"), CONTACT_FIELDS)
    return Identity(
        patient_number=values.identifier(root.get("patient_number")),
        visit_number=values.identifier(root.get("visit_number")),
        phone=_reachable(contact.get("phone"), values.mobile_number, Reason.BAD_PHONE),
        email=_reachable(contact.get("email"), values.mail_address, Reason.BAD_EMAIL),
        app_user=contact.get("app_user").text(),
        openid=contact.get("openid").text(),
    )


def _reachable(cell: Cell, read: Callable[[str], str], reason: Reason) -> str:
    text = cell.text()
    found = read(text)
    if text and not found:
        cell.refuse(reason)
    return found
