"""HL7 v2 ADT messages (2.3 to 2.8) read as visit reports.

The `hl7` package splits segments, fields, repetitions and components by the message's own delimiters: that nesting is
where hand-written parsers go wrong. It is imported on the first HL7 message, so that JSON and FHIR do not pay for it.
Segments that are not listed here (Z-segments, next of kin, insurance, observations) are dropped before parsing, and so
are the fields that nobody asks for: PID-5 (name), PID-11 (address) and PID-19 (identity number) are never looked at.

How a message tells the stage: A03 → discharge; else PV1-4 when it holds one of our words (初诊, 起始用药, 术后 …); else
PV1-2: I, P, B → inpatient; R (recurring) → follow-up; O, E → first diagnosis, or follow-up if PV1-4 is R (routine).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from narrowcast.application.intake import hl7_wire, moments, values
from narrowcast.application.intake.cells import Cell
from narrowcast.application.intake.outcome import UNACCEPTABLE, Accepted, Context, Findings, Refused, UnreadableError
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Diagnosis, Identity, VisitReport
from narrowcast.domain.vocabulary import DiagnosisStatus, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    import hl7  # type: ignore[import-untyped]  # the package has no stubs

VERSIONS = frozenset(["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"])
EVENTS = frozenset(["A01", "A03", "A04", "A05", "A08", "A11", "A13", "A28", "A31"])
CANCELLING, DISCHARGING = "A11", "A03"
SEGMENTS = frozenset({"MSH", "EVN", "PID", "PV1", "DG1", "CON"})
# Of the segments read: a hundred times what a visit needs, and parsed in well under a second whatever it is made of.
MAX_CHARACTERS = 64 * 1024
MAX_REPETITIONS = 50
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
# DG1-6, table 0052; the field is often left out by systems that send final diagnoses only.
_DIAGNOSIS_TYPES = {
    "": DiagnosisStatus.CONFIRMED,
    "F": DiagnosisStatus.CONFIRMED,
    "A": DiagnosisStatus.SUSPECTED,
    "W": DiagnosisStatus.SUSPECTED,
}
_DELETED = "D"
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


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment, or the absence of one; its cells then are empty."""

    name: str
    parsed: hl7.Segment | None
    message: hl7_wire.WireMessage
    findings: Findings

    def repetitions(self, field: int) -> int:
        """Return how often the field is given: at least 1, and at most as often as anyone has telephones."""
        return min(max(1, len(self._field(field))), MAX_REPETITIONS)

    def cell(self, field: int, component: int = 1, repetition: int = 1) -> Cell:
        """Return one component (numbers count from 1), unescaped; subcomponents after the first are dropped."""
        text = _component(self._field(field), component, repetition)
        text = hl7_wire.unescape(text, self.message)
        shown = "" if repetition == 1 else f"[{repetition}]"
        shown += "" if component == 1 else f".{component}"
        # A field of two double quotes orders the receiver to delete its value: there is nothing to read.
        return Cell(None if text in {"", '""'} else text, f"{self.name}-{field}{shown}", self.findings)

    def _field(self, field: int) -> Sequence[object]:
        if self.parsed is None or field >= len(self.parsed):
            return ()
        found: Sequence[object] = self.parsed[field]
        return found


def _component(repetitions: Sequence[object], component: int, repetition: int) -> str:
    found = repetitions[repetition - 1] if repetition <= len(repetitions) else ""
    if isinstance(found, list):
        found = found[component - 1] if component <= len(found) else ""
    elif component > 1:
        found = ""
    return str(found[0] if found else "") if isinstance(found, list) else str(found)


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of one message that matter here."""

    parsed: hl7.Message
    message: hl7_wire.WireMessage
    findings: Findings

    def all(self, name: str) -> list[Segment]:
        """Return every segment of that name; the second one's cells are called DG1[2]-3."""
        found = [segment for segment in self.parsed if str(segment[0]) == name]
        return [
            Segment(name if at == 1 else f"{name}[{at}]", segment, self.message, self.findings)
            for at, segment in enumerate(found, 1)
        ]

    def first(self, name: str) -> Segment:
        """Return the first segment of that name, or its absence."""
        return next(iter(self.all(name)), Segment(name, None, self.message, self.findings))

    def required(self, name: str) -> Segment:
        """Return the first segment of that name, complaining when there is none."""
        found = self.first(name)
        if found.parsed is None:
            self.findings.note(name, Reason.REQUIRED)
        return found


def read_hl7(message: hl7_wire.WireMessage, context: Context) -> Accepted | Refused:
    """Read one ADT message."""
    segments = _split(message, Findings())
    header = segments.first("MSH")
    message_id = values.identifier(header.cell(10))
    hospital = values.hospital([header.cell(4), header.cell(4, 2)], header.cell(4), context)
    _check_kind(header)
    if segments.findings.problems:
        return segments.findings.refusal(message_id=message_id, hospital=hospital)
    report = _report(segments, message_id, hospital, context)
    identity = _identity(segments)
    if segments.findings.problems:
        return segments.findings.refusal(message_id=message_id, hospital=hospital)
    return Accepted(report, identity)


def _split(message: hl7_wire.WireMessage, findings: Findings) -> Segments:
    import hl7  # noqa: PLC0415 - only HL7 messages pay for it

    field = message.delimiters.field
    wanted = [line for line in message.text.split("\r") if line.split(field, 1)[0] in SEGMENTS]
    if sum(map(len, wanted)) > MAX_CHARACTERS:
        raise UnreadableError(max(wanted, key=len).split(field, 1)[0], Reason.TOO_LONG, UNACCEPTABLE)
    return Segments(hl7.parse("\r".join(wanted)), message, findings)


def _check_kind(header: Segment) -> None:
    """Complain about a missing header field, and about a kind of message that is not read at all."""
    _seven, kind, _ten, processing, version = (header.cell(field) for field in REQUIRED_HEADER_FIELDS)
    for field in REQUIRED_HEADER_FIELDS:
        header.cell(field).required()
    event = header.cell(9, 2)
    checks = (
        (kind, {"ADT"}, Reason.UNSUPPORTED_TYPE),
        (processing, {"P", "T", "D"}, Reason.UNSUPPORTED_PROCESSING),
        (version, VERSIONS, Reason.UNSUPPORTED_VERSION),
    )
    for cell, allowed, reason in checks:
        if cell.present and cell.text() not in allowed:
            cell.refuse(reason)
    if kind.text() == "ADT" and event.required() and event.text() not in EVENTS:
        event.refuse(Reason.UNSUPPORTED_EVENT)


def _report(segments: Segments, message_id: str, hospital: str, context: Context) -> VisitReport:
    header, patient, visit = segments.first("MSH"), segments.required("PID"), segments.required("PV1")
    event = header.cell(9, 2).text()
    occurred_at = _occurred_at(header, segments.required("EVN"), context)
    return VisitReport(
        hospital=hospital,
        message_id=message_id,
        message_format="hl7",
        occurred_at=occurred_at,
        stage=_stage(event, visit),
        age_band=values.age_band(patient.cell(7), occurred_at, context),
        sex=values.word(patient.cell(8), _SEX) or Sex.UNKNOWN,
        diagnoses=_diagnoses(segments),
        department=_department(visit),
        consent=_consent(segments),
        cancelled=event == CANCELLING,
        test=header.cell(11).text() != "P",
    )


def _occurred_at(header: Segment, event: Segment, context: Context) -> str:
    """Return when it happened (EVN-6), else when it was recorded (EVN-2), else when it was sent (MSH-7)."""
    read = partial(moments.utc_of_hl7, offset=context.utc_offset)
    times = [values.time(cell, read) for cell in (event.cell(6), event.cell(2), header.cell(7))]
    return next((time for time in times if time), "")


def _stage(event: str, visit: Segment) -> Stage:
    by_class = values.word(visit.cell(2), _PATIENT_CLASSES) or Stage.FIRST_DIAGNOSIS
    if event == DISCHARGING:
        return Stage.DISCHARGE
    if by_class is Stage.FIRST_DIAGNOSIS and visit.cell(4).text() == _ROUTINE:
        return Stage.FOLLOW_UP
    told = (values.STAGE_WORDS.get(visit.cell(4, component).text()) for component in (1, 2))
    return next((stage for stage in told if stage), by_class)


def _department(visit: Segment) -> str:
    """Return the hospital service's name or code, else the point of care; room and bed are not asked for."""
    named = (visit.cell(10, 2), visit.cell(10), visit.cell(3))
    return values.department(next((cell for cell in named if cell.present), visit.cell(10)))


def _diagnoses(segments: Segments) -> tuple[Diagnosis, ...]:
    found = [diagnosis for segment in segments.all("DG1") for diagnosis in _coded(segment)]
    values.limited(segments.first("DG1").cell(3), len(found))
    return values.merged_diagnoses(found)


def _coded(segment: Segment) -> list[Diagnosis]:
    """Return what DG1-3 codes: the alternate triple counts when only that one is ICD-10."""
    alternate = _is_icd10(segment.cell(3, 6)) and not _is_icd10(segment.cell(3, 3)) and segment.cell(3, 4).present
    code, system = (segment.cell(3, 4), segment.cell(3, 6)) if alternate else (segment.cell(3), segment.cell(3, 3))
    if not code.present:
        segment.cell(3).refuse(Reason.REQUIRED)
        return []
    values.icd10_system(system)
    status = values.word(segment.cell(6), _DIAGNOSIS_TYPES) or DiagnosisStatus.SUSPECTED
    if segment.cell(21).text() == _DELETED:
        status = DiagnosisStatus.REFUTED
    return [Diagnosis(one, status) for one in values.icd10_codes(code)]


def _is_icd10(system: Cell) -> bool:
    return system.text().lower() in values.ICD10_NAMES


def _consent(segments: Segments) -> bool | None:
    """Return the patient's decision on education: a refusal anywhere in the message outweighs an agreement."""
    decided = {
        segment.cell(11).text() for segment in segments.all("CON") if segment.cell(2).text() == _EDUCATION_CONSENT
    }
    if decided & _REFUSING:
        return False
    return True if decided & _CONSENTING else None


def _identity(segments: Segments) -> Identity:
    patient, visit = segments.first("PID"), segments.first("PV1")
    contacts = [(patient, field, at) for field in (13, 14, 40) for at in range(1, patient.repetitions(field) + 1)]
    return Identity(
        patient_number=values.identifier(_patient_number(patient)),
        visit_number=values.identifier(_visit_number(patient, visit)),
        phone=next((phone for place in contacts if (phone := _phone(*place))), ""),
        email=next((email for place in contacts if (email := _email(*place))), ""),
    )


def _patient_number(patient: Segment) -> Cell:
    given = range(1, patient.repetitions(3) + 1)
    numbers = ((patient.cell(3, 5, at).text(), patient.cell(3, 1, at)) for at in given)
    return values.best_number(numbers, values.PATIENT_NUMBER_TYPES) or Cell(None, "PID-3", patient.findings)


def _visit_number(patient: Segment, visit: Segment) -> Cell:
    number = visit.cell(19)
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
