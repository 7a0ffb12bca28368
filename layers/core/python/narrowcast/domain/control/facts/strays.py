"""Values told of a case for which the facts have another: 有痛风石的，尿酸要在360以下 of 应<360，有痛风石者应<300.

Looks at the values under the conditions of a fact and at those outside them, over the whole of the facts; cases that
are degrees, people, stages or amounts are for `labels` and `branches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.agreement import same_type, slot_reason, slots_equal
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import TAKING, Features, drugs_of
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_SAY_NOTHING: Features = TAKING | {"w:出现", "w:发生", "w:有", "w:患有", "w:检查", "w:正常", "w:异常"}
_VALUES = frozenset({"quantity", "frequency"})


class Case(NamedTuple):
    """What tells a case of a fact (words and amounts), its values and those of everybody else."""

    words: tuple[Features, ...]
    limits: tuple[Quantity, ...]
    values: tuple[Slot, ...]
    others: tuple[Slot, ...]


def strayed_values(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value of everybody else told of a case that has its own."""
    for fact in facts:
        for case in _cases(fact.text) if said.slots else ():
            if _tells(said, case) and not _denies(said, case):
                yield from _strayed(said, case, fact)


def _strayed(said: Statement, case: Case, fact: Statement) -> Iterable[Reason]:
    for slot in said.slots:
        own = [
            value
            for value in case.values
            if _same_role(slot, value) and bool(slot.comparator) == bool(value.comparator)
        ]
        told = any(_equal(other, value, fact) for other in said.slots for value in own)
        if own and not told and any(_equal(slot, other, fact) for other in case.others):
            yield slot_reason(slot, own)


def _tells(said: Statement, case: Case) -> bool:
    amounts = [slot.quantity for slot in said.slots if slot.quantity]
    told = all(any(limit.reads_as(amount) for amount in amounts) for limit in case.limits)
    return told and all(word & said.ids for word in case.words)


def _denies(said: Statement, case: Case) -> bool:
    """Say whether a sentence says of a word of a case that it is not so: 没有痛风石的."""
    denied = frozenset[str]().union(*(condition.denied for condition in said.conditions))
    before = zip(said.tokens, said.tokens[1:], strict=False)
    signed = (after.ids for sign, after in before if sign.kind == "negation" or sign.text in {"无", "没", "没有"})
    return any(word & denied.union(*signed) for word in case.words)


@lru_cache(maxsize=512)
def _cases(text: str) -> tuple[Case, ...]:
    fact = read_fact(text)
    return tuple(case for condition in fact.conditions for case in _case(fact, condition) if case.values)


def _case(fact: Statement, condition: Condition) -> Iterator[Case]:
    """Give an exception that one condition tells, with values of what was spoken of before: …，有痛风石者<300."""
    limits, told = condition.quantities, condition.features
    values = [slot for slot in fact.slots if slot.kind in _VALUES and slot.quantity not in limits]
    before = tuple(slot for slot in values if slot.segment < min(condition.segments))
    things = told.union(*(slot.near for slot in before))
    own = (slot for slot in values if slot.segment in condition.segments)
    inside = tuple(slot for slot in own if slot.near - drugs_of(slot.near) <= things)
    words = tuple(word for word in condition.words if not word & _SAY_NOTHING)
    named_before = any(word & slot.near for slot in before for word in words)
    if (words or limits) and not named_before and _sets_apart(fact, condition):
        yield Case(words, limits, inside, before)


def _sets_apart(fact: Statement, condition: Condition) -> bool:
    """Say whether a condition tells its case alone: it is no part of another's (高危, 极高危), nor its other side."""
    if condition.typed or condition.denied or any(len(part) != 1 for part in condition.parts):
        return False
    elsewhere = [slot.quantity for slot in fact.slots if slot.segment not in condition.segments and slot.quantity]
    bounds = any(limit.same_amount(amount) for limit in condition.quantities for amount in elsewhere)
    return not bounds and not any(condition.text in other.text for other in fact.conditions if other is not condition)


def _same_role(slot: Slot, other: Slot) -> bool:
    return same_type(slot, other) and (not (slot.basis and other.basis) or slot.basis == other.basis)


def _equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    return same_type(slot, other) and slots_equal(slot, other, fact)
