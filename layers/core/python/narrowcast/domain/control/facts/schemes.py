"""Schedules of doses that have a name (5针法, 2-1-1法): on which days each has its doses, and how many in all.

Reads the days of a text by the name before them; doses of medicines, and rows under other labels, are for `labels`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from narrowcast.domain.control.facts.agreement import slot_reason
from narrowcast.domain.control.facts.lexer import SCHEME
from narrowcast.domain.control.facts.segments import NOTHING, Features, Segment
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.verdict import Reason

_GIVEN = frozenset({"针", "times"})
"""What a schedule counts: doses, and the times that one comes for them."""


_LAST = re.compile(r"(?:最后|末)[一1]?[针剂次回](?:疫苗)?[^，。；\d]{0,3}第(?P<day>\d{1,3})")


@dataclass
class Schedule:
    """The days under one name, or under none, and how many doses they come to."""

    name: Features
    days: list[Slot] = field(default_factory=list)
    doses: Fraction = Fraction(0)

    def has(self, day: Slot) -> bool:
        """Say whether a day is one of these."""
        return any(_day(day) == _day(other) for other in self.days)


def mixed_schedules(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a day that a schedule has not, where the facts tell two: 2-1-1法…第14天 beside 5针法…第14天."""
    known = [schedule for fact in facts for schedule in schedules_of(fact) if schedule.days]
    named = any(schedule.name for schedule in known)
    for told in schedules_of(said) if named else ():
        own = [schedule for schedule in known if schedule.name & told.name] if told.name else known
        if not own:
            yield Reason("number", _spelled(known), _spelled([told]))
        if len({*map(_day, told.days)}) < len(told.days):
            yield Reason("timing", "", "、".join(day.text for day in told.days))
        strange = [[day for day in told.days if not schedule.has(day)] for schedule in own]
        if strange and all(strange) and told.days:
            yield slot_reason(min(strange, key=len)[0], own[0].days)


def turned_last_days(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a day told as the last of a row that goes on after it: 最后一剂在第14天 of 第0、3、7、14、28天."""
    last = _LAST.search(said.text)
    rows = [schedule.days for fact in facts for schedule in schedules_of(fact) if last and len(schedule.days) > 1]
    if last and rows and not any(row[-1].text.startswith(last["day"]) or last["day"] in row[-1].text for row in rows):
        yield Reason("timing", rows[0][-1].text, last[0])


def counts_schedule(slot: Slot, said: Statement, facts: Sequence[Statement]) -> bool:
    """Say whether a count is how many doses or days the facts' schedule of that name has: 5针法一共打五针."""
    count = slot.quantity
    if count is None or slot.comparator or count.is_range or count.dimension not in _GIVEN:
        return False
    names = NOTHING.union(*(schedule.name for schedule in schedules_of(said)))
    known = [s for fact in facts for s in schedules_of(fact) if s.days[1:] and (s.name & names or not names)]
    if len(known) != 1 or any(day.segment == slot.segment for told in schedules_of(said) for day in told.days):
        return False
    amounts = {known[0].doses} if count.dimension == "针" else {Fraction(len(known[0].days))}
    return count.low in amounts


@lru_cache(maxsize=512)
def schedules_of(statement: Statement) -> tuple[Schedule, ...]:
    """Return the schedules of a text in order; what follows a name is of it until another name or sentence."""
    schedules = [Schedule(NOTHING)]
    for segment in statement.marked:
        names = [token for token in segment.tokens if token.value == SCHEME]
        name = NOTHING.union(*(token.ids for token in names))
        if any(statement.text.startswith("(", token.start - 1) for token in names):
            schedules[-1].name |= name  # 四针法(2-1-1)
        elif name or _is_new_sentence(segment, statement):
            schedules.append(Schedule(name))
        _take(schedules[-1], [slot for slot in statement.slots if slot.segment == segment.number])
    return tuple(schedule for schedule in schedules if schedule.days or schedule.name)


def _spelled(schedules: Iterable[Schedule]) -> str:
    return "、".join(name.partition(":")[2] for schedule in schedules for name in sorted(schedule.name))


def _is_new_sentence(segment: Segment, statement: Statement) -> bool:
    return segment.number > 0 and statement.marked[segment.number - 1].sentence != segment.sentence


def _take(schedule: Schedule, slots: Sequence[Slot]) -> None:
    days = [slot for slot in slots if _day(slot) is not None]
    doses = [slot.quantity for slot in slots if slot.quantity and slot.quantity.dimension == "针"]
    schedule.days += days
    schedule.doses += sum(_count(day) for day in days) * (doses[0].high if doses else 1)


def _count(day: Slot) -> int:
    """Return how many days a day of a row stands for: 第3、4周 are two."""
    return 2 if day.quantity and day.quantity.is_range and "、" in day.quantity.written else 1


def _day(slot: Slot) -> tuple[int, ...] | None:
    """Return the day of a row that a slot tells, None where it is none; the day itself is 第0天."""
    if slot.value == "same_day":
        return 0, 1, 0, 1
    told = slot.quantity and slot.relation == "ordinal" and slot.quantity.dimension in TIME
    return slot.quantity.amount if told and slot.quantity else None
