"""Measured parts that are the same though they are of different kinds: 一天两次，间隔12小时 is 每12小时1次.

Each function takes one part of a sentence and one of a fact; what they hang on is for `binding`.
"""

from __future__ import annotations

import re

from narrowcast.domain.control.facts.agreement import comparators_agree, same_type
from narrowcast.domain.control.facts.periods import DAILY
from narrowcast.domain.control.facts.slots import Frequency, Slot
from narrowcast.domain.control.facts.statements import Statement

_DAY = 86400
_LEAST, _MOST = frozenset({"ge", "from", "full"}), frozenset({"le", "upto"})
_ONE_TIME = re.compile("^[^，。；\\d]{0,6}(?:一|1)[次回趟遍]")
_APART = ("间隔", "隔", "相隔", "相距")


def same_in_other_terms(slot: Slot, other: Slot, fact: Statement, said: Statement) -> bool:
    """Say whether a slot of a sentence is a fact's in another form."""
    if slot.kind == "frequency" and (_is_count_in(slot, other, fact) or _is_shared_out(slot, other, fact)):
        return True
    if slot.kind == "frequency":
        return _is_in_a_day(slot, other) or _is_spread(slot, other, said) or _is_break(slot, other, said, fact)
    if slot.kind == "duration" and other.kind == "frequency":
        return _is_interval(slot, other, said) or _is_round(slot, other, said)
    if slot.kind != other.kind:
        strokes = _is_strokes(slot, other) or _is_strokes(other, slot)
        return strokes or _is_next_day(slot, other) or _is_next_day(other, slot)
    return (
        _spans(slot, other, fact)
        or _bounds(slot, other, said)
        or _is_each_time(slot, other, said)
        or _is_daily_total(slot, other, fact, said)
        or _is_strokes(slot, other)
    )


def _is_in_a_day(slot: Slot, other: Slot) -> bool:
    """Say whether 一天 is what 24小时内 is."""
    frequency, quantity = slot.frequency, other.quantity
    if frequency is None or quantity is None or frequency.low is not None or other.relation != "within":
        return False
    return other.kind == "duration" and frequency.period == DAILY == f"{quantity.dimension} {quantity.low}"


def _is_spread(slot: Slot, other: Slot, said: Statement) -> bool:
    """Say whether 一天两次 is 每12小时1次: the sentence tells how far apart."""
    every = _hours_apart(other.frequency)
    times = slot.frequency
    if every is None or times is None or times.low != times.high or times.period != f"second {_DAY}":
        return False
    told = any(_is_interval(interval, other, said) for interval in said.slots if interval.kind == "duration")
    return told and times.low is not None and times.low * every == _DAY


def _is_interval(slot: Slot, other: Slot, said: Statement) -> bool:
    """Say whether 间隔12小时 tells the period of 每12小时1次."""
    every = _hours_apart(other.frequency)
    quantity = slot.quantity
    if every is None or quantity is None or quantity.is_range or quantity.dimension != "second":
        return False
    return quantity.low == every and any(apart + quantity.written in said.text for apart in _APART)


def _is_break(slot: Slot, other: Slot, said: Statement, fact: Statement) -> bool:
    """Say whether 隔2小时再来一次 is what the fact tells as 间隔2小时可重复."""
    times, quantity = slot.frequency, other.quantity
    if times is None or quantity is None or other.kind != "duration" or not times.low == times.high == 1:
        return False
    same = times.period == f"{quantity.dimension} {quantity.low}" and not (quantity.is_range or other.comparator)
    apart = any(word + quantity.written in fact.text for word in _APART)
    return same and apart and any(word in said.segments[slot.segment] for word in _APART)


def _is_round(slot: Slot, other: Slot, said: Statement) -> bool:
    """Say whether 稳定以后4周查一回 is 稳定后每4周复查1次: the segment counts one time after the stretch."""
    quantity, times = slot.quantity, other.frequency
    if quantity is None or times is None or not times.low == times.high == 1 or slot.comparator or slot.relation:
        return False
    if quantity.is_range or times.period != f"{quantity.dimension} {quantity.low}":
        return False
    later = said.segments[slot.segment].partition(slot.text)[2]
    return bool(_ONE_TIME.search(later))


def _is_next_day(slot: Slot, other: Slot) -> bool:
    """Say whether 第2天 in a row of days is what 次日 is."""
    day = other.quantity
    if slot.value != "next_day" or day is None or other.relation != "ordinal":
        return False
    return day.dimension == "second" and day.low == day.high == 2 * _DAY


def _is_count_in(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether 两小时里十次以上 is what the fact tells as 2小时胎动≥10次."""
    times, count = slot.frequency, other.quantity
    if times is None or count is None or other.kind != "count" or (times.low, times.high) != (count.low, count.high):
        return False
    beside = (s.quantity for s in fact.slots if s.segment == other.segment and s.kind == "duration" and s.quantity)
    within = any(times.period == f"{stretch.dimension} {stretch.low}" for stretch in beside)
    return within and comparators_agree(slot.comparator, other.comparator)


def _is_shared_out(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether 一天两次 is what a fact tells of a daily dose as 分2次."""
    times, count = slot.frequency, other.quantity
    if times is None or count is None or other.kind != "count" or times.period != DAILY or slot.comparator:
        return False
    shared = any(f"{word}{count.written}" in fact.text for word in ("分", "分成", "分为"))
    daily = any(s.frequency and s.frequency.period == DAILY and 0 <= other.segment - s.segment <= 1 for s in fact.slots)
    return shared and daily and (times.low, times.high) == (count.low, count.high)


def _is_daily_total(slot: Slot, other: Slot, fact: Statement, said: Statement) -> bool:
    """Say whether 一天三袋，一次一袋 is 每次1袋，每日3次: the sentence tells one of the two besides the whole."""
    whole, each = slot.quantity, other.quantity
    if whole is None or each is None or slot.basis != DAILY or slot.comparator or whole.is_range or each.is_range:
        return False
    if whole.dimension != each.dimension or other.basis not in {"", "time"}:
        return False
    daily = [s.frequency for s in fact.slots if s.frequency and s.frequency.period == DAILY and s.frequency.low]
    told = any(s.quantity and s.basis == "time" and s.quantity.same_amount(each) for s in said.slots)
    alone = len(daily) == 1 and daily[0].low == daily[0].high
    return told and alone and bool(daily[0].low) and whole.low == each.low * (daily[0].low or 0)


def _is_strokes(slot: Slot, other: Slot) -> bool:
    """Say whether 按压5下 is 5次按压."""
    quantity, times = slot.quantity, other.quantity
    if quantity is None or times is None or quantity.unit != "下" or times.dimension != "times":
        return False
    alike = slot.near & other.near or (slot.basis and slot.basis == other.basis)
    return quantity.amount == times.amount and slot.comparator == other.comparator and bool(alike)


def _is_each_time(slot: Slot, other: Slot, said: Statement) -> bool:
    """Say whether 每12小时1次，每次0.25g is what the fact tells as 每12小时0.25g."""
    quantity, known = slot.quantity, other.quantity
    if quantity is None or known is None or slot.basis != "time" or not other.basis or slot.kind != other.kind:
        return False
    once = any(
        s.frequency and s.frequency.low == s.frequency.high == 1 and s.frequency.period == other.basis
        for s in said.slots
    )
    return once and quantity.same_amount(known) and slot.comparator == other.comparator


def _hours_apart(frequency: Frequency | None) -> int | None:
    """Return the seconds of a period within a day in which something is done once."""
    if frequency is None or not frequency.low == frequency.high == 1:
        return None
    dimension, _, amount = frequency.period.partition(" ")
    return int(amount) if dimension == "second" and amount.isdigit() and int(amount) < _DAY else None


def _spans(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether 10~35天 is what a fact tells as 至少10天，最长35天; `other` is its lower end."""
    quantity, low = slot.quantity, other.quantity
    if other.comparator not in _LEAST or slot.comparator or quantity is None or low is None or not quantity.is_range:
        return False
    if not same_type(slot, other) or low.is_range or low.low != quantity.low:
        return False
    later = (s for s in fact.slots if 0 <= s.segment - other.segment <= 1 and _is_most(s) and same_type(slot, s))
    return any(s.quantity and s.quantity.low == s.quantity.high == quantity.high for s in later)


def _bounds(slot: Slot, other: Slot, said: Statement) -> bool:
    """Say whether 至少10天 is one end of a fact's 10~35天, of which the sentence tells the other end too."""
    quantity, known = slot.quantity, other.quantity
    if other.comparator or quantity is None or known is None or not (known.is_range and same_type(slot, other)):
        return False
    ends = [(s, s.quantity) for s in said.slots if s.quantity and same_type(slot, s) and not s.quantity.is_range]
    low = any(s.comparator in _LEAST and amount.low == known.low for s, amount in ends)
    high = any(_is_most(s) and amount.low == known.high for s, amount in ends)
    own = (slot.comparator in _LEAST and quantity.low == known.low) or (_is_most(slot) and quantity.low == known.high)
    return low and high and own


def _is_most(slot: Slot) -> bool:
    return slot.comparator in _MOST or (slot.relation == "within" and not slot.comparator)
