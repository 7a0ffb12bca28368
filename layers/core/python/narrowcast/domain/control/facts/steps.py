"""Steps of a treatment that its facts number (第1周每日4次，第2周每日3次), and what is told of the first so long.

Holds values against the steps that a stretch of time covers; a step that is told by its own number is for `labels`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from narrowcast.domain.control.facts.agreement import same_type, slot_reason, slots_equal
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import DOSES, TIME
from narrowcast.domain.control.facts.verdict import Reason

_START_BEFORE = re.compile(
    "(?:起始|初始|起步)(?:剂量|用量|量)?(?:一般|通常|推荐|常用|多|宜|可)?(?:为|是|用|：)?(?:每[次日天周晚]|一[次天周])?$"
)
_START_AFTER = re.compile("(?:/[日d天周])?(?:的?剂量)?(?:开始|起步|起始|起(?![床身]))")
_FIRST = frozenset({"first", "ahead"})
"""How 头3周 and 前3周 are read."""
_AROUND = 12
"""Characters before a dose within which its name as the first one stands."""


class Step(NamedTuple):
    """The slot that numbers a step, and the values that stand with it."""

    number: Slot
    values: tuple[Slot, ...]


def values_of_other_steps(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value told of the first so long that a step within it has not: 头2周每日4次 of 第1周4次，第2周3次."""
    for first, values in _told_first(said):
        for fact in facts:
            steps = [step for step in _steps_of(fact) if _covers(first, step)]
            for value in values:
                lost = next((own for own in _by_number(steps) if not _has(own, value, fact)), ())
                if lost:
                    yield slot_reason(value, lost)
                    return


def _by_number(steps: Sequence[Step]) -> list[list[Slot]]:
    """Return the values of each number; a fact may tell a step for several cases."""
    numbers = dict.fromkeys(step.number.quantity for step in steps)
    return [[value for step in steps if step.number.quantity == number for value in step.values] for number in numbers]


def _has(values: Sequence[Slot], value: Slot, fact: Statement) -> bool:
    """Say whether a value is one of its kind among some, or none of them is of its kind."""
    rivals = [other for other in values if _same_kind(value, other)]
    return not rivals or any(slots_equal(value, other, fact) for other in rivals)


def doses_of_other_starts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a dose to begin with that is no fact's: 从2.5毫克开始 of 起始7.5mg，每2周增加2.5mg."""
    known = [(fact, slot) for fact in facts for slot in _starts(fact)]
    for slot in _starts(said) if known else ():
        rivals = [(fact, other) for fact, other in known if _same_kind(slot, other)]
        if rivals and not any(slots_equal(slot, other, fact) for fact, other in rivals):
            yield slot_reason(slot, [other for _, other in rivals])
            return


def _starts(statement: Statement) -> list[Slot]:
    """Return the doses that a text says to begin with."""
    doses = (s for s in statement.slots if s.quantity and s.quantity.dimension in DOSES)
    return [slot for slot in doses if _begins(statement.text, slot.text)]


def _begins(text: str, dose: str) -> bool:
    start = text.find(dose)
    before, after = text[max(start - _AROUND, 0) : start], text[start + len(dose) :]
    return start >= 0 and bool(_START_BEFORE.search(before) or _START_AFTER.match(after))


@lru_cache(maxsize=512)
def _steps_of(fact: Statement) -> tuple[Step, ...]:
    """Return the steps of a fact; none unless it numbers two."""
    numbers = [slot for slot in fact.slots if slot.relation == "ordinal" and _is_span(slot)]
    steps = (Step(n, tuple(s for s in fact.slots if s.segment == n.segment and _is_value(s))) for n in numbers)
    told = tuple(step for step in steps if step.values)
    return told if len(told) > 1 else ()


def _told_first(said: Statement) -> Iterator[tuple[Slot, Sequence[Slot]]]:
    """Give each first so long of a sentence with the values after it, up to another stretch of time."""
    for index, slot in enumerate(said.slots):
        if slot.relation in _FIRST and _is_span(slot):
            yield slot, [*takewhile(_is_value, said.slots[index + 1 :])]


def _covers(first: Slot, step: Step) -> bool:
    span, number = first.quantity, step.number.quantity
    return bool(span and number and span.dimension == number.dimension and number.low <= span.low)


def _is_span(slot: Slot) -> bool:
    return slot.quantity is not None and slot.quantity.dimension in TIME


def _is_value(slot: Slot) -> bool:
    return bool(slot.frequency) or bool(slot.quantity and slot.quantity.dimension in DOSES)


def _same_kind(slot: Slot, other: Slot) -> bool:
    return same_type(slot, other) and not (slot.drugs and other.drugs and slot.drugs.isdisjoint(other.drugs))
