"""Reminders that a patient chose on her guide: at which times of the day, until when, and why they ended.

What she is reminded of stands in the guide alone: a reminder names no drug and no illness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Section

MOST_TIMES = 4
"""Times of the day, at most."""
LONGEST = timedelta(days=90)
"""How long a patient may have herself reminded by one choice: as long as her guide's link lives."""


class RemindersUnclear(Refusal):
    """No time, too many, or a day that is past or too far."""


class Kind(StrEnum):
    """What a patient may be reminded of, each by a section of her guide."""

    MEDICATION = "medication"
    FOLLOW_UP = "follow_up"

    @property
    def section(self) -> Section:
        """The section that says what is to be done."""
        return {Kind.MEDICATION: Section.MEDICATION, Kind.FOLLOW_UP: Section.FOLLOWUP}[self]


class Ended(StrEnum):
    """Why reminders end."""

    CHOSEN = "chosen"
    CONSENT = "consent_withdrawn"
    VISIT = "visit_cancelled"
    CONTENT = "content_gone"
    FORGOTTEN = "patient_forgotten"


@dataclass(frozen=True, slots=True)
class RemindersChosen:
    """The patient wants to be reminded at these times of the hospital's day, until a day (inclusive)."""

    kind: Kind
    number: int
    times: tuple[time, ...]
    first: date
    until: date
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class RemindersEnded:
    """No more of them, and why."""

    kind: Kind
    number: int
    reason: Ended


@dataclass(frozen=True, slots=True)
class ReminderFired:
    """A moment that the patient chose has come: her message was asked for, unless it came far too late."""

    kind: Kind
    number: int
    slot: datetime


Event = RemindersChosen | RemindersEnded | ReminderFired


@dataclass(frozen=True, slots=True)
class Reminders:
    """The present state: what is chosen by kind, the last choice of each, its last moment, and how often she chose."""

    chosen: Mapping[Kind, RemindersChosen] = field(default_factory=dict)
    past: Mapping[Kind, RemindersChosen] = field(default_factory=dict)
    fired: Mapping[Kind, ReminderFired] = field(default_factory=dict)
    number: int = 0

    def standing(self, kind: Kind, number: int) -> RemindersChosen | None:
        """Return a choice if it still stands; None once another or none took its place."""
        found = self.chosen.get(kind)
        return found if found and found.number == number else None


def evolve(state: Reminders, event: Event) -> Reminders:
    """Fold one event."""
    match event:
        case RemindersChosen():
            past = {**state.past, event.kind: event}
            return replace(state, chosen={**state.chosen, event.kind: event}, past=past, number=event.number)
        case ReminderFired(kind):
            return replace(state, fired={**state.fired, kind: event})
        case RemindersEnded(kind):
            return replace(state, chosen={name: each for name, each in state.chosen.items() if name is not kind})


def choose(
    state: Reminders, *, kind: Kind, times: tuple[time, ...], first: date, until: date, now: datetime, today: date
) -> tuple[Event, ...]:
    """Choose reminders in place of those chosen before; the same again changes nothing. RemindersUnclear."""
    wanted = tuple(sorted(set(times)))
    if not 0 < len(wanted) <= MOST_TIMES:
        raise RemindersUnclear(f"请选择1到{MOST_TIMES}个时间", field="times")
    if not today <= first <= until <= today + LONGEST:
        raise RemindersUnclear(f"日期应在今天到{LONGEST.days}天之内", field="until")
    known = state.chosen.get(kind)
    if known and (known.times, known.until) == (wanted, until) and known.first <= first:
        return ()
    return (RemindersChosen(kind, state.number + 1, wanted, first, until, now),)


def end(state: Reminders, *, kind: Kind, reason: Ended, number: int = 0) -> tuple[Event, ...]:
    """End reminders; those that ended already, or a `number` that no longer stands, change nothing."""
    known = state.chosen.get(kind)
    if known is None or (number and known.number != number):
        return ()
    return (RemindersEnded(kind, known.number, reason),)


def fire(state: Reminders, fired: ReminderFired) -> tuple[Event, ...]:
    """Record that a moment has come, once, if what was chosen still stands."""
    before = state.fired.get(fired.kind)
    again = before is not None and before.number == fired.number and before.slot >= fired.slot
    return () if again or state.standing(fired.kind, fired.number) is None else (fired,)


def next_slot(chosen: RemindersChosen, after: datetime, zone: tzinfo) -> datetime | None:
    """Return the first moment after the given one at which she wants to be reminded; None if there is no more."""
    return next((slot for slot in _slots(chosen, after, zone) if slot > after), None)


def _slots(chosen: RemindersChosen, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    day = max(chosen.first, after.astimezone(zone).date())
    while day <= chosen.until:
        yield from (datetime.combine(day, at, zone) for at in chosen.times)
        day += timedelta(days=1)
