"""The plain JSON visit of in-house systems: a closed allow-list (P6), so that nothing enters by being overlooked.

    {"hospital", "message_id", "patient_number", "visit_number", "occurred_at", "stage",
     "birth_date" | "age_years" | "age_band", "sex", "diagnoses": [{"system", "code", "status"}],
     "medications": [{"atc", "status"}], "department", "contact": {"phone", "email", "app_user"},
     "consent": {"personal_education"}, "cancelled", "test"}

Required: message_id, patient_number, visit_number, occurred_at (ISO 8601 with offset), stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from narrowcast.application.intake import documents, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.outcome import Accepted, Context, Findings, Refused, UnreadableError
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Diagnosis, Identity, Medication, VisitReport
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

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
        "department",
        "contact",
        "consent",
        "cancelled",
        "test",
    ]
)
DIAGNOSIS_FIELDS = frozenset({"system", "code", "status"})
MEDICATION_FIELDS = frozenset({"atc", "status"})
CONTACT_FIELDS = frozenset({"phone", "email", "app_user"})
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

_MEDICATION_WORDS = {"": "active", "active": "active", "stopped": "stopped", "在用": "active", "停用": "stopped"}
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
    occurred_at = _required_time(root.get("occurred_at"))
    return VisitReport(
        hospital=hospital,
        message_id=values.identifier(root.get("message_id")),
        message_format="json",
        occurred_at=occurred_at,
        stage=values.word(root.get("stage"), values.STAGE_WORDS) or Stage.FIRST_DIAGNOSIS,
        age_band=_age_band(root, occurred_at, context),
        sex=values.word(root.get("sex"), values.SEX_WORDS) or Sex.UNKNOWN,
        diagnoses=values.merged_diagnoses(_each(root.get("diagnoses"), _diagnoses)),
        medications=values.merged_medications(_each(root.get("medications"), _medications)),
        department=values.department(root.get("department")),
        consent=_allow_only(root.get("consent"), CONSENT_FIELDS).get("personal_education").flag(),
        cancelled=root.get("cancelled").flag() or False,
        test=root.get("test").flag() or False,
    )


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


def _diagnoses(entry: Cell) -> list[Diagnosis]:
    _allow_only(entry, DIAGNOSIS_FIELDS)
    values.icd10_system(entry.get("system"))
    status = values.word(entry.get("status"), values.STATUS_WORDS) or DiagnosisStatus.SUSPECTED
    return [Diagnosis(code, status) for code in values.icd10_codes(entry.get("code"))]


def _medications(entry: Cell) -> list[Medication]:
    _allow_only(entry, MEDICATION_FIELDS)
    status = values.word(entry.get("status"), _MEDICATION_WORDS) or "stopped"
    atc = values.atc_code(entry.get("atc"))
    return [Medication(atc, status)] if atc else []


def _identity(root: Cell) -> Identity:
    contact = _allow_only(root.get("contact"), CONTACT_FIELDS)
    return Identity(
        patient_number=values.identifier(root.get("patient_number")),
        visit_number=values.identifier(root.get("visit_number")),
        phone=_reachable(contact.get("phone"), values.mobile_number, Reason.BAD_PHONE),
        email=_reachable(contact.get("email"), values.mail_address, Reason.BAD_EMAIL),
        app_user=contact.get("app_user").text(),
    )


def _reachable(cell: Cell, read: Callable[[str], str], reason: Reason) -> str:
    text = cell.text()
    found = read(text)
    if text and not found:
        cell.refuse(reason)
    return found
