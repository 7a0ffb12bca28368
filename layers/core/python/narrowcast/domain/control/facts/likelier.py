"""What a part of the facts leaves out though a stretch of a sentence turns just that round.

A stretch may be held against a part alone, but nothing is turned round by a part that does not have it: 不宜继续哺乳
says nothing of 从健侧开始 where the facts have 应继续哺乳. Looks at bans and at haste alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.agreement import closeness
from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.forces import is_negative, operator_reasons, urgency_reasons
from narrowcast.domain.control.facts.segments import TAKING, Features
from narrowcast.domain.control.facts.statements import Statement, Unit

_PLAIN_FORCES = frozenset({"must", "may", "fine"})
_LEAST_ALIKE = 100
"""How close a unit must be to another one to say the opposite of it: one word that both govern."""


def outdone(said: Statement, parts: Sequence[Statement], facts: Sequence[Statement]) -> bool:
    """Say whether the facts say the opposite of some unit in words that are closer to it than any of some parts."""
    own = [unit for unit in said.units if unit.asserts and unit.governs_itself]
    if any(_is_said_elsewhere(unit, said, parts, facts) for unit in own if not _measures(unit)):
        return True
    return any(_is_outdone(unit, _units(parts), _units(facts)) for unit in own)


def _is_said_elsewhere(unit: Unit, said: Statement, parts: Sequence[Statement], facts: Sequence[Statement]) -> bool:
    """Say whether an instruction is only another part's, under a lost limit: 减量 of A者应减量；每日与餐同服."""
    words = frozenset(f for f in unit.scope if f.startswith(("w:", "f:"))) - TAKING
    if not (words and (unit.force or unit.negations)) or any(words & part.features for part in parts):
        return False
    saying = [
        (fact, other)
        for fact in facts
        for other in fact.units
        if words & other.scope and not other.conditional and is_negative(other) == is_negative(unit)
    ]
    keeping = Alignment(said, facts).keeping if saying else None
    return keeping is not None and not any(
        all(map(keeping.keeps, fact.limits_on(other.segment))) for fact, other in saying
    )


def _measures(unit: Unit) -> bool:
    return any(feature.startswith("q:") for feature in unit.scope)


def _is_outdone(unit: Unit, near: Sequence[Unit], known: Sequence[Unit]) -> bool:
    plain = (other for other in known if other.governs_itself and not (other.conditional or other.is_topic))
    scores = [(closeness(unit, other), other) for other in plain]
    most = max((score for score, _ in scores), default=0)
    if most < _LEAST_ALIKE or any(_answers(unit, other) or closeness(unit, other) >= most for other in near):
        return False
    closest = [other for score, other in scores if score == most]
    cases = [unit.scope & other.scope for other in near if other.conditional]
    return all(_turns(unit, other) or _doubts(other, unit, cases) for other in closest)


def _answers(unit: Unit, other: Unit) -> bool:
    """Say whether a part has the same to say, be it of nothing in particular: 禁用."""
    alike = is_negative(unit) and is_negative(other) and (not other.conditional or unit.negations == ("not",))
    return alike and (not other.governs_itself or bool((unit.scope | unit.context) & other.scope))


def _turns(unit: Unit, other: Unit) -> bool:
    forced = unit.force in _PLAIN_FORCES and bool(other.force) and any(operator_reasons(unit, [other]))
    return forced or is_negative(unit) != is_negative(other) or any(urgency_reasons(unit, [other]))


def _doubts(unit: Unit, other: Unit, cases: Sequence[Features]) -> bool:
    """Say whether a unit is in doubt of what another one states, unless that tells a case: 看东西模糊了，就停药."""
    told = any(cases) and other.text.endswith("了")
    return "possible" in unit.certainties and not other.certainties and not told


def _units(statements: Iterable[Statement]) -> list[Unit]:
    return [unit for said in statements for unit in said.units]
