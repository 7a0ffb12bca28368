"""HL7 v2 messages (2.3 to 2.8) read as reports: ADT, orders for medication, results.

The fields that nobody asks for are never looked at: PID-5 (name), PID-11 (address), PID-19 (identity number).

How a message tells the stage: A03 → discharge; else PV1-4 when it holds one of our words (初诊, 起始用药, 术后 …); else
PV1-45 (discharged at) → discharge; else PV1-2: I, P, B → inpatient; R (recurring) → follow-up; O, E → first diagnosis,
or follow-up if PV1-4 is R (routine). Orders and results tell none but by PV1-4.

Which diagnoses are the whole list: those of an A08 that gives no action codes (DG1-21) and no code that is unknown to
us. Every other message adds; a first registration or a discharge often lists only the main diagnosis.
"""

from __future__ import annotations

from functools import partial

from narrowcast.application.intake import hl7_clinical, hl7_wire, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.codes import Coder
from narrowcast.application.intake.hl7_segments import Segment, Segments, split
from narrowcast.application.intake.outcome import Accepted, Context, Findings, Refused
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.codes import others
from narrowcast.domain.visit_report import Identity, MergeReport, PersonReport, Report, VisitReport
from narrowcast.domain.vocabulary import Sex, Stage

VERSIONS = frozenset(["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"])
KINDS = {
    "ADT": frozenset(["A01", "A03", "A04", "A05", "A08", "A11", "A13", "A28", "A31", "A40"]),
    "ORM": frozenset(["O01"]),
    "OMP": frozenset(["O09"]),
    "RDE": frozenset(["O01", "O11"]),
    "ORU": frozenset(["R01"]),
}
OPENING, PERSONAL = frozenset(["A01", "A04", "A05"]), frozenset(["A28", "A31"])
CANCELLING, DISCHARGING, UNDISCHARGING, UPDATING, MERGING = "A11", "A03", "A13", "A08", "A40"
RESULT = "R01"
REQUIRED_HEADER_FIELDS = (7, 9, 10, 11, 12)

# PID-8: table 0001, GB/T 2261.1 numbers and the words of Chinese systems.
_SEX = values.SEX_WORDS | {
    "F": Sex.FEMALE,
    "M": Sex.MALE,
    "U": Sex.UNKNOWN,
    "O": Sex.UNKNOWN,
    "A": Sex.UNKNOWN,
    "N": Sex.UNKNOWN,
    "0": Sex.UNKNOWN,
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "9": Sex.UNKNOWN,
}
# PV1-2, table 0004 and the words of Chinese systems.
_PATIENT_CLASSES = {
    "O": Stage.FIRST_DIAGNOSIS,
    "E": Stage.FIRST_DIAGNOSIS,
    "门诊": Stage.FIRST_DIAGNOSIS,
    "急诊": Stage.FIRST_DIAGNOSIS,
    "R": Stage.FOLLOW_UP,
    "I": Stage.INPATIENT,
    "P": Stage.INPATIENT,
    "B": Stage.INPATIENT,
    "住院": Stage.INPATIENT,
}
_ROUTINE = "R"
_EDUCATION_CONSENT = "EDU"
_CONSENTING, _REFUSING = frozenset({"A"}), frozenset({"R", "X"})
_FAX, _EMERGENCY = frozenset({"FX", "BP"}), frozenset({"EMR"})


def read_hl7(message: hl7_wire.WireMessage, context: Context) -> Accepted | Refused:
    """Read one message."""
    segments = split(message, Findings())
    header = segments.first("MSH")
    message_id = values.identifier(header.cell(10))
    hospital = values.hospital([header.cell(4), header.cell(4, 2)], header.cell(4), context)
    _check_kind(header)
    if segments.findings.problems:
        return segments.findings.refusal(message_id=message_id, hospital=hospital)
    report = _report(segments, hospital, message_id, context)
    identity = _identity(segments, of_visit=isinstance(report, VisitReport))
    if segments.findings.problems:
        return segments.findings.refusal(message_id=message_id, hospital=hospital)
    return Accepted(report, identity)


def _check_kind(header: Segment) -> None:
    """Complain about a missing header field, and about a kind of message that is not read at all."""
    _seven, kind, _ten, processing, version = (header.cell(field) for field in REQUIRED_HEADER_FIELDS)
    for field in REQUIRED_HEADER_FIELDS:
        header.cell(field).required()
    event = header.cell(9, 2)
    checks = (
        (kind, KINDS, Reason.UNSUPPORTED_TYPE),
        (processing, {"P", "T", "D"}, Reason.UNSUPPORTED_PROCESSING),
        (version, VERSIONS, Reason.UNSUPPORTED_VERSION),
    )
    for cell, allowed, reason in checks:
        if cell.present and cell.text() not in allowed:
            cell.refuse(reason)
    if kind.text() in KINDS and event.required() and event.text() not in KINDS[kind.text()]:
        event.refuse(Reason.UNSUPPORTED_EVENT)


# ---- the three kinds of report ----


def _report(segments: Segments, hospital: str, message_id: str, context: Context) -> Report:
    header = segments.first("MSH")
    event = header.cell(9, 2).text()
    told: dict[str, object] = {
        "hospital": hospital,
        "message_id": message_id,
        "message_format": "hl7",
        "occurred_at": _occurred_at(segments, context),
        "test": header.cell(11).text() != "P",
        "sender": _sender(header),
    }
    if event == MERGING:
        return _merge(segments, told)
    if event in PERSONAL | {RESULT} and not _visit_number(segments).present:
        return _person(segments, told, context)
    return _visit(segments, event, told, context)


def _sender(header: Segment) -> str:
    """Return whose message this is: control ids are counters of one application, and some begin anew each day."""
    return "|".join(header.cell(field).text() for field in (3, 4, 7))


def _occurred_at(segments: Segments, context: Context) -> str:
    """Return when it was recorded (EVN-2; an order's ORC-9), else when it was sent (MSH-7)."""
    header = segments.first("MSH")
    recorded = segments.required("EVN").cell(2) if header.cell(9).text() == "ADT" else segments.first("ORC").cell(9)
    read = partial(moments.utc_of_hl7, offset=context.utc_offset)
    times = [values.time(cell, read) for cell in (recorded, header.cell(7))]
    return next((time for time in times if time), "")


def _merge(segments: Segments, told: dict[str, object]) -> MergeReport:
    for second in segments.all("MRG")[1:]:
        second.cell(1).refuse(Reason.TOO_MANY)
    merged = values.identifier(_number(segments.required("MRG"), 1))
    if merged and merged == values.identifier(_number(segments.required("PID"), 3)):
        segments.first("MRG").cell(1).refuse(Reason.UNKNOWN_VALUE)
    return MergeReport(merged=merged, **told)  # type: ignore[arg-type] # what every report has, gathered once


def _person(segments: Segments, told: dict[str, object], context: Context) -> PersonReport:
    patient, coder = segments.required("PID"), Coder(context.codes)
    return PersonReport(
        age_band=values.age_band(patient.cell(7), str(told["occurred_at"]), context),
        sex=values.word(patient.cell(8), _SEX) or Sex.UNKNOWN,
        consent=_consent(segments),
        condition=hl7_clinical.read_condition(segments, coder),
        **told,  # type: ignore[arg-type] # what every report has, gathered once
    )


def _visit(segments: Segments, event: str, told: dict[str, object], context: Context) -> VisitReport:
    of_adt = segments.first("MSH").cell(9).text() == "ADT"
    patient, visit = segments.required("PID"), segments.required("PV1")
    coder, occurred_at = Coder(context.codes), str(told["occurred_at"])
    diagnoses = hl7_clinical.read_diagnoses(segments, coder)
    snapshot = event == UPDATING and bool(diagnoses) and not coder.unmapped and not hl7_clinical.has_actions(segments)
    procedures = hl7_clinical.read_procedures(segments, coder, occurred_at, context.utc_offset)
    return VisitReport(
        stage=_stage(event, visit) if of_adt else _told_stage(visit),
        age_band=values.age_band(patient.cell(7), occurred_at, context),
        sex=values.word(patient.cell(8), _SEX) or Sex.UNKNOWN,
        diagnoses=diagnoses,
        medications=hl7_clinical.read_orders(segments, coder),
        department=_department(visit, context),
        consent=_consent(segments),
        cancelled=event == CANCELLING,
        procedures=procedures,
        condition=hl7_clinical.read_condition(segments, coder, diagnoses, procedures),
        complete=snapshot,
        discharge_cancelled=event == UNDISCHARGING,
        unmapped=tuple(coder.unmapped),
        opens=event in OPENING,
        **told,  # type: ignore[arg-type] # what every report has, gathered once
    )


def _stage(event: str, visit: Segment) -> Stage:
    by_class = values.word(visit.cell(2), _PATIENT_CLASSES) or Stage.FIRST_DIAGNOSIS
    if event == DISCHARGING:
        return Stage.DISCHARGE
    if told := _told_stage(visit):
        return told
    if visit.cell(45).present and event != UNDISCHARGING:
        return Stage.DISCHARGE
    routine = by_class is Stage.FIRST_DIAGNOSIS and visit.cell(4).text() == _ROUTINE
    return Stage.FOLLOW_UP if routine else by_class


def _told_stage(visit: Segment) -> Stage | None:
    told = (values.STAGE_WORDS.get(visit.cell(4, component).text()) for component in (1, 2))
    return next((stage for stage in told if stage), None)


def _department(visit: Segment, context: Context) -> str:
    """Return the hospital service's name or code, else the point of care; room and bed are not asked for."""
    named = (visit.cell(10, 2), visit.cell(10), visit.cell(3))
    sent = [values.department(cell) for cell in named if cell.present]
    mapped = (context.codes.find("department", "", text) or others.department(text) for text in sent)
    return next((name for name in mapped if name), next(iter(sent), ""))


def _consent(segments: Segments) -> bool | None:
    """Return the patient's decision on education: a refusal anywhere in the message outweighs an agreement."""
    decided = {
        segment.cell(11).text() for segment in segments.all("CON") if segment.cell(2).text() == _EDUCATION_CONSENT
    }
    if decided & _REFUSING:
        return False
    return True if decided & _CONSENTING else None


# ---- who it is ----


def _identity(segments: Segments, *, of_visit: bool) -> Identity:
    patient = segments.first("PID")
    contacts = [(patient, field, at) for field in (13, 14, 40) for at in range(1, patient.repetitions(field) + 1)]
    return Identity(
        patient_number=values.identifier(_number(patient, 3)),
        visit_number=values.identifier(_visit_number(segments)) if of_visit else "",
        phone=next((phone for place in contacts if (phone := _phone(*place))), ""),
        email=next((email for place in contacts if (email := _email(*place))), ""),
    )


def _number(segment: Segment, field: int) -> Cell:
    """Return the best of a patient's numbers (PID-3, MRG-1)."""
    given = range(1, segment.repetitions(field) + 1)
    numbers = ((segment.cell(field, 5, at).text(), segment.cell(field, 1, at)) for at in given)
    best = values.best_number(numbers, values.PATIENT_NUMBER_TYPES)
    return best or Cell(None, f"{segment.name}-{field}", segment.findings)


def _visit_number(segments: Segments) -> Cell:
    patient, number = segments.first("PID"), segments.first("PV1").cell(19)
    return number if number.present or not patient.cell(18).present else patient.cell(18)


def _phone(patient: Segment, field: int, at: int) -> str:
    """Return a number of an XTN in its old (XTN.1) or new form (XTN.12, or XTN.5 to 7), else an empty string."""
    if patient.cell(field, 3, at).text() in _FAX or patient.cell(field, 2, at).text() in _EMERGENCY:
        return ""
    parts = [patient.cell(field, part, at).text() for part in (5, 6, 7)]
    whole = f"+{parts[0]}{parts[1]}{parts[2]}" if parts[0] else parts[1] + parts[2]
    written = (patient.cell(field, 1, at).text(), patient.cell(field, 12, at).text(), whole)
    return next((phone for text in written if (phone := values.mobile_number(text))), "")


def _email(patient: Segment, field: int, at: int) -> str:
    written = (patient.cell(field, 4, at).text(), patient.cell(field, 1, at).text())
    return next((email for text in written if (email := values.mail_address(text))), "")
