"""Going on and stopping: 别停 says what 继续 says, and 可以停了 the opposite.

Reads the units of two texts; what else is said of them is for `operators`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.segments import NOTHING, Features, drugs_of, names_of
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

STOPS: Features = frozenset({"w:停", "w:停药", "w:停用", "w:停止", "w:中断", "w:中断治疗"})
SUDDEN: Features = frozenset({"w:突然", "w:突发", "w:突然停药", "w:骤停"})
_SUDDENLY = re.compile("突然|骤|一下|猛|停得[太]?[快急]")
_SLOWLY = re.compile("(?:停药|停用|停服|撤药)[^，。；]{0,14}(?:逐渐|逐步|缓慢|渐)|(?:逐渐|逐步|缓慢)(?:减量|减停|停)")
_GOES_ON = re.compile("继续|坚持|维持|不间断")
_KEPT_UP = re.compile(
    "(?:继续|坚持|接着|照常|照样|照旧|不间断|不中断)[吃服使用打喷吸滴]|不停(?![地歇])|(?:不必|不用|无需|不需要?|不要|不能|不可|不得|不应|不宜|别|勿)[^，。；]{0,8}(?:停|中断)"
)
"""How one says that a medicine is taken further."""

STOPPING = STOPS | SUDDEN
"""What a unit that forbids to stop has some of."""


def forbids_stopping(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids to stop where the facts say that one goes on and speak of no stopping."""
    if forbids_sudden_stop(unit, facts):
        return True
    if unit.scope.isdisjoint(STOPS) or not is_negative(unit):
        return False
    return any(_GOES_ON.search(fact.text) for fact in facts) and not any(_stopping(facts))


def forbids_sudden_stop(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids to stop at once where the facts say how slowly one stops: 停药时应逐渐减量."""
    if unit.scope.isdisjoint(STOPPING) or not (is_negative(unit) and _SUDDENLY.search(unit.text)):
        return False
    return any(_SLOWLY.search(fact.text) for fact in facts) and not any(_SUDDENLY.search(fact.text) for fact in facts)


def stops_instead(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit stops what the facts say goes on; that they tell how one stops allows nothing."""
    if unit.scope.isdisjoint(STOPS) or is_negative(unit) or not unit.asserts:
        return False
    stopping = list(_stopping(facts))
    goes_on = any(_GOES_ON.search(fact.text) for fact in facts)
    return goes_on and bool(stopping) and all(other.conditional for other in stopping)


def _stopping(facts: Sequence[Statement]) -> Iterable[Unit]:
    return (unit for fact in facts for unit in fact.units if unit.scope & STOPS)


def turned_courses(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 当天停用A for 当日继续服用A；当日停用B: a stop of what only goes on, or the reverse."""
    courses = [(drugs, stops) for fact in facts for drugs, stops in _courses(fact)]
    if len({stops for _, stops in courses}) != 2:  # noqa: PLR2004 - the facts part nothing
        return
    for drugs, stops in _courses(said):
        for drug in sorted(drugs):
            known = {other for others, other in courses if drug in others}
            if known == {not stops}:
                yield Reason("negation", "", names_of({drug}))


@lru_cache(maxsize=1024)
def _courses(statement: Statement) -> tuple[tuple[Features, bool], ...]:
    """Return the medicines of each segment that stops them (True) or goes on with them, or else of the one before."""
    return tuple(_told_courses(statement))


def _told_courses(statement: Statement) -> Iterator[tuple[Features, bool]]:
    drugs = NOTHING
    for segment, text in zip(statement.marked, statement.segments, strict=False):
        drugs = drugs_of(segment.features) or drugs
        if drugs and (kept := _KEPT_UP.search(text) is not None) | bool(segment.features & STOPS):
            yield drugs, not kept
