"""What a patient allowed and what she was already given. A pseudonym's stream: no identity ever enters it (law 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from narrowcast.domain.condition import ConditionAccount
from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.telling import (
    Answer,
    Decision,
    Told,
    decision_of,
    instant,
    joined,
    stamp_of,
    tell,
    tell_each,
    value_of,
)
from narrowcast.domain.visit_report import Condition, PersonReport
from narrowcast.domain.vocabulary import AgeBand, Channel, ForgettingReason, Purpose, Sex

WEEKLY_BUDGET = 3
"""Pushes a patient gets in seven days, at most."""
FORGOTTEN = "patient_forgotten"
"""Why nothing reaches a forgotten patient, in the record of each push that did not go out."""
_TICKET = re.compile(r"[A-Z]{2,8}-[0-9]{1,7}")
"""No name, telephone or identity number has this form."""
EDUCATION = Purpose.PERSONAL_EDUCATION


class TicketUnclear(Refusal):
    """The ticket is not the number of one: it could hold somebody's name or number."""


class MergeCircular(Refusal):
    """Each of the two numbers would go on as the other."""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The patient agreed to a purpose; `evidence` names where the decision was recorded, `decided_at` since when it is.

    `source` is what told of it (a visit, the person's own record, the guide page); of one source the decision drawn
    from more messages (`heard`) holds.
    """

    purpose: Purpose
    evidence: str
    decided_at: str
    source: str
    heard: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The patient took her consent back; the fields are those of ConsentGiven."""

    purpose: Purpose
    evidence: str
    decided_at: str
    source: str
    heard: int


@dataclass(frozen=True, slots=True)
class PersonDescribed:
    """A message told of the person apart from any visit; what it is silent on is None or unknown."""

    message: str
    told_at: str
    age_band: AgeBand | None
    sex: Sex
    condition: Condition
    consent: bool | None


@dataclass(frozen=True, slots=True)
class PatientsMerged:
    """Two pseudonyms are one person: `merged` goes on as `survivor`. It stands on both their streams."""

    message: str
    told_at: str
    merged: str
    survivor: str


@dataclass(frozen=True, slots=True)
class PushApproved:
    """A message may go out: what for, over which channel, and why now. The stream is its outbox."""

    push_id: str
    guide_id: str
    channel: Channel
    reason: str
    facts: tuple[FactRef, ...]
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class PushHeldBack:
    """A message was not sent, and why."""

    push_id: str
    guide_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactsDelivered:
    """The message left the house: the patient has now been given these facts."""

    push_id: str
    guide_id: str
    facts: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class PatientForgotten:
    """Everything personal is destroyed, for good. `ticket` is where the request stands in the hospital, or empty."""

    reason: ForgettingReason
    ticket: str


Event = (
    ConsentGiven
    | ConsentWithdrawn
    | PersonDescribed
    | PatientsMerged
    | PushApproved
    | PushHeldBack
    | FactsDelivered
    | PatientForgotten
)


@dataclass(frozen=True, slots=True)
class Patient:
    """The present state. `decisions` are those on consent by purpose and source, `merges` the survivors by merged."""

    messages: frozenset[str] = frozenset()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    age: Told[AgeBand] | None = None
    told_sex: Told[Sex] | None = None
    told_condition: ConditionAccount = field(default_factory=ConditionAccount)
    merges: Mapping[str, Told[str]] = field(default_factory=dict)
    approved: tuple[PushApproved, ...] = ()
    held_back: tuple[PushHeldBack, ...] = ()
    delivered: frozenset[str] = frozenset()
    facts: frozenset[FactRef] = frozenset()
    forgotten: ForgettingReason | None = None

    @property
    def consents(self) -> frozenset[Purpose]:
        """What the patient agrees to: of all decisions the newest holds, and of two at one moment the withdrawal."""
        return frozenset() if self.forgotten else frozenset(each for each in Purpose if self._agrees(each))

    def _agrees(self, purpose: Purpose) -> bool:
        decisions = [each for key, each in self.decisions.items() if key.startswith(f"{purpose}|")]
        newest = max(decisions, key=lambda each: (instant(each.decided_at), not each.given), default=None)
        return newest is not None and newest.given

    @property
    def age_band(self) -> AgeBand | None:
        """The age, as told apart from visits."""
        return value_of(self.age)

    @property
    def sex(self) -> Sex:
        """Administrative sex, as told apart from visits."""
        return value_of(self.told_sex) or Sex.UNKNOWN

    @property
    def condition(self) -> Condition:
        """Pregnancy, kidneys, carer and allergies, as told apart from visits."""
        return self.told_condition.known

    def merged_into(self, own: str) -> str:
        """Return the pseudonym as which `own`, this patient's, goes on; empty if as itself."""
        return value_of(self.merges.get(own)) or ""

    def absorbed(self, own: str) -> tuple[str, ...]:
        """Return the pseudonyms that this stream says go on as `own`; each one's own stream has the last word."""
        return tuple(sorted(merged for merged, told in self.merges.items() if told.value == own))

    @property
    def decided(self) -> frozenset[str]:
        """The pushes that were approved or held back."""
        return frozenset(push.push_id for push in self.approved) | {push.push_id for push in self.held_back}


def evolve(state: Patient, event: Event) -> Patient:
    """Fold one event."""
    match event:
        case ConsentGiven() | ConsentWithdrawn():
            return replace(state, decisions=_with_decision(state.decisions, event))
        case PersonDescribed() | PatientsMerged():
            return _told(replace(state, messages=state.messages | {event.message}), event)
        case PushApproved():
            return replace(state, approved=(*state.approved, event))
        case PushHeldBack():
            return replace(state, held_back=(*state.held_back, event))
        case FactsDelivered(push_id, _, facts):
            return replace(state, delivered=state.delivered | {push_id}, facts=state.facts | frozenset(facts))
        case PatientForgotten(reason):
            return replace(state, forgotten=reason)


def _with_decision(known: Mapping[str, Decision], event: ConsentGiven | ConsentWithdrawn) -> Mapping[str, Decision]:
    key = f"{event.purpose}|{event.source}"
    if key in known and known[key].heard > event.heard:
        return known
    return {**known, key: Decision(isinstance(event, ConsentGiven), event.decided_at, event.heard)}


def _told(state: Patient, event: PersonDescribed | PatientsMerged) -> Patient:
    stamp = stamp_of(event.told_at, event.message)
    if isinstance(event, PatientsMerged):
        return replace(state, merges=tell_each(state.merges, {event.merged: event.survivor}, stamp))
    answer = () if event.consent is None else (Answer(stamp, event.consent),)
    return replace(
        state,
        answers=tuple(sorted((*state.answers, *answer), key=lambda each: each.stamp)),
        age=tell(state.age, event.age_band, stamp),
        told_sex=tell(state.told_sex, None if event.sex is Sex.UNKNOWN else event.sex, stamp),
        told_condition=state.told_condition.told(event.condition, stamp),
    )


def united(states: Iterable[Patient]) -> Patient:
    """Return several numbers of one person as one: consents, budgets and what was delivered count together."""
    one = Patient()
    for number, other in enumerate(states):
        decisions = {f"{key}|{number}": decision for key, decision in other.decisions.items()}
        one = replace(
            one,
            decisions={**one.decisions, **decisions},
            age=joined(one.age, other.age),
            told_sex=joined(one.told_sex, other.told_sex),
            told_condition=one.told_condition.joined(other.told_condition),
            approved=(*one.approved, *other.approved),
            held_back=(*one.held_back, *other.held_back),
            delivered=one.delivered | other.delivered,
            facts=one.facts | other.facts,
            forgotten=one.forgotten or other.forgotten,
        )
    return one


def forget(state: Patient, *, reason: ForgettingReason, ticket: str = "") -> tuple[Event, ...]:
    """Forget the patient, once and for good. TicketUnclear unless the ticket is empty or like `DSR-104`."""
    if ticket and not _TICKET.fullmatch(ticket):
        raise TicketUnclear("工单号应为“字母-数字”（如DSR-104），不得包含个人信息", field="ticket")
    return () if state.forgotten else (PatientForgotten(reason, ticket),)


def report_person(state: Patient, *, message: str, report: PersonReport, evidence: str) -> tuple[Event, ...]:
    """Record what a message tells of the person, and the decision on consent that follows from all it told so far."""
    if state.forgotten or message in state.messages:
        return ()
    described = PersonDescribed(
        message, report.occurred_at, report.age_band, report.sex, report.condition, report.consent
    )
    after = evolve(state, described)
    asked_at = after.answers[0].stamp[0] if after.answers else report.occurred_at
    decision = decision_of(after.answers, asked_at=asked_at, heard=len(after.messages))
    return (described, *record_decision(after, decision, evidence=evidence, source="person"))


def merge_patients(
    state: Patient, *, merged: str, survivor: str, message: str, told_at: str
) -> tuple[PatientsMerged, ...]:
    """Record on one of the two streams that they are one person; the same again changes nothing."""
    known = state.merges.get(merged)
    if message in state.messages or (known and known.value == survivor and known.last >= stamp_of(told_at, message)):
        return ()
    return (PatientsMerged(message, told_at, merged, survivor),)


def record_decision(
    state: Patient, stands: Decision | None, *, evidence: str, source: str, purpose: Purpose = EDUCATION
) -> tuple[Event, ...]:
    """Record the decision that follows from all that a source told; one told of a forgotten patient changes nothing.

    Repeated, a yes stays as old and a no as new as it was ever heard to be.
    """
    known = state.decisions.get(f"{purpose}|{source}")
    if stands is None or state.forgotten or (known and known.heard > stands.heard):
        return ()
    if known and known.given == stands.given and _is_no_news(known, stands):
        return ()
    told = (purpose, evidence, stands.decided_at, source, stands.heard)
    return (ConsentGiven(*told) if stands.given else ConsentWithdrawn(*told),)


def _is_no_news(known: Decision, again: Decision) -> bool:
    before, now = instant(known.decided_at), instant(again.decided_at)
    return before <= now if again.given else before >= now


def record_consent(
    state: Patient, *, purpose: Purpose, given: bool, evidence: str, decided_at: str
) -> tuple[Event, ...]:
    """Record what the patient decides here and now; the decision in force again changes nothing."""
    if (purpose in state.consents) == given:
        return ()
    return record_decision(state, Decision(given, decided_at), evidence=evidence, source=evidence, purpose=purpose)


def decide_push(
    state: Patient,
    *,
    push_id: str,
    guide_id: str,
    channel: Channel | None,
    reason: str,
    facts: tuple[FactRef, ...],
    now: datetime,
    urgent: bool = False,
) -> tuple[Event, ...]:
    """Approve a push or hold it back with the reason (law 7); a push is decided once.

    An `urgent` one, which corrects what was told before, needs a consent and a channel but no place in the budget.
    """
    if push_id in state.decided:
        return ()
    obstacle = _obstacle(state, channel, facts, now, urgent=urgent)
    if obstacle or channel is None:
        return (PushHeldBack(push_id, guide_id, obstacle),)
    return (PushApproved(push_id, guide_id, channel, reason, facts, now),)


def _obstacle(
    state: Patient, channel: Channel | None, facts: tuple[FactRef, ...], now: datetime, *, urgent: bool
) -> str:
    if state.forgotten:
        return FORGOTTEN
    if Purpose.PERSONAL_EDUCATION not in state.consents:
        return "no_consent"
    if channel is None:
        return "no_channel"
    if urgent:
        return ""
    if facts and frozenset(facts) <= state.facts:
        return "nothing_new"
    recent = [push for push in state.approved if now - push.approved_at < timedelta(days=7)]
    return "weekly_budget" if len(recent) >= WEEKLY_BUDGET else ""


def record_delivery(state: Patient, *, push_id: str) -> tuple[Event, ...]:
    """Record that an approved push left the house, once."""
    push = next((each for each in state.approved if each.push_id == push_id), None)
    if push is None or push_id in state.delivered:
        return ()
    return (FactsDelivered(push_id, push.guide_id, push.facts),)
