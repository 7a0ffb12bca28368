"""Asks whether messages may go out (law 7). An approval is an event, and so is a refusal; the stream is the outbox.

Nothing that waits is lost: what was held back for a while is judged again when its moment comes, or is told along with
the next message that goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from narrowcast.application.guides import CORRECTION, push_id_of
from narrowcast.application.hospitals import profile_of
from narrowcast.application.persons import Person, Persons
from narrowcast.application.ports import Contact, Vault
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import FACT, GUIDE, PATIENT
from narrowcast.domain import guide as guides
from narrowcast.domain import patient as patients
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import Guide
from narrowcast.domain.patient import Patient, PushHeldBack
from narrowcast.domain.pushing import House, Obstacle, PushAsked, PushRules
from narrowcast.domain.vocabulary import Channel, Purpose, Risk, Urgency

RECALL = "recall"
"""Why a message goes out that takes back what medicine no longer holds."""
VISIT = "visit"
REMINDER = "reminder"
"""Why a message goes out that the patient herself asked for."""
Decide = Callable[[Patient], tuple[patients.Event, ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is to be told, over which channels, by whose rules, and what waits to be told to her."""

    person: Person
    channels: tuple[Channel, ...]
    house: House
    waiting: tuple[PushAsked, ...]


@dataclass(frozen=True, slots=True)
class PushDesk:
    """Decides over the messages of guides."""

    store: Store
    vault: Vault

    def request(self, hospital: str, guide_id: str, actor: Actor) -> patients.Event | None:
        """Ask for the message of a guide's newest edition; None if it was decided before, or is about nothing.

        An edition that takes back what the patient was told is a correction; if she was told nothing, there is
        nothing to take back.
        """
        guide = self.store.load(GUIDE, hospital, guide_id).state
        reader = self._reader(hospital, guide.made.patient)
        corrects = guide.correcting and was_told(guide_id, guide, reader.person.state)
        if not (guide.made.sections or corrects):
            return None
        asked = PushAsked(
            push_id_of(guide_id, guide.edition),
            guide_id,
            CORRECTION if corrects else VISIT,
            guide.facts,
            reader.house.now,
            Urgency.CORRECTION if corrects else Urgency.ROUTINE,
        )
        return self._ask(hospital, reader, asked, actor)

    def recall(
        self,
        hospital: str,
        guide_id: str,
        *,
        recall_id: str,
        risk: Risk,
        facts: tuple[FactRef, ...],
        actor: Actor,
    ) -> patients.Event | None:
        """Ask for the message that takes back what a guide told; `facts` are those that now hold, if any.

        Once for each recall and guide; None if it was decided before.
        """
        reader = self._reader(hospital, self.store.load(GUIDE, hospital, guide_id).state.made.patient)
        asked = PushAsked(
            f"{guide_id}.{recall_id}", guide_id, RECALL, facts, reader.house.now, Urgency.RECALL, risk=risk
        )
        return self._ask(hospital, reader, asked, actor)

    def remind(self, hospital: str, guide_id: str, *, push_id: str, actor: Actor) -> patients.Event | None:
        """Ask for the message that a patient chose to get at this time; None if it was decided before.

        It stands alone: what waits goes on waiting for its own moment.
        """
        reader = self._reader(hospital, self.store.load(GUIDE, hospital, guide_id).state.made.patient)
        asked = PushAsked(push_id, guide_id, REMINDER, (), reader.house.now, Urgency.REMINDER, Purpose.REMINDERS)
        return self._ask(hospital, replace(reader, waiting=()), asked, actor)

    def release(self, hospital: str, patient: str, actor: Actor) -> tuple[patients.Event, ...]:
        """Judge again what waits for a patient; harmless at any time, and when nothing does."""
        reader = self._reader(hospital, patient)
        empty = {each.push_id for each in reader.waiting if self._emptied(hospital, each)}
        alive = [each for each in reader.waiting if each.push_id not in empty]

        def decide(state: Patient) -> tuple[patients.Event, ...]:
            given_up = (event for each in sorted(empty) for event in patients.give_up(state, each, Obstacle.EMPTIED))
            return (*given_up, *patients.decide_pushes(state, alive, reader.channels, reader.house))

        return self._decide(hospital, reader.person, decide, actor)

    def _ask(self, hospital: str, reader: Reader, asked: PushAsked, actor: Actor) -> patients.Event | None:
        asked = replace(asked, must_carry=self._must_carry(hospital, asked, reader))
        events = self._decide(
            hospital,
            reader.person,
            lambda s: patients.decide_push(
                s, asked, channels=reader.channels, house=reader.house, others=reader.waiting
            ),
            actor,
        )
        return next((event for event in events if asked.push_id in _told_by(event)), None)

    def _decide(self, hospital: str, person: Person, decide: Decide, actor: Actor) -> tuple[patients.Event, ...]:
        """Decide over all numbers of the person as one, on the stream of the one that goes on."""
        together: Decide = lambda s: decide(patients.united((s, *person.others)))  # noqa: E731 - typed
        return tuple(self.store.execute(PATIENT, hospital, person.root, together, actor).events)

    def _reader(self, hospital: str, patient: str) -> Reader:
        persons = Persons(self.store)
        person = persons.of(hospital, patient)
        profile = profile_of(self.store, hospital)
        zone = ZoneInfo(profile.profile.timezone if profile.profile else "UTC")
        house = House(profile.pushing, zone, self.store.clock.now())
        channels = reachable(persons.contact(hospital, person, self.vault), house.rules)
        waiting = tuple(_asked_again(each) for each in person.state.waiting.values())
        return Reader(person, channels, house, waiting)

    def _must_carry(self, hospital: str, asked: PushAsked, reader: Reader) -> frozenset[FactRef]:
        """Return the facts that are told again however lately they were told: those of safety.

        Only of what was told before; what is told for the first time needs no such leave, and costs no reading.
        """
        known = [fact for fact in asked.facts if fact.fact_id in reader.person.state.told]
        if len(known) < len(asked.facts):
            return frozenset()
        return frozenset(fact for fact in known if self._is_of_safety(hospital, fact))

    def _is_of_safety(self, hospital: str, fact: FactRef) -> bool:
        statement = self.store.load(FACT, hospital, fact.fact_id).state.statement
        return statement is not None and statement.risk is Risk.SAFETY

    def _emptied(self, hospital: str, asked: PushAsked) -> bool:
        """Whether the guide that waited tells nothing any more; what takes something back always tells that."""
        guide = self.store.load(GUIDE, hospital, asked.guide_id).state
        return asked.urgency is Urgency.ROUTINE and not guide.made.sections


def was_told(guide_id: str, guide: Guide, patient: Patient) -> bool:
    """Whether a message with the guide's link went out, or is on its way."""
    failed = guides.failed(guide)
    told = (each for push in patient.approved if push.push_id not in failed for each in push.pushes)
    return any(each.guide_id == guide_id for each in told)


def reachable(contact: Contact | None, rules: PushRules) -> tuple[Channel, ...]:
    """Return the channels that reach the patient, in the hospital's order; none if nothing does."""
    if contact is None:
        return ()
    addresses = addresses_of(contact)
    return tuple(channel for channel in rules.channels if addresses[channel])


def addresses_of(contact: Contact) -> Mapping[Channel, str]:
    """Return where each channel finds the person; empty where it does not."""
    return {
        Channel.APP: contact.app_user,
        Channel.WECHAT: contact.openid,
        Channel.SMS: contact.phone,
        Channel.MAIL: contact.email,
    }


def _asked_again(held: PushHeldBack) -> PushAsked:
    return PushAsked(
        held.push_id, held.guide_id, held.asked_for, held.facts, held.asked_at, held.urgency, held.purpose, held.risk
    )


def _told_by(event: patients.Event) -> Iterator[str]:
    """Yield the pushes that an event decides over."""
    if isinstance(event, patients.PushApproved):
        yield from (each.push_id for each in event.pushes)
    elif isinstance(event, PushHeldBack):
        yield event.push_id
