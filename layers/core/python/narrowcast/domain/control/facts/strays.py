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
from narrowcast.domain.control.facts.segments import TAKING, Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_SAY_NOTHING: Features = TAKING | {"w:出现", "w:发生", "w:有", "w:患有", "w:检查", "w:正常", "w:异常"}


class Case(NamedTuple):
    """What tells a case of a fact, each word as what it may mean, its values, and those of everybody else."""

    words: tuple[Features, ...]
    values: tuple[Slot, ...]
    others: tuple[Slot, ...]


def strayed_values(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value of everybody else told of a case that has its own."""
    for fact in facts:
        for case in _cases(fact.text) if said.slots else ():
            if all(word & said.ids for word in case.words) and not _denies(said, case):
                yield from _strayed(said, case, fact)


def _strayed(said: Statement, case: Case, fact: Statement) -> Iterable[Reason]:
    for slot in said.slots:
        own = [value for value in case.values if _same_role(slot, value)]
        told = any(_equal(other, value, fact) for other in said.slots for value in own)
        if own and not told and any(_equal(slot, other, fact) for other in case.others):
            yield slot_reason(slot, own)


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
    """Give an exception that its words alone tell, with values of what was spoken of before: …，有痛风石者<300."""
    told = condition.features
    if any(condition.text in other.text for other in fact.conditions if other is not condition):
        return  # 高危者 beside 极高危者
    if condition.quantities or condition.typed or condition.denied or [len(part) for part in condition.parts] != [1]:
        return
    first = min(condition.segments)
    values = [slot for slot in fact.slots if slot.kind == "quantity" and not slot.drugs - told]
    inside = tuple(slot for slot in values if slot.segment in condition.segments and slot.near <= told)
    before = tuple(slot for slot in values if slot.segment < first)
    words = tuple(word for word in condition.words if not word & _SAY_NOTHING)
    if words and not any(word & slot.near for slot in before for word in words):
        yield Case(words, inside, before)


def _same_role(slot: Slot, other: Slot) -> bool:
    return same_type(slot, other) and (not (slot.basis and other.basis) or slot.basis == other.basis)


def _equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    return same_type(slot, other) and slots_equal(slot, other, fact)
