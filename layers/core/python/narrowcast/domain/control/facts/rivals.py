"""Conditions of one fact that part its cases: 不足12小时 and 超过12小时, 成人 and 儿童, 未穿孔 and 穿孔.

Knows two conditions at a time; which of them a sentence keeps is for `keeping`.
"""

from __future__ import annotations

from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.segments import people_of

_WHOM = ("者", "患者", "病人")


def are_rivals(one: Condition, other: Condition) -> bool:
    """Say whether no case falls under both conditions."""
    denied = one.denied & other.told or other.denied & one.told
    return bool(denied) or _stand_apart(one, other) or _name_others(one, other)


def part_branches(one: Condition, other: Condition) -> bool:
    """Say whether two conditions tell whom each of two clauses is for: …的患者每6个月1次，…者每3个月1次."""
    apart = one.segments.isdisjoint(other.segments) and one.features - other.features and other.features - one.features
    return bool(apart) and all(condition.text.endswith(_WHOM) for condition in (one, other))


def _stand_apart(one: Condition, other: Condition) -> bool:
    """Say whether two conditions are the two sides of one amount."""
    return any(
        way and way == -against and quantity.same_amount(limit)
        for quantity, way in zip(one.quantities, one.ways, strict=True)
        for limit, against in zip(other.quantities, other.ways, strict=True)
    )


def _name_others(one: Condition, other: Condition) -> bool:
    ours, theirs = people_of(one.features), people_of(other.features)
    return bool(ours and theirs) and not ours & theirs
