"""When a chosen reminder comes next: at the chosen times, on the chosen days, each once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.reminding import (
    Ended,
    Kind,
    ReminderFired,
    Reminders,
    RemindersChosen,
    choose,
    end,
    evolve,
    fire,
    next_slot,
)

HOME = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
times = st.lists(st.times().map(lambda at: at.replace(microsecond=0)), min_size=1, max_size=4, unique=True).map(sorted)
days = st.integers(0, 20)


def chosen(at: list[time], first: int, length: int) -> RemindersChosen:
    begin = DAY + timedelta(days=first)
    return RemindersChosen(Kind.MEDICATION, 1, tuple(at), begin, begin + timedelta(days=length), NOW)


def slots(wanted: RemindersChosen, after: datetime) -> list[datetime]:
    found: list[datetime] = []
    while slot := next_slot(wanted, found[-1] if found else after, HOME):
        found.append(slot)
    return found


@given(times, days, days)
def test_every_chosen_time_of_every_chosen_day_comes_once_and_in_order(at: list[time], first: int, length: int) -> None:
    wanted = chosen(at, first, length)
    before = datetime.combine(DAY - timedelta(days=1), time(0), HOME)
    found = slots(wanted, before)

    assert len(found) == len(at) * (length + 1)
    assert all(one < other for one, other in pairwise(found))
    assert {each.astimezone(HOME).time() for each in found} == set(at)
    assert {wanted.first, wanted.until} <= {each.astimezone(HOME).date() for each in found}


@given(times, days, days, st.integers(0, 60 * 24 * 45))
def test_what_comes_next_is_the_first_of_those_that_come_later(
    at: list[time], first: int, length: int, minutes: int
) -> None:
    wanted, after = chosen(at, first, length), NOW + timedelta(minutes=minutes)
    whole = slots(wanted, datetime.combine(DAY - timedelta(days=1), time(0), HOME))

    assert next_slot(wanted, after, HOME) == next((each for each in whole if each > after), None)


def test_a_moment_is_recorded_once_and_only_of_what_stands() -> None:
    [first] = choose(Reminders(), kind=Kind.MEDICATION, times=(time(8),), first=DAY, until=DAY, now=NOW, today=DAY)
    state = evolve(Reminders(), first)
    fired = ReminderFired(Kind.MEDICATION, 1, NOW)
    once = evolve(state, fired)

    assert fire(state, fired) == (fired,)
    assert fire(once, fired) == ()
    assert fire(once, ReminderFired(Kind.MEDICATION, 2, NOW)) == ()
    [ended] = end(once, kind=Kind.MEDICATION, reason=Ended.VISIT)
    over = evolve(once, ended)
    assert fire(over, ReminderFired(Kind.MEDICATION, 1, NOW + timedelta(days=1))) == ()
    assert end(over, kind=Kind.MEDICATION, reason=Ended.CHOSEN) == ()
    assert end(once, kind=Kind.MEDICATION, reason=Ended.CHOSEN, number=9) == ()
