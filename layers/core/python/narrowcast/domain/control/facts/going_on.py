"""Going on and stopping: 别停 says what 继续 says, and 可以停了 the opposite.

Reads the units of two texts; what else is said of them is for `operators`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Statement, Unit

STOPS: Features = frozenset({"w:停", "w:停药", "w:停用", "w:停止", "w:中断", "w:中断治疗"})
SUDDEN: Features = frozenset({"w:突然", "w:突发", "w:突然停药", "w:骤停"})
_SUDDENLY = re.compile("突然|骤|一下|猛|停得[太]?[快急]")
_SLOWLY = re.compile("(?:停药|停用|停服|撤药)[^，。；]{0,14}(?:逐渐|逐步|缓慢|渐)|(?:逐渐|逐步|缓慢)(?:减量|减停|停)")
_GOES_ON = re.compile("继续|坚持|维持|不间断")

_STOPPING = STOPS | SUDDEN


def forbids_stopping(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids to stop where the facts say that one goes on and speak of no stopping."""
    if forbids_sudden_stop(unit, facts):
        return True
    if unit.scope.isdisjoint(STOPS) or not is_negative(unit):
        return False
    return any(_GOES_ON.search(fact.text) for fact in facts) and not any(_stopping(facts))


def forbids_sudden_stop(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids to stop at once where the facts say how slowly one stops: 停药时应逐渐减量."""
    if unit.scope.isdisjoint(_STOPPING) or not (is_negative(unit) and _SUDDENLY.search(unit.text)):
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
