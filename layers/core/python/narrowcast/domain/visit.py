"""One episode of care, folded from the messages a hospital system sends about it. Pseudonyms and codes only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from narrowcast.domain.visit_report import Diagnosis, Medication, VisitReport
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """The first message about a visit; `message` is the digest of sender and control id, `test` forbids any push."""

    message: str
    patient: str
    stage: Stage
    department: str
    age_band: AgeBand | None
    sex: Sex
    occurred_at: str
    test: bool


@dataclass(frozen=True, slots=True)
class VisitUpdated:
    """A later message changed the stage, department or what is known of the patient."""

    message: str
    stage: Stage
    department: str
    age_band: AgeBand | None
    sex: Sex
    occurred_at: str


@dataclass(frozen=True, slots=True)
class DiagnosisRecorded:
    """A diagnosis was told, or its certainty changed."""

    message: str
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class TreatmentStarted:
    """A drug was started."""

    message: str
    atc: str


@dataclass(frozen=True, slots=True)
class TreatmentStopped:
    """A drug was stopped."""

    message: str
    atc: str


@dataclass(frozen=True, slots=True)
class VisitCancelled:
    """The hospital took the visit back."""

    message: str


Event = VisitOpened | VisitUpdated | DiagnosisRecorded | TreatmentStarted | TreatmentStopped | VisitCancelled


@dataclass(frozen=True, slots=True)
class Visit:
    """The present state; `patient` is empty until the visit is opened."""

    patient: str = ""
    stage: Stage = Stage.FOLLOW_UP
    department: str = ""
    age_band: AgeBand | None = None
    sex: Sex = Sex.UNKNOWN
    occurred_at: str = ""
    test: bool = False
    diagnoses: tuple[Diagnosis, ...] = ()
    treatments: tuple[str, ...] = ()
    cancelled: bool = False
    messages: frozenset[str] = frozenset()

    @property
    def known_codes(self) -> tuple[str, ...]:
        """ICD-10 codes that are not ruled out and not merely suspected: only these steer a guide."""
        return tuple(d.code for d in self.diagnoses if d.status is DiagnosisStatus.CONFIRMED)


def evolve(state: Visit, event: Event) -> Visit:
    """Fold one event."""
    seen = state.messages | {event.message}
    match event:
        case VisitOpened():
            return _described(replace(state, patient=event.patient, test=event.test), event, seen)
        case VisitUpdated():
            return _described(state, event, seen)
        case DiagnosisRecorded(_, diagnosis):
            return replace(state, diagnoses=_with_diagnosis(state.diagnoses, diagnosis), messages=seen)
        case TreatmentStarted(_, atc):
            return replace(state, treatments=(*state.treatments, atc), messages=seen)
        case TreatmentStopped(_, atc):
            return replace(state, treatments=tuple(each for each in state.treatments if each != atc), messages=seen)
        case VisitCancelled():
            return replace(state, cancelled=True, messages=seen)


def _described(state: Visit, event: VisitOpened | VisitUpdated, seen: frozenset[str]) -> Visit:
    return replace(
        state,
        stage=event.stage,
        department=event.department,
        age_band=event.age_band,
        sex=event.sex,
        occurred_at=event.occurred_at,
        messages=seen,
    )


def _with_diagnosis(known: tuple[Diagnosis, ...], told: Diagnosis) -> tuple[Diagnosis, ...]:
    if any(each.code == told.code for each in known):
        return tuple(told if each.code == told.code else each for each in known)
    return (*known, told)


def report_visit(state: Visit, *, patient: str, message: str, report: VisitReport) -> tuple[Event, ...]:
    """Fold a message into the visit; a message seen before, or one that says nothing new, changes nothing."""
    if message in state.messages or state.cancelled:
        return ()
    if report.cancelled:
        return (*_opening(state, patient, message, report), VisitCancelled(message))
    return (
        *_opening(state, patient, message, report),
        *_diagnoses(state, message, report.diagnoses),
        *_treatments(state, message, report.medications),
    )


def _opening(state: Visit, patient: str, message: str, report: VisitReport) -> tuple[Event, ...]:
    particulars = (report.stage or state.stage, report.department, report.age_band, report.sex, report.occurred_at)
    if not state.patient:
        return (VisitOpened(message, patient, *particulars, report.test),)
    if (state.stage, state.department, state.age_band, state.sex) == particulars[:4]:
        return ()
    return (VisitUpdated(message, *particulars),)


def _diagnoses(state: Visit, message: str, told: tuple[Diagnosis, ...]) -> tuple[Event, ...]:
    return tuple(DiagnosisRecorded(message, each) for each in dict.fromkeys(told) if each not in state.diagnoses)


def _treatments(state: Visit, message: str, told: tuple[Medication, ...]) -> tuple[Event, ...]:
    started = [m.atc for m in told if m.status == "active" and m.atc not in state.treatments]
    stopped = [m.atc for m in told if m.status == "stopped" and m.atc in state.treatments]
    return (
        *(TreatmentStarted(message, atc) for atc in dict.fromkeys(started)),
        *(TreatmentStopped(message, atc) for atc in dict.fromkeys(stopped)),
    )
