"""One episode of care, folded from the messages a hospital system sends about it. Pseudonyms and codes only.

The state is a function of the set of messages, not of their order: every event bears the moment at which its sender
told it, and of each thing the last telling holds (`telling`). A message is known again by its digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter

from narrowcast.domain.condition import ConditionAccount
from narrowcast.domain.telling import (
    Answer,
    Decision,
    Stamp,
    Told,
    decision_of,
    in_order,
    instant,
    stamp_of,
    tell,
    tell_each,
    value_of,
)
from narrowcast.domain.visit_report import Condition, Diagnosis, Medication, Procedure, UnmappedCode, VisitReport
from narrowcast.domain.vocabulary import AgeBand, DiagnosisStatus, Sex, Stage

ACTIVE, STOPPED, IN_ERROR, DONE, PLANNED = "active", "stopped", "entered_in_error", "done", "planned"
WITHIN_A_STAY = frozenset({Stage.INPATIENT, Stage.PRE_OP, Stage.POST_OP})
NO_OPERATION = ("87", "88", "89", "9")
"""Chapters of ICD-9-CM-3 that hold imaging, tests and treatments without an operation."""


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """The first message about a visit that arrived; `message` is the digest of sender and control id.

    `occurred_at` is when the sender says it told this. `test` forbids any push. `stage`, `department`, `age_band`,
    `sex` and `consent` may be silent; `opens`, `complete` and `contact` say that the message is a registration, that
    its diagnoses are the whole list, and that it told how to reach the patient.
    """

    message: str
    patient: str
    stage: Stage | None
    department: str
    age_band: AgeBand | None
    sex: Sex
    occurred_at: str
    test: bool
    opens: bool = False
    complete: bool = False
    contact: bool = False
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class VisitUpdated:
    """A further message about the visit; its fields are those of VisitOpened, and `patient` may be silent."""

    message: str
    patient: str
    stage: Stage | None
    department: str
    age_band: AgeBand | None
    sex: Sex
    occurred_at: str
    opens: bool = False
    complete: bool = False
    contact: bool = False
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class DiagnosisRecorded:
    """A diagnosis was told, with its certainty; `place` is where it stood in the message's list, from 0."""

    message: str
    told_at: str
    diagnosis: Diagnosis
    place: int


@dataclass(frozen=True, slots=True)
class TreatmentStarted:
    """A drug was told as taken: newly started or continued."""

    message: str
    told_at: str
    atc: str
    name: str


@dataclass(frozen=True, slots=True)
class TreatmentStopped:
    """A drug was told as stopped, or as an entry made `in_error`."""

    message: str
    told_at: str
    atc: str
    name: str
    in_error: bool


@dataclass(frozen=True, slots=True)
class ProcedureRecorded:
    """A procedure was told as planned, done or entered in error."""

    message: str
    told_at: str
    procedure: Procedure


@dataclass(frozen=True, slots=True)
class ConditionRecorded:
    """What was told of pregnancy, kidneys, carer and allergies."""

    message: str
    told_at: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class DischargeCancelled:
    """The hospital took a discharge back; the visit goes on."""

    message: str
    told_at: str


@dataclass(frozen=True, slots=True)
class VisitCancelled:
    """The hospital took the visit back."""

    message: str
    told_at: str


@dataclass(frozen=True, slots=True)
class CodesUnmapped:
    """Codes came that no map knows: kept for staff, of no effect on the guide."""

    message: str
    codes: tuple[UnmappedCode, ...]


Telling = (
    DiagnosisRecorded
    | TreatmentStarted
    | TreatmentStopped
    | ProcedureRecorded
    | ConditionRecorded
    | DischargeCancelled
    | VisitCancelled
)
Event = VisitOpened | VisitUpdated | Telling | CodesUnmapped


@dataclass(frozen=True, slots=True)
class Account:
    """Of each thing what was told last. A stay's stages stand apart from the others, see `_told_stage`."""

    patient: Told[str] | None = None
    department: Told[str] | None = None
    age_band: Told[AgeBand] | None = None
    sex: Told[Sex] | None = None
    stage: Told[Stage] | None = None
    stay: Told[Stage] | None = None
    discharged: Told[bool] | None = None
    cancelled: Told[bool] | None = None
    listed: Told[bool] | None = None
    contact: Told[bool] | None = None
    diagnoses: Mapping[str, Told[Diagnosis]] = field(default_factory=dict)
    medications: Mapping[str, Told[Medication]] = field(default_factory=dict)
    procedures: Mapping[str, Told[Procedure]] = field(default_factory=dict)
    condition: ConditionAccount = field(default_factory=ConditionAccount)


@dataclass(frozen=True, slots=True)
class Visit:
    """The present state. `opened_at` and `occurred_at` are the first and last moment at which something was told."""

    messages: frozenset[str] = frozenset()
    account: Account = Account()
    answers: tuple[Answer, ...] = ()
    unmapped: tuple[UnmappedCode, ...] = ()
    opened_at: str = ""
    occurred_at: str = ""
    test: bool = False

    @property
    def patient(self) -> str:
        """The pseudonym; empty until the visit is opened."""
        return value_of(self.account.patient) or ""

    @property
    def department(self) -> str:
        """The department's code, or empty."""
        return value_of(self.account.department) or ""

    @property
    def age_band(self) -> AgeBand | None:
        """The age, as coarse as it may be."""
        return value_of(self.account.age_band)

    @property
    def sex(self) -> Sex:
        """Administrative sex."""
        return value_of(self.account.sex) or Sex.UNKNOWN

    @property
    def cancelled(self) -> bool:
        """Whether the visit was taken back, and not opened again by a registration told later."""
        cancelled = self.account.cancelled
        return cancelled is not None and cancelled.value

    @property
    def stage(self) -> Stage | None:
        """Where the patient stands: as told, and within a stay before or after an operation by its procedures."""
        told = _told_stage(self.account)
        if told not in (Stage.INPATIENT, Stage.PRE_OP):
            return told
        statuses = {procedure.status for procedure in self.procedures if is_operation(procedure)}
        return Stage.POST_OP if DONE in statuses else Stage.PRE_OP if PLANNED in statuses else told

    def post_op_day(self, on: date) -> int | None:
        """Return n of 术后第n天 on that day, from the latest operation; None if the day of none is known."""
        done = (p for p in self.procedures if p.status == DONE and p.performed_on and is_operation(p))
        days = [(on - date.fromisoformat(procedure.performed_on)).days for procedure in done]
        past = [day for day in days if day >= 0]
        return min(past) if past and self.stage is Stage.POST_OP else None

    def operation_on(self, status: str) -> date | None:
        """Return the day of the latest operation of that status (planned, done); None if the day of none is known."""
        days = [p.performed_on for p in self.procedures if p.status == status and is_operation(p)]
        return date.fromisoformat(max(days)) if any(days) else None

    @property
    def left_on(self) -> date | None:
        """The day (UTC) on which the discharge that stands was told last; None if none stands."""
        left = self.account.discharged
        return date.fromisoformat(left.last[0][:10]) if left and left.value else None

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Every diagnosis that stands, whatever its certainty: told since the newest whole list, or in it."""
        listed = self.account.listed
        standing = (t for t in in_order(self.account.diagnoses) if listed is None or t.last >= listed.last)
        return tuple(told.value for told in standing)

    @property
    def known_codes(self) -> tuple[str, ...]:
        """ICD-10 codes that are confirmed: only these steer a guide."""
        return tuple(dict.fromkeys(d.code for d in self.diagnoses if d.status is DiagnosisStatus.CONFIRMED))

    @property
    def medications(self) -> tuple[Medication, ...]:
        """Every drug told of, with what was said of it last."""
        return tuple(told.value for told in in_order(self.account.medications))

    @property
    def treatments(self) -> tuple[str, ...]:
        """The drugs that are taken, by ATC code."""
        return tuple(drug.atc for drug in self.medications if drug.status == ACTIVE)

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """Every procedure told of, with what was said of it last."""
        return tuple(told.value for told in in_order(self.account.procedures))

    @property
    def condition(self) -> Condition:
        """What is known of pregnancy, kidneys, carer and allergies."""
        return self.account.condition.known

    @property
    def consent(self) -> Decision | None:
        """What this visit's messages say of the patient's decision: she was asked when the visit was opened."""
        return decision_of(self.answers, asked_at=self.opened_at, heard=len(self.messages))


def _told_stage(account: Account) -> Stage | None:
    """A discharge outlasts what is told of the stay after it: messages repeat the patient class when she has left."""
    leaving, other = account.discharged, account.stage
    if leaving and leaving.value and not (other and other.last > leaving.last):
        return Stage.DISCHARGE
    told = [each for each in (account.stay, other) if each]
    return max(told, key=lambda each: each.last).value if told else None


def is_operation(procedure: Procedure) -> bool:
    """Whether the procedure is an operation, after which a patient counts the days."""
    return procedure.status != IN_ERROR and not procedure.code.startswith(NO_OPERATION)


_FIELDS = tuple(each.name for each in fields(Account))
_values_of = attrgetter(*_FIELDS)


def _changed(account: Account, **told: object) -> Account:
    """As dataclasses.replace, at half its cost, which in the fold of a long stay is most of the time."""
    values = [*_values_of(account)]
    for name, value in told.items():
        values[_FIELDS.index(name)] = value
    return Account(*values)


def evolve(state: Visit, event: Event) -> Visit:
    """Fold one event."""
    messages = state.messages if event.message in state.messages else state.messages | {event.message}
    match event:
        case VisitOpened() | VisitUpdated():
            return _described(state, messages, event)
        case CodesUnmapped(_, codes):
            return replace(state, messages=messages, unmapped=tuple(sorted({*state.unmapped, *codes}, key=_by_code)))
        case _:
            account = _told(state.account, event, stamp_of(event.told_at, event.message))
            return Visit(
                messages, account, state.answers, state.unmapped, state.opened_at, state.occurred_at, state.test
            )


def _told(account: Account, event: Telling, stamp: Stamp) -> Account:
    match event:
        case DiagnosisRecorded(_, _, diagnosis, place):
            told = {f"{diagnosis.system}|{diagnosis.code}": diagnosis}
            return _changed(account, diagnoses=tell_each(account.diagnoses, told, (stamp[0], f"{stamp[1]}|{place:03}")))
        case TreatmentStarted() | TreatmentStopped():
            drug = {event.atc: Medication(event.atc, _drug_status(event), event.name)}
            return _changed(account, medications=tell_each(account.medications, drug, stamp))
        case ProcedureRecorded(_, _, procedure):
            done = {f"{procedure.system}|{procedure.code}": procedure}
            return _changed(account, procedures=tell_each(account.procedures, done, stamp))
        case ConditionRecorded(_, _, condition):
            return _changed(account, condition=account.condition.told(condition, stamp))
        case DischargeCancelled():
            return _changed(account, discharged=tell(account.discharged, value=False, stamp=stamp))
        case VisitCancelled():
            return _changed(account, cancelled=tell(account.cancelled, value=True, stamp=stamp))


def _drug_status(event: TreatmentStarted | TreatmentStopped) -> str:
    if isinstance(event, TreatmentStarted):
        return ACTIVE
    return IN_ERROR if event.in_error else STOPPED


def _by_code(unmapped: UnmappedCode) -> tuple[str, str, str]:
    return unmapped.kind, unmapped.system, unmapped.code


def _described(state: Visit, messages: frozenset[str], event: VisitOpened | VisitUpdated) -> Visit:
    stamp = stamp_of(event.occurred_at, event.message)
    answer = () if event.consent is None else (Answer(stamp, event.consent),)
    return replace(
        state,
        messages=messages,
        account=_with_stage(_with_particulars(state.account, event, stamp), event, stamp),
        answers=tuple(sorted((*state.answers, *answer), key=lambda each: each.stamp)),
        opened_at=min(filter(None, (state.opened_at, event.occurred_at)), key=instant),
        occurred_at=max(state.occurred_at, event.occurred_at, key=instant),
        test=state.test or (isinstance(event, VisitOpened) and event.test),
    )


def _with_particulars(account: Account, event: VisitOpened | VisitUpdated, stamp: Stamp) -> Account:
    """Silence changes nothing: an empty text, an unknown sex, None."""
    return _changed(
        account,
        patient=tell(account.patient, event.patient or None, stamp),
        department=tell(account.department, event.department or None, stamp),
        age_band=tell(account.age_band, event.age_band, stamp),
        sex=tell(account.sex, None if event.sex is Sex.UNKNOWN else event.sex, stamp),
        listed=tell(account.listed, event.complete or None, stamp),
        contact=tell(account.contact, event.contact or None, stamp),
    )


def _with_stage(account: Account, event: VisitOpened | VisitUpdated, stamp: Stamp) -> Account:
    stage, opens = event.stage, event.opens
    leaves = stage is Stage.DISCHARGE
    stays = stage in WITHIN_A_STAY
    return _changed(
        account,
        stage=tell(account.stage, None if leaves or stays else stage, stamp),
        stay=tell(account.stay, stage if stays else None, stamp),
        discharged=tell(account.discharged, True if leaves else False if opens else None, stamp),
        cancelled=tell(account.cancelled, False if opens else None, stamp),
    )


def tells_newest_contact(state: Visit, *, message: str, told_at: str) -> bool:
    """Whether no message told later has said how to reach the patient."""
    known = state.account.contact
    return known is None or stamp_of(told_at, message) >= known.last


def report_visit(
    state: Visit, *, patient: str, message: str, report: VisitReport, contact: bool = False
) -> tuple[Event, ...]:
    """Record all that a message tells; one seen before changes nothing.

    What is known already is recorded again: told at another moment, it decides whether something older holds.
    """
    if message in state.messages:
        return ()
    told_at = report.occurred_at
    return (
        _opening(state, patient, message, report, contact=contact),
        *_diagnoses(message, told_at, report.diagnoses),
        *_treatments(message, told_at, report.medications),
        *(ProcedureRecorded(message, told_at, each) for each in report.procedures),
        *([ConditionRecorded(message, told_at, report.condition)] if report.condition != Condition() else ()),
        *([DischargeCancelled(message, told_at)] if report.discharge_cancelled else ()),
        *([VisitCancelled(message, told_at)] if report.cancelled else ()),
        *([CodesUnmapped(message, report.unmapped)] if report.unmapped else ()),
    )


def _opening(state: Visit, patient: str, message: str, report: VisitReport, *, contact: bool) -> Event:
    told = (message, patient, report.stage, report.department, report.age_band, report.sex, report.occurred_at)
    says = (report.opens, report.complete, contact, report.consent)
    return VisitUpdated(*told, *says) if state.patient else VisitOpened(*told, report.test, *says)


def _diagnoses(message: str, told_at: str, told: Iterable[Diagnosis]) -> list[Event]:
    each = {(one.system, one.code): one for one in told}
    return [DiagnosisRecorded(message, told_at, one, place) for place, one in enumerate(each.values())]


def _treatments(message: str, told_at: str, told: Iterable[Medication]) -> list[Event]:
    return [_treatment(message, told_at, drug) for drug in {drug.atc: drug for drug in told}.values()]


def _treatment(message: str, told_at: str, drug: Medication) -> Event:
    if drug.status == ACTIVE:
        return TreatmentStarted(message, told_at, drug.atc, drug.name)
    return TreatmentStopped(message, told_at, drug.atc, drug.name, in_error=drug.status == IN_ERROR)
