"""What the clinical segments of an HL7 message tell: DG1, PR1, AL1, OBX and the orders (ORC with RXO, RXE, RXD).

eGFR (LOINC, CKD-EPI or MDRD, mL/min/1.73 m²) becomes a class by KDIGO's borders: 60 and more normal, 30 to 59 reduced,
below 30 severe. Dialysis is told by a code alone: a confirmed Z49 or Z99.2, or a procedure 39.95 or 54.98.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrowcast.application.intake import moments, values
from narrowcast.application.intake.codes import Coded, is_old_edition
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.codes import diagnoses as icd10_names
from narrowcast.domain.codes import drugs, others
from narrowcast.domain.visit_report import Allergy, Condition, Diagnosis, Medication, Procedure
from narrowcast.domain.vocabulary import DiagnosisStatus, RenalClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrowcast.application.intake.codes import Coder
    from narrowcast.application.intake.hl7_segments import Segment, Segments

# DG1-6, table 0052 and the words of Chinese systems; systems that send final diagnoses only leave it out.
_DIAGNOSIS_TYPES = {
    "": DiagnosisStatus.CONFIRMED,
    "F": DiagnosisStatus.CONFIRMED,
    "A": DiagnosisStatus.SUSPECTED,
    "W": DiagnosisStatus.SUSPECTED,
    "确诊": DiagnosisStatus.CONFIRMED,
    "门诊诊断": DiagnosisStatus.CONFIRMED,
    "出院诊断": DiagnosisStatus.CONFIRMED,
    "主要诊断": DiagnosisStatus.CONFIRMED,
    "入院诊断": DiagnosisStatus.SUSPECTED,
    "初步诊断": DiagnosisStatus.SUSPECTED,
    "疑似": DiagnosisStatus.SUSPECTED,
    "待查": DiagnosisStatus.SUSPECTED,
    "排除": DiagnosisStatus.REFUTED,
}
_DELETED = "D"
_DIAGNOSIS_ACTION, _PROCEDURE_ACTION = 21, 20
_ICD9_PROCEDURES = frozenset({"", "icd-9-cm-3", "icd9cm3", "icd-9-cm3", "icd9-cm-3", "i9cp", "国临版", "医保版"})
_PROCEDURE_SYSTEM = "ICD-9-CM-3"

# ORC-1, table 0119. None: says nothing of what the patient takes.
_ACTIVE, _STOPPED, _IN_ERROR = "active", "stopped", "entered_in_error"
_ORDER_CONTROLS: dict[str, str | None] = {
    **dict.fromkeys(["NW", "OK", "RE", "RO", "XO", "XX", "RL", "OE", "RF", "AF", "NA", "SN", "XR", "RR"], _ACTIVE),
    **dict.fromkeys(["DC", "OD", "DR", "HD", "OH", "HR", "RP", "RQ", "RU"], _STOPPED),
    **dict.fromkeys(["CA", "OC", "CR"], _IN_ERROR),
    **dict.fromkeys(["UA", "UC", "UD", "UH", "UM", "UR", "UX", "DE", "DF", "FU", "LI", "UN", "PA", "CH", "CN", "PR"]),
}
# ORC-5, table 0038, for a status told on its own (SC, SR, SS).
_STATUS_TOLD = frozenset({"SC", "SR", "SS"})
_ORDER_STATUSES = {"CA": _IN_ERROR, "ER": _IN_ERROR, "DC": _STOPPED, "HD": _STOPPED, "CM": _STOPPED, "RP": _STOPPED}
# Where each segment names the drug, best first: dispensed, encoded, requested.
_DRUG_FIELDS = {"RXO": 1, "RXE": 2, "RXD": 2}

_PREGNANCY = frozenset({"82810-3", "11449-6"})
_PREGNANT = {
    **dict.fromkeys(["la15173-0", "77386006", "y", "yes", "1", "true", "是", "妊娠", "怀孕", "pregnant"], True),
    **dict.fromkeys(["la26683-5", "60001007", "n", "no", "0", "false", "否", "未孕", "未妊娠", "not pregnant"], False),
}
_EGFR = frozenset({"33914-3", "62238-1", "98979-8", "69405-9", "48642-3", "48643-1", "50044-7", "77147-7"})
_EGFR_UNITS = frozenset({"", "ml/min/1.73m2", "ml/min/1.73m²", "ml/min/1.73m^2", "ml/min/{1.73_m2}", "ml/min/1.73 m2"})
_NUMBER = re.compile(r"([<>]=?)?\s*([0-9]{1,3}(?:\.[0-9]{1,3})?)")
_FINAL = frozenset({"", "F", "C", "U"})
_PREGNANT_AMBULATORY_STATUS = "B6"
_DIALYSIS_CODES = ("Z49", "Z99.2")
_NOTHING_KNOWN = re.compile(r"nk(?:d?a|fa)|no known.*|none|无|否认.*|无(?:药物)?过敏史?|未发现", re.IGNORECASE)


# ---- diagnoses and procedures ----


def read_diagnoses(segments: Segments, coder: Coder) -> tuple[Diagnosis, ...]:
    """Return what all DG1 say together."""
    told = segments.all("DG1")
    found = [diagnosis for segment in told for diagnosis in _diagnosed(segment, coder)]
    values.limited(segments.first("DG1").cell(3), len(found))
    old = [segment.cell(3, 3) for segment in told if is_old_edition(segment.cell(3, 3))]
    if old and not found:
        old[0].refuse(Reason.UNKNOWN_SYSTEM)
    return values.merged_diagnoses(found)


def has_actions(segments: Segments) -> bool:
    """Tell whether the diagnoses come as single changes (DG1-21), so that their list is no snapshot."""
    return any(segment.cell(_DIAGNOSIS_ACTION).present for segment in segments.all("DG1"))


def _diagnosed(segment: Segment, coder: Coder) -> list[Diagnosis]:
    """Return what DG1-3 codes: the alternate triple counts when only that one is ICD-10."""
    told, other = segment.coded(3), segment.coded(3, 4)
    if _names_icd10(other) and other.code.present and not _names_icd10(told):
        told = other
    status = values.word(segment.cell(6), _DIAGNOSIS_TYPES) or DiagnosisStatus.SUSPECTED
    if segment.cell(_DIAGNOSIS_ACTION).text() == _DELETED:
        status = DiagnosisStatus.ENTERED_IN_ERROR
    return [Diagnosis(code, status, display=icd10_names.display(code)) for code in coder.diagnosis(told)]


def _names_icd10(told: Coded) -> bool:
    system = told.system.text().lower()
    return system != "" and system in values.ICD10_NAMES


def read_procedures(segments: Segments, coder: Coder, occurred_at: str, offset: str) -> tuple[Procedure, ...]:
    """Return what all PR1 say; one dated after the message is planned."""
    found = [_procedure(segment, coder, occurred_at, offset) for segment in segments.all("PR1")]
    values.limited(segments.first("PR1").cell(3), len(found))
    return tuple(dict.fromkeys(one for one in found if one.code))


def _procedure(segment: Segment, coder: Coder, occurred_at: str, offset: str) -> Procedure:
    told = segment.coded(3)
    system = told.system.anonymous()
    own = system.lower() not in _ICD9_PROCEDURES
    code = coder.procedure(told)
    mapped = bool(code) and code != told.code.text().upper()
    moment = values.time(segment.cell(5), lambda text: moments.utc_of_hl7(text, offset))
    status = "planned" if moment > occurred_at else "done"
    if segment.cell(_PROCEDURE_ACTION).text() == _DELETED:
        status = _IN_ERROR
    return Procedure(
        code=code,
        system=system if own and not mapped else _PROCEDURE_SYSTEM,
        display="" if own and not mapped else others.procedure(code),
        status=status,
        performed_on=moments.local_day(moment, offset) if moment else "",
    )


# ---- the person's condition ----


def read_condition(
    segments: Segments, coder: Coder, diagnoses: tuple[Diagnosis, ...] = (), procedures: tuple[Procedure, ...] = ()
) -> Condition:
    """Return what AL1, OBX, PV1-15 and the codes themselves say of the person."""
    pregnant, renal = _observed(segments)
    if pregnant is None and _PREGNANT_AMBULATORY_STATUS in _ambulatory(segments.first("PV1")):
        pregnant = True
    if _on_dialysis(diagnoses, procedures):
        renal = RenalClass.DIALYSIS
    return Condition(pregnant=pregnant, renal=renal, allergies=_allergies(segments, coder))


def _ambulatory(visit: Segment) -> set[str]:
    return {visit.cell(15, 1, at).text() for at in range(1, visit.repetitions(15) + 1)}


def _on_dialysis(diagnoses: tuple[Diagnosis, ...], procedures: tuple[Procedure, ...]) -> bool:
    coded = any(d.status is DiagnosisStatus.CONFIRMED and d.code.startswith(_DIALYSIS_CODES) for d in diagnoses)
    return coded or any(p.status == "done" and p.code[:5] in others.DIALYSIS_PROCEDURES for p in procedures)


def _observed(segments: Segments) -> tuple[bool | None, RenalClass | None]:
    """Return pregnancy and renal class by the last final observation of each."""
    pregnant: bool | None = None
    renal: RenalClass | None = None
    for segment in segments.all("OBX"):
        codes = {segment.cell(3).text(), segment.cell(3, 4).text()}
        if segment.cell(11).text() not in _FINAL:
            continue
        if codes & _PREGNANCY:
            pregnant = _said_pregnant(segment, pregnant)
        elif codes & _EGFR and segment.cell(6).text().lower() in _EGFR_UNITS:
            renal = _renal_class(segment) or renal
    return pregnant, renal


def _said_pregnant(segment: Segment, before: bool | None) -> bool | None:  # noqa: FBT001 - a value, no switch
    known = (_PREGNANT.get(segment.cell(5, component).text().lower()) for component in (1, 2, 4, 5))
    return next((said for said in known if said is not None), before)


def _renal_class(segment: Segment) -> RenalClass | None:
    """Return the class of a number, also of ">90" and of a structured numeric (>^90); None if it leaves it open."""
    written = segment.cell(5).text()
    found = _NUMBER.fullmatch(written if any(map(str.isdigit, written)) else written + segment.cell(5, 2).text())
    if found is None:
        return None
    bound, value = found[1] or "", float(found[2])
    if bound.startswith(">"):
        return RenalClass.NORMAL if value >= values.RENAL_NORMAL_FROM else None
    if bound.startswith("<"):
        return RenalClass.SEVERE if value <= values.RENAL_SEVERE_BELOW else None
    return values.renal_class(value)


def _allergies(segments: Segments, coder: Coder) -> tuple[Allergy, ...]:
    found = [allergy for segment in segments.all("AL1") for allergy in _allergy(segment, coder)]
    values.limited(segments.first("AL1").cell(3), len(found))
    return tuple(dict.fromkeys(found))


def _allergy(segment: Segment, coder: Coder) -> Iterator[Allergy]:
    told = segment.coded(3)
    if any(_NOTHING_KNOWN.fullmatch(cell.text()) for cell in (told.code, told.name)):
        return
    if allergen := coder.allergen(told):
        yield Allergy(*allergen)


# ---- orders ----


def read_orders(segments: Segments, coder: Coder) -> tuple[Medication, ...]:
    """Return what each order (ORC and the drug segments after it) says of its drug; the last word on a drug holds."""
    status: str | None = None
    found: dict[str, Medication] = {}
    for segment in segments.all("ORC", *_DRUG_FIELDS):
        if segment.name.startswith("ORC"):
            status = _order_status(segment)
        elif status and (atc := _drug(segment, coder)):
            found[atc] = Medication(atc, status, drugs.generic(atc))
    values.limited(segments.first("ORC").cell(1), len(found))
    return tuple(found.values())


def _order_status(order: Segment) -> str | None:
    control = order.cell(1).text()
    if control in _STATUS_TOLD:
        return _ORDER_STATUSES.get(order.cell(5).text(), _ACTIVE)
    return values.word(order.cell(1), _ORDER_CONTROLS)


def _drug(segment: Segment, coder: Coder) -> str:
    """Return the ATC code of the drug; the alternate triple counts when the first one is not known."""
    field = _DRUG_FIELDS[segment.name[:3]]
    told, other = segment.coded(field), segment.coded(field, 4)
    if not (told.code.present or told.name.present):
        told.code.refuse(Reason.REQUIRED)
        return ""
    before = len(coder.unmapped)
    code = coder.drug(told)
    if not code and (other.code.present or other.name.present) and (found := coder.drug(other)):
        del coder.unmapped[before:]
        return found
    return code
