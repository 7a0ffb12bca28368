"""What a patient allowed and what she was already given. A pseudonym's stream: no identity ever enters it (law 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from narrowcast.domain.condition import ConditionAccount
from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.pushing import (
    IN_FLIGHT,
    House,
    Obstacle,
    Preference,
    PushAsked,
    PushRef,
    PushRules,
    Standing,
    Telling,
    Verdict,
    check_preference,
    judge,
)
from narrowcast.domain.reader import ANYBODY, Reader
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
from narrowcast.domain.vocabulary import AgeBand, Basis, Channel, ForgettingReason, Purpose, Risk, Sex, Urgency

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
class PreferenceChanged:
    """The patient chose how often she is written to, and when not."""

    preference: Preference
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class ReadingChosen:
    """The patient chose how she wants to be written for."""

    reader: Reader
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class PushApproved:
    """A message may go out: what for, on what ground, over which channel, and why now. The stream is its outbox.

    `facts` are those that it tells anew; `fallbacks` the channels tried after the first; `includes` other pushes that
    waited and are told by this one message.
    """

    push_id: str
    guide_id: str
    channel: Channel
    reason: str
    facts: tuple[FactRef, ...]
    approved_at: datetime
    urgency: Urgency = Urgency.ROUTINE
    purpose: Purpose = Purpose.PERSONAL_EDUCATION
    basis: Basis = Basis.CONSENT
    fallbacks: tuple[Channel, ...] = ()
    includes: tuple[PushRef, ...] = ()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels in the order in which they are tried."""
        return (self.channel, *self.fallbacks)

    @property
    def pushes(self) -> tuple[PushRef, ...]:
        """Everything that this one message tells: its own push first."""
        return (PushRef(self.push_id, self.guide_id), *self.includes)


@dataclass(frozen=True, slots=True)
class PushHeldBack:
    """A message was not sent, and why (`reason`). With a moment `until` it waits and is judged again then.

    `asked_for` and the rest are what it was asked with.
    """

    push_id: str
    guide_id: str
    reason: str
    asked_at: datetime
    until: datetime | None = None
    asked_for: str = ""
    urgency: Urgency = Urgency.ROUTINE
    purpose: Purpose = Purpose.PERSONAL_EDUCATION
    risk: Risk | None = None
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class FactsDelivered:
    """The message left the house over `channel`: the patient has now been given these facts."""

    push_id: str
    guide_id: str
    facts: tuple[FactRef, ...]
    delivered_at: datetime
    channel: Channel | None = None


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
    | PreferenceChanged
    | ReadingChosen
    | PushApproved
    | PushHeldBack
    | FactsDelivered
    | PatientForgotten
)


@dataclass(frozen=True, slots=True)
class Patient:
    """The present state. `decisions` are those on consent by purpose and source, `merges` the survivors by merged.

    `told` is the ledger: by fact id, which version the patient was told last, and when.
    """

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
    told: Mapping[str, Telling] = field(default_factory=dict)
    chosen: PreferenceChanged | None = None
    reading: ReadingChosen | None = None
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
    def reader(self) -> Reader:
        """How the patient wants to be written for."""
        return self.reading.reader if self.reading else ANYBODY

    @property
    def preference(self) -> Preference:
        """What the patient chose, or what holds of everybody."""
        return self.chosen.preference if self.chosen else Preference()

    @property
    def decided(self) -> frozenset[str]:
        """The pushes that were approved or held back, those that still wait among them."""
        return self.sent | {push.push_id for push in self.held_back}

    @property
    def sent(self) -> frozenset[str]:
        """The pushes that were approved, alone or carried along by another."""
        return frozenset(each.push_id for push in self.approved for each in push.pushes)

    @property
    def waiting(self) -> Mapping[str, PushHeldBack]:
        """The pushes that were held back for a while and still wait, in the order in which they were asked for."""
        over = self.sent | {push.push_id for push in self.held_back if push.until is None}
        held = (push for push in self.held_back if push.push_id not in over)
        newest = {push.push_id: push for push in sorted(held, key=lambda each: each.until or each.asked_at)}
        return dict(sorted(newest.items(), key=lambda item: (item[1].asked_at, item[0])))

    @property
    def arrived(self) -> frozenset[str]:
        """The pushes whose message left the house, alone or carried along by another."""
        return frozenset(
            each.push_id for push in self.approved if push.push_id in self.delivered for each in push.pushes
        )

    @property
    def outcomes(self) -> tuple[PushApproved | PushHeldBack, ...]:
        """What became of each push that was asked for, once each: it was approved, waits, or was held back for good."""
        approved = (
            replace(push, push_id=each.push_id, guide_id=each.guide_id, includes=())
            for push in self.approved
            for each in push.pushes
        )
        ended = {push.push_id: push for push in self.held_back if push.until is None and push.push_id not in self.sent}
        return (*approved, *{**self.waiting, **ended}.values())

    def standing(self, now: datetime) -> Standing:
        """Return what decides of a message to this patient."""
        lately = (push for push in self.approved if push.approved_at > now - IN_FLIGHT)
        on_its_way = (fact for push in lately if push.push_id not in self.delivered for fact in push.facts)
        return Standing(
            forgotten=self.forgotten is not None,
            consents=self.consents,
            preference=self.preference,
            sent=tuple(push.approved_at for push in self.approved if push.urgency is not Urgency.REMINDER),
            told=self.told,
            in_flight=frozenset(on_its_way),
        )


def evolve(state: Patient, event: Event) -> Patient:
    """Fold one event."""
    match event:
        case ConsentGiven() | ConsentWithdrawn():
            return replace(state, decisions=_with_decision(state.decisions, event))
        case PersonDescribed() | PatientsMerged():
            return _told(replace(state, messages=state.messages | {event.message}), event)
        case PushApproved() | PushHeldBack() | FactsDelivered():
            return _pushed(state, event)
        case PreferenceChanged():
            return replace(state, chosen=_newest(state.chosen, event))
        case ReadingChosen():
            return replace(state, reading=_newest(state.reading, event))
        case PatientForgotten(reason):
            return replace(state, forgotten=reason)


def _pushed(state: Patient, event: PushApproved | PushHeldBack | FactsDelivered) -> Patient:
    match event:
        case PushApproved():
            return replace(state, approved=(*state.approved, event))
        case PushHeldBack():
            return replace(state, held_back=(*state.held_back, event))
        case FactsDelivered():
            told = told_together(state.told, _tellings(event))
            return replace(state, delivered=state.delivered | {event.push_id}, told=told)


_Chosen = TypeVar("_Chosen", PreferenceChanged, ReadingChosen)


def _newest(known: _Chosen | None, other: _Chosen | None) -> _Chosen | None:
    return max(filter(None, (known, other)), key=lambda each: each.chosen_at, default=None)


def _tellings(delivered: FactsDelivered) -> Mapping[str, Telling]:
    return {fact.fact_id: Telling(fact.version, delivered.delivered_at) for fact in delivered.facts}


def told_together(known: Mapping[str, Telling], more: Mapping[str, Telling]) -> Mapping[str, Telling]:
    """Return two ledgers as one: of each fact the last telling."""
    newest = {
        fact: max(telling, known.get(fact, telling), key=lambda each: (each.at, each.version))
        for fact, telling in more.items()
    }
    return {**known, **newest}


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
            told=told_together(one.told, other.told),
            reading=_newest(one.reading, other.reading),
            chosen=_newest(one.chosen, other.chosen),
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


def choose(state: Patient, wanted: Preference, rules: PushRules, *, now: datetime) -> tuple[Event, ...]:
    """Record how the patient wants to be written to; the same again changes nothing. QuietTooLong."""
    check_preference(wanted, rules)
    return () if state.forgotten or state.preference == wanted else (PreferenceChanged(wanted, now),)


def choose_reading(state: Patient, wanted: Reader, *, now: datetime) -> tuple[Event, ...]:
    """Record how the patient wants to be written for; the same again changes nothing."""
    return () if state.forgotten or state.reader == wanted else (ReadingChosen(wanted, now),)


def decide_push(
    state: Patient, asked: PushAsked, *, channels: Sequence[Channel], house: House, others: Sequence[PushAsked] = ()
) -> tuple[Event, ...]:
    """Approve a push or hold it back with the reason (law 7); a push is decided once.

    `channels` are those that reach the patient, best first. `others` wait: if a routine message goes out, they go
    with it, as far as nothing but time stood in their way.
    """
    return () if asked.push_id in state.decided else decide_pushes(state, (*others, asked), channels, house)


def decide_pushes(
    state: Patient, asked: Sequence[PushAsked], channels: Sequence[Channel], house: House
) -> tuple[Event, ...]:
    """Judge pushes together, in the order of their asking: those that may go leave as one message.

    Several editions of one guide become the last of them. What takes something back leaves at once, by itself.
    """
    waiting = state.waiting
    open_ones = [each for each in asked if each.push_id in waiting or each.push_id not in state.decided]
    overtaken = [each for place, each in enumerate(open_ones) if _is_overtaken(each, open_ones[place + 1 :])]
    alive = [each for each in open_ones if each not in overtaken]
    verdicts = list(_judged(state.standing(house.now), alive, channels, house))
    return (
        *(_held(each, Verdict(Obstacle.OVERTAKEN)) for each in overtaken),
        *_approvals(verdicts, channels, house),
        *_refusals(verdicts, waiting),
    )


def _is_overtaken(asked: PushAsked, later: Iterable[PushAsked]) -> bool:
    """Whether a later push about the same guide says all that this one would; a recall is told in any case."""
    enough = {
        Urgency.ROUTINE: (Urgency.ROUTINE, Urgency.CORRECTION),
        Urgency.CORRECTION: (Urgency.CORRECTION,),
    }.get(asked.urgency, ())
    return any(each.guide_id == asked.guide_id and each.urgency in enough for each in later)


Judged = Sequence[tuple[PushAsked, Verdict]]


def _judged(
    standing: Standing, asked: Iterable[PushAsked], channels: Sequence[Channel], house: House
) -> Iterator[tuple[PushAsked, Verdict]]:
    """Judge what is urgent first: it needs no place in the budget, but it takes one."""
    for each in sorted(asked, key=lambda each: each.urgency is Urgency.ROUTINE):
        verdict = judge(each, standing, channels, house)
        if verdict.obstacle is None and each.urgency not in (Urgency.ROUTINE, Urgency.REMINDER):
            standing = replace(standing, sent=(*standing.sent, house.now))
        yield each, verdict


def _approvals(verdicts: Judged, channels: Sequence[Channel], house: House) -> Iterator[PushApproved]:
    going = [(asked, verdict) for asked, verdict in verdicts if verdict.obstacle is None]
    for alone in ((asked, verdict) for asked, verdict in going if asked.urgency is not Urgency.ROUTINE):
        yield _approval((alone,), channels, house)
    if any(asked.urgency is Urgency.ROUTINE for asked, _ in going):
        yield _approval([each for each in verdicts if _rides(*each)], channels, house)


def _rides(asked: PushAsked, verdict: Verdict) -> bool:
    """Whether a push is told by a routine message that goes out now: only time stood in its way, if anything."""
    return asked.urgency is Urgency.ROUTINE and (verdict.obstacle is None or verdict.until is not None)


def _approval(together: Judged, channels: Sequence[Channel], house: House) -> PushApproved:
    first, verdict = together[-1]
    return PushApproved(
        first.push_id,
        first.guide_id,
        channels[0],
        first.reason,
        tuple(dict.fromkeys(fact for _, each in together for fact in each.news)),
        house.now,
        first.urgency,
        first.purpose,
        verdict.basis,
        tuple(channels[1:]),
        tuple(PushRef(asked.push_id, asked.guide_id) for asked, _ in together[:-1]),
    )


def _refusals(verdicts: Judged, waiting: Mapping[str, PushHeldBack]) -> Iterator[PushHeldBack]:
    routine_goes = any(each.obstacle is None and asked.urgency is Urgency.ROUTINE for asked, each in verdicts)
    for asked, verdict in verdicts:
        known = waiting.get(asked.push_id)
        rides = routine_goes and _rides(asked, verdict)
        if verdict.obstacle and not rides and not (known and verdict.until and known.until == verdict.until):
            yield _held(asked, verdict)


def _held(asked: PushAsked, verdict: Verdict) -> PushHeldBack:
    return PushHeldBack(
        asked.push_id,
        asked.guide_id,
        verdict.obstacle or "",
        asked.asked_at,
        verdict.until,
        asked.reason,
        asked.urgency,
        asked.purpose,
        asked.risk,
        asked.facts,
    )


def give_up(state: Patient, push_id: str, obstacle: Obstacle) -> tuple[PushHeldBack, ...]:
    """Hold back for good what waited and has nothing to tell any more."""
    held = state.waiting.get(push_id)
    return (replace(held, reason=obstacle, until=None),) if held else ()


def record_delivery(
    state: Patient, *, push_id: str, now: datetime, channel: Channel | None = None
) -> tuple[Event, ...]:
    """Record that an approved push left the house, once."""
    push = next((each for each in state.approved if each.push_id == push_id), None)
    if push is None or push_id in state.delivered:
        return ()
    return (FactsDelivered(push_id, push.guide_id, push.facts, now, channel),)
