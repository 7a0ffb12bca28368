"""Patients over 90 days: guides, corrections, recalls, wishes and failures at random moments, by day and by night.

Everything runs through the push desk, the dispatcher and the mailroom over the memory adapters; only the making of a
guide is left out. What came of it is then judged from the log and the messages alone, by rules written a second time.
Assumptions: one to six visits a patient, each with one to four editions of a guide of two to six out of 40 facts; four
of five consent at first; one in three changes her mind or her wishes; every fourth address fails for good; schedules
fire up to a minute late and now and then twice, and every fifth event reaches the dispatcher again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import Contact, Message, UndeliverableError
from narrowcast.application.push_desk import was_told
from narrowcast.application.store import Actor
from narrowcast.application.streams import FACT, GUIDE, PATIENT
from narrowcast.contracts.codec import decode, timestamp
from narrowcast.domain import patient as patients
from narrowcast.domain.draft import FactRef
from narrowcast.domain.fact import FactApproved, FactProposed
from narrowcast.domain.guide import GuideAssembled, GuideCorrected, GuideSection, PieceRef
from narrowcast.domain.patient import PushApproved, PushHeldBack
from narrowcast.domain.pushing import HARMFUL, Hours, Preference, PushRules, QuietTooLong
from narrowcast.domain.telling import Decision
from narrowcast.domain.vocabulary import Basis, Channel, ForgettingReason, Frequency, Purpose, Risk, Section, Urgency
from tests.support.newsroom import HOSPITAL, PROFILE, STATEMENT, World

DAYS = 90
START = datetime(2026, 1, 4, 16, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
RULES = PushRules(weekly_budget=3, quiet=Hours(time(21), time(8)), digest_at=time(10), repeat_after_days=60)
FACTS = tuple(f"f-{number}" for number in range(40))
SAFETY = frozenset(FACTS[::10])
ACTOR = Actor("system:quarter")
PATIENT_ID = "p-1"


@dataclass(frozen=True)
class Sent:
    """A message that left, when."""

    message: Message
    at: datetime


class FickleMessenger(MemoryMessenger):
    """Messenger some of whose addresses refuse everything."""

    def __init__(self, clock: FixedClock, dead: frozenset[str]) -> None:
        super().__init__()
        self._clock, self._dead = clock, dead
        self.left: list[Sent] = []

    def send(self, message: Message) -> None:
        if message.to in self._dead:
            raise UndeliverableError(message.channel)
        self.left.append(Sent(message, self._clock.now()))
        super().send(message)


@dataclass
class Life:
    """One patient's quarter."""

    seed: int
    number: int
    rng: random.Random = field(init=False)
    asked: dict[str, tuple[Urgency, Risk | None]] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)
    guides: dict[str, tuple[FactRef, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = rng = random.Random(f"{self.seed}/{self.number}")  # noqa: S311 - a course of events, not a secret
        self.contact = Contact(
            phone="+8613900000001" if rng.random() < 0.9 else "",
            email="p@patient.example" if rng.random() < 0.4 else "",
            app_user="app-1" if rng.random() < 0.3 else "",
        )
        addresses = (self.contact.phone, self.contact.email, self.contact.app_user)
        self.dead = frozenset(each for each in addresses if rng.random() < 0.25)
        clock = FixedClock(START)
        self.messenger = FickleMessenger(clock, self.dead)
        self.world = World(clock=clock, messenger=self.messenger)
        self._found()

    def _found(self) -> None:
        store = self.world.store
        self.world.registry.register_hospital(HOSPITAL, replace(PROFILE, pushing=RULES), ACTOR)
        known = FactProposed("sg-1", replace(STATEMENT, risk=Risk.SAFETY)), FactApproved(1, "sg-1")
        for fact in sorted(SAFETY):
            store.execute(FACT, HOSPITAL, fact, lambda _: known, ACTOR)
        self.world.vault.keep(PATIENT.stream(HOSPITAL, PATIENT_ID), self.contact)

    def live(self) -> Life:
        """Let all that is planned happen, and what follows from it."""
        plan = sorted(self._plan(), key=lambda each: each[0])
        for moment, act in plan:
            self._wait_until(moment)
            act()
            self._consume()
        self._wait_until(START + timedelta(days=DAYS))
        return self

    # What happens

    def _plan(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        if self.rng.random() < 0.8:
            yield START, lambda: self._decide(given=True)
        for visit in range(self.rng.randint(1, 6)):
            for edition in range(1, self.rng.randint(1, 4) + 1):
                yield self._moment(), partial(self._guide, f"g-{visit}", edition)
        for number in range(self.rng.randint(0, 2)):
            yield self._moment(), partial(self._recall, f"recall-{number}")
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            yield self._moment(), lambda: self._decide(given=self.rng.random() < 0.5)
            yield self._moment(), self._choose
        if self.rng.random() < 0.03:
            yield self._moment(), self._forget

    def _moment(self) -> datetime:
        """Return a moment; half of them fall in a few crowded days, so that budgets fill."""
        day = self.rng.uniform(0, DAYS - 1) if self.rng.random() < 0.5 else self.rng.uniform(10, 14)
        return START + timedelta(days=day)

    def _guide(self, guide_id: str, edition: int) -> None:
        """Make the next edition of a guide, now and then one that takes back what the last one told, or is empty."""
        if self.rng.random() < 0.15:
            self.versions[self.rng.choice(FACTS)] += 1
        chosen = self.rng.sample(FACTS[:12] if self.rng.random() < 0.5 else FACTS, self.rng.randint(2, 6))
        facts = tuple(FactRef(fact, 1 + self.versions[fact]) for fact in chosen)
        sections = () if self.rng.random() < 0.05 else (self._section(facts, edition),)
        made = GuideAssembled(f"v-{guide_id}", PATIENT_ID, sections, (), "r")
        state = self.world.store.load(GUIDE, HOSPITAL, guide_id).state
        corrects = state.assembled is not None and self.rng.random() < 0.2
        correction = (GuideCorrected(state.edition + 1, "visit_corrected", ("c-1",)),) if corrects else ()
        self.world.store.execute(GUIDE, HOSPITAL, guide_id, lambda _: (made, *correction), ACTOR)
        person = self.world.store.load(PATIENT, HOSPITAL, PATIENT_ID).state
        told = was_told(guide_id, state, person)
        self.guides[guide_id] = facts
        if sections or (corrects and told):
            urgency = Urgency.CORRECTION if corrects and told else Urgency.ROUTINE
            self.asked[f"{guide_id}.{state.edition + 1}"] = (urgency, None)
        self.world.push_desk.request(HOSPITAL, guide_id, ACTOR)

    def _section(self, facts: tuple[FactRef, ...], edition: int) -> GuideSection:
        return GuideSection(Section.DISEASE, (PieceRef("c-1", edition, f"{self.rng.random()}", facts),))

    def _recall(self, recall_id: str) -> None:
        """Take a fact back from every guide that told it and left the house."""
        fact, risk = self.rng.choice(FACTS), self.rng.choice(list(Risk))
        self.versions[fact] += 1
        for guide_id, facts in sorted(self.guides.items()):
            if fact not in {each.fact_id for each in facts}:
                continue
            self.asked[f"{guide_id}.{recall_id}"] = (Urgency.RECALL, risk)
            told = (FactRef(fact, 1 + self.versions[fact]),)
            self.world.push_desk.recall(HOSPITAL, guide_id, recall_id=recall_id, risk=risk, facts=told, actor=ACTOR)

    def _decide(self, *, given: bool) -> None:
        at = timestamp(self.world.clock.now())
        self._on_patient(
            lambda s: patients.record_decision(
                s, Decision(given, at), evidence="his:json", source=f"v-{at}", purpose=Purpose.PERSONAL_EDUCATION
            )
        )

    def _choose(self) -> None:
        begin = self.rng.randint(0, 23)
        quiet = Hours(time(begin), time((begin + self.rng.randint(1, 10)) % 24)) if self.rng.random() < 0.5 else None
        wanted = Preference(self.rng.choice(list(Frequency)), quiet)
        try:
            self._on_patient(lambda s: patients.choose(s, wanted, RULES, now=self.world.clock.now()))
        except QuietTooLong:
            return

    def _forget(self) -> None:
        self._on_patient(lambda s: patients.forget(s, reason=ForgettingReason.PATIENT_REQUEST))

    def _on_patient(self, decide: Callable[[patients.Patient], tuple[patients.Event, ...]]) -> None:
        self.world.store.execute(PATIENT, HOSPITAL, PATIENT_ID, decide, ACTOR)

    # What follows by itself

    def _wait_until(self, moment: datetime) -> None:
        """Let schedules fire as their time comes."""
        world = self.world
        while due := min((at for at, _, _ in world.schedules.pending.values() if at <= moment), default=None):
            late = timedelta(seconds=self.rng.randint(0, 60))
            self._advance_to(max(due + late, world.clock.now()))
            for _, _, data in list(world.schedules.due(world.clock.now())):
                for _ in range(1 + (self.rng.random() < 0.1)):
                    world.push_desk.release(str(data["hospital"]), str(data["patient"]), ACTOR)
            self._consume()
        self._advance_to(max(moment, world.clock.now()))

    def _advance_to(self, moment: datetime) -> None:
        self.world.clock.advance(moment - self.world.clock.now())

    def _consume(self) -> None:
        """Dispatch what is new, some of it twice, and run the workflows that it starts."""
        world = self.world
        while fresh := [c for c in world.log.scan() if (c.stream, c.version) not in world._consumed]:
            for commit in fresh:
                world._consumed.add((commit.stream, commit.version))
                for _ in range(1 + (self.rng.random() < 0.2)):
                    for envelope in decode(commit):
                        world.dispatcher.dispatch(envelope)
            started = [name for process, name in world.workflows.started if process == "guide_delivery"]
            for name in [each for each in started if each not in world._delivered]:
                world._delivered.add(name)
                world.deliver(world.workflows.started["guide_delivery", name])


@dataclass
class Tally:
    """What the patients got, and what was broken; a sound product breaks nothing."""

    patients: int = 0
    asked: int = 0
    messages: int = 0
    digests: int = 0
    carried: int = 0
    held: Counter[str] = field(default_factory=Counter)
    recalls: int = 0
    recalls_told: int = 0
    recalls_without_consent: int = 0
    waiting: int = 0
    failed: int = 0
    fallbacks: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, life: Life) -> None:
        """Judge one patient's quarter."""
        self.patients += 1
        Judge(self, life).judge()


@dataclass
class Judge:
    """Reads one patient's stream as a stranger would."""

    tally: Tally
    life: Life
    consented: bool = False
    forgotten: bool = False
    quiet: Hours | None = None
    silent: bool = False
    sent: list[datetime] = field(default_factory=list)
    told: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    approvals: dict[str, PushApproved] = field(default_factory=dict)
    ended: dict[str, PushHeldBack] = field(default_factory=dict)
    waits: dict[str, PushHeldBack] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)

    def judge(self) -> None:
        stream = PATIENT.stream(HOSPITAL, PATIENT_ID)
        for commit in self.life.world.log.read(stream):
            for envelope in decode(commit):
                self._hear(envelope.event, datetime.fromisoformat(envelope.recorded_at))
        self._sum_up()

    def _break(self, law: str, of: object) -> None:
        self.tally.broken.append(f"patient {self.life.number}: {law}: {of}")

    def _hear(self, event: object, at: datetime) -> None:
        match event:
            case patients.ConsentGiven():
                self.consented = True
            case patients.ConsentWithdrawn():
                self.consented = False
            case patients.PatientForgotten():
                self.forgotten = True
            case patients.PreferenceChanged(preference):
                self.quiet, self.silent = preference.quiet, preference.frequency is Frequency.NONE
            case PushApproved():
                self._approved(event, at)
            case PushHeldBack():
                self._held(event, at)
            case patients.FactsDelivered():
                self._delivered(event)

    def _approved(self, push: PushApproved, at: datetime) -> None:
        for each in push.pushes:
            if each.push_id in self.approvals:
                self._break("a push is approved once", each.push_id)
            self.approvals[each.push_id] = push
            self.waits.pop(each.push_id, None)
        urgency, risk = self.life.asked[push.push_id]
        harmful = urgency is Urgency.RECALL and risk in HARMFUL
        if self.forgotten:
            self._break("nothing goes to a forgotten patient", push)
        if not self.consented and not (harmful and push.basis is Basis.SAFETY_DUTY):
            self._break("no push without consent", push)
        if urgency is Urgency.ROUTINE:
            self._routine(push, at)
        if not harmful and self._is_quiet(at):
            self._break("quiet hours", push)
        if urgency is not Urgency.RECALL:
            self._news(push, at)
        self.sent.append(at)
        self.tally.digests += bool(push.includes)
        self.tally.carried += len(push.includes)

    def _routine(self, push: PushApproved, at: datetime) -> None:
        if sum(at - timedelta(days=7) < each for each in self.sent) >= RULES.weekly_budget:
            self._break("weekly budget", push)
        if self.silent:
            self._break("she chose none", push)

    def _news(self, push: PushApproved, at: datetime) -> None:
        for fact in push.facts:
            version, moment = self.told.get(fact.fact_id, (0, START - timedelta(days=999)))
            fresh = version < fact.version or at - moment >= timedelta(days=RULES.repeat_after_days)
            if not fresh and fact.fact_id not in SAFETY:
                self._break("a fact is not repeated in its window", fact)

    def _is_quiet(self, at: datetime) -> bool:
        clock = at.astimezone(ZONE).time()
        hours = [each for each in (RULES.quiet, self.quiet) if each and each.begin != each.end]
        return any(
            each.begin <= clock < each.end if each.begin < each.end else (clock >= each.begin or clock < each.end)
            for each in hours
        )

    def _held(self, push: PushHeldBack, at: datetime) -> None:
        self.tally.held[push.reason] += 1
        if not push.reason:
            self._break("every push held back has a reason", push)
        if push.until is None:
            self.ended[push.push_id] = push
            self.waits.pop(push.push_id, None)
        else:
            self.waits[push.push_id] = push
            if push.until <= at:
                self._break("what waits waits for a later moment", push)

    def _delivered(self, event: patients.FactsDelivered) -> None:
        self.delivered.add(event.push_id)
        for fact in event.facts:
            self.told[fact.fact_id] = (fact.version, event.delivered_at)

    def _sum_up(self) -> None:
        tally, end = self.tally, START + timedelta(days=DAYS)
        tally.asked += len(self.life.asked)
        tally.waiting += len(self.waits)
        for push_id in self.life.asked:
            if sum(push_id in each for each in (self.approvals, self.ended, self.waits)) != 1:
                self._break("every push asked for has one outcome", push_id)
        for push in self.waits.values():
            if push.until and push.until <= end - timedelta(minutes=2):
                self._break("nothing waits past its moment", push)
        self._messages()
        self._recalls()

    def _messages(self) -> None:
        left = self.life.messenger.left
        self.tally.messages += len(left)
        once = Counter(each.message.effect.rpartition("|push")[0] for each in left)
        if any(count > 1 for count in once.values()):
            self._break("a push leaves as one message", once)
        if len({each.message.text.partition("/g/")[0] for each in left}) > 1:
            self._break("every push has the same words", {each.message.text for each in left})
        for push_id, push in self.approvals.items():
            if push.push_id != push_id:
                continue
            alive = [each for each in push.channels if self._address(each) not in self.life.dead]
            self.tally.failed += not alive
            self.tally.fallbacks += bool(alive) and alive[0] is not push.channel
            if bool(alive) != (push_id in self.delivered) and not self.forgotten:
                self._break("what was approved arrives if a channel takes it", push)

    def _address(self, channel: Channel) -> str:
        contact = self.life.contact
        known = {Channel.APP: contact.app_user, Channel.SMS: contact.phone, Channel.MAIL: contact.email}
        return known.get(channel, "")

    def _recalls(self) -> None:
        for push_id, (urgency, risk) in self.life.asked.items():
            if urgency is Urgency.CORRECTION:
                self._correction(push_id)
            if urgency is not Urgency.RECALL:
                continue
            self.tally.recalls += 1
            approved = self.approvals.get(push_id)
            self.tally.recalls_told += approved is not None and push_id in self.delivered
            self.tally.recalls_without_consent += approved is not None and approved.basis is Basis.SAFETY_DUTY
            ended = self.ended.get(push_id)
            allowed = {"patient_forgotten", "no_channel"} | (set() if risk in HARMFUL else {"no_consent"})
            if ended and ended.reason not in allowed:
                self._break("every recall is told", ended)

    def _correction(self, push_id: str) -> None:
        """A correction is told, unless a later one of the same guide is."""
        guide_id, _, edition = push_id.rpartition(".")
        later = [
            each
            for each, (urgency, _) in self.life.asked.items()
            if urgency is Urgency.CORRECTION and each.rpartition(".")[0] == guide_id
            if int(each.rpartition(".")[2]) > int(edition)
        ]
        allowed = {"patient_forgotten", "no_channel", "no_consent"} | ({"overtaken"} if later else set())
        ended = self.ended.get(push_id)
        if ended and ended.reason not in allowed:
            self._break("every correction is told", ended)


def quarter(patients_: int, seed: int = 6) -> Tally:
    """Live so many quarters and judge them."""
    tally = Tally()
    for number in range(patients_):
        tally.add(Life(seed, number).live())
    return tally
