"""Reminders that patients chose: one schedule at a time, each made once the one before it has fired.

Whether a reminder still has its ground (the visit, the consent, the content) is asked of the log when it fires, and
again whenever one of them changes: reminders end by themselves. What is sent stands among the patient's pushes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import profile_of, today
from narrowcast.application.persons import Persons
from narrowcast.application.ports import Schedules
from narrowcast.application.push_desk import PushDesk
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import GUIDE, REMINDERS, StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.domain import reminding
from narrowcast.domain.guide import sections_shown
from narrowcast.domain.patient import ConsentWithdrawn, PatientForgotten
from narrowcast.domain.reminding import Ended, Kind, ReminderFired, RemindersChosen, RemindersEnded, next_slot
from narrowcast.domain.vocabulary import Purpose

PROCESS = "guide_delivery"
SYSTEM = "system:reminding"


TOO_LATE = timedelta(hours=2)
"""After that a reminder is no longer sent: it would come at another time than the one that was chosen."""


def lost_ground(store: Store, hospital: str, guide_id: str, kind: Kind) -> Ended | None:
    """Return what has taken the ground from reminders of a kind; None while they stand on it."""
    guide = store.load(GUIDE, hospital, guide_id).state
    person = Persons(store).of(hospital, guide.made.patient).state
    if person.forgotten:
        return Ended.FORGOTTEN
    if not {Purpose.PERSONAL_EDUCATION, Purpose.REMINDERS} <= person.consents:
        return Ended.CONSENT
    if guide.cancelled:
        return Ended.VISIT
    told = {part.section for part in sections_shown(guide) if part.pieces}
    return None if kind.section in told else Ended.CONTENT


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """Plans reminders, and ends those whose ground is gone."""

    store: Store
    schedules: Schedules

    def hear(self, envelope: Envelope) -> None:
        """React to what a patient chose, to a moment that came, and to what may take the ground from it."""
        key, actor = StreamKey.parse(envelope.stream), Actor(SYSTEM, envelope.correlation_id, envelope.event_id)
        recorded = datetime.fromisoformat(envelope.recorded_at)
        match envelope.event:
            case RemindersChosen(chosen_at=at) as chosen:
                self._plan(key, chosen, after=at)
            case ReminderFired(kind, number, slot):
                self._plan(key, self._state(key).standing(kind, number), after=max(slot, recorded))
            case RemindersEnded() as ended:
                self._unplan(key, ended, recorded)
            case ConsentWithdrawn() | PatientForgotten():
                self._tend(key.hospital, self._guides(key), actor)
            case _:
                self._tend(key.hospital, (key.key,), actor)

    def _plan(self, key: StreamKey, chosen: RemindersChosen | None, *, after: datetime) -> None:
        """Have the first reminder after a moment fire; none if there is no more."""
        slot = next_slot(chosen, after, self._zone(key.hospital)) if chosen else None
        if chosen and slot:
            reminder = {"kind": chosen.kind, "number": chosen.number, "slot": slot.isoformat()}
            data = {"hospital": key.hospital, "guide_id": key.key, "reminder": reminder}
            self.schedules.start_at(slot, PROCESS, _name(key.key, chosen, slot), data)

    def _unplan(self, key: StreamKey, ended: RemindersEnded, at: datetime) -> None:
        """Cancel the schedule that stands; one that fires meanwhile finds in the log that the reminders ended."""
        chosen = self._state(key).past.get(ended.kind)
        slot = next_slot(chosen, at, self._zone(key.hospital)) if chosen and chosen.number == ended.number else None
        if chosen and slot:
            self.schedules.cancel(_name(key.key, chosen, slot))

    def _tend(self, hospital: str, guides: Iterable[str], actor: Actor) -> None:
        for guide_id in guides:
            for kind in self.store.load(REMINDERS, hospital, guide_id).state.chosen:
                if reason := lost_ground(self.store, hospital, guide_id, kind):
                    ending = partial(reminding.end, kind=kind, reason=reason)
                    self.store.execute(REMINDERS, hospital, guide_id, ending, actor)

    def _guides(self, key: StreamKey) -> list[str]:
        """Return the guides that a patient was told of: only from one of those can she have chosen."""
        person = Persons(self.store).of(key.hospital, key.key).state
        return sorted({each.guide_id for push in person.approved for each in push.pushes})

    def _state(self, key: StreamKey) -> reminding.Reminders:
        return self.store.load(REMINDERS, key.hospital, key.key).state

    def _zone(self, hospital: str) -> ZoneInfo:
        profile = profile_of(self.store, hospital).profile
        return ZoneInfo(profile.timezone if profile else "UTC")


@dataclass(frozen=True, slots=True)
class Reminding:
    """Lets a reminder fire."""

    store: Store
    library: SignedLibrary
    pushes: PushDesk

    def fire(self, hospital: str, guide_id: str, fired: ReminderFired) -> str:
        """Ask for the message of a reminder and record that its moment came; return what came of it.

        Harmless when it comes twice; nothing is sent for what was chosen anew or ended since, or comes far too late.
        """
        actor = Actor(SYSTEM, correlation_id=guide_id)
        if self.store.load(REMINDERS, hospital, guide_id).state.standing(fired.kind, fired.number) is None:
            return "Ended"
        if reason := self._obstacle(hospital, guide_id, fired.kind):
            ending = partial(reminding.end, kind=fired.kind, reason=reason)
            self.store.execute(REMINDERS, hospital, guide_id, ending, actor)
            return "Ended"
        told = self._tell(hospital, guide_id, fired, actor)
        self.store.execute(REMINDERS, hospital, guide_id, lambda s: reminding.fire(s, fired), actor)
        return told

    def _tell(self, hospital: str, guide_id: str, fired: ReminderFired, actor: Actor) -> str:
        if self.store.clock.now() > fired.slot + TOO_LATE:
            return "TooLate"
        push_id = f"{guide_id}.{fired.kind}.{fired.number}.{fired.slot:%Y%m%dT%H%M}"
        decided = self.pushes.remind(hospital, guide_id, push_id=push_id, actor=actor)
        return type(decided).__name__ if decided else "AlreadyDecided"

    def _obstacle(self, hospital: str, guide_id: str, kind: Kind) -> Ended | None:
        """Return what stands against it; also that nothing signed and valid is left to be reminded of."""
        if reason := lost_ground(self.store, hospital, guide_id, kind):
            return reason
        parts = sections_shown(self.store.load(GUIDE, hospital, guide_id).state)
        pieces = (ref for part in parts if part.section is kind.section for ref in part.pieces)
        on = today(self.store, hospital)
        return None if any(self.library.exactly(hospital, ref, on=on) for ref in pieces) else Ended.CONTENT


def _name(guide_id: str, chosen: RemindersChosen, slot: datetime) -> str:
    return f"{guide_id}.{chosen.kind}.{chosen.number}.{slot:%m%dT%H%M}"
