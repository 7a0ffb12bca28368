"""Names of units as they stand in a text, simple (毫克) or one per another (毫克/分升), each with what it measures.

Knows no number; what a number and a unit make together is for `quantities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from narrowcast.domain.control.facts.tables.units import PER, PER_WHAT, UNITS


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, how many of the base of its dimension it is, and how it is written."""

    dimension: str
    factor: Fraction
    written: str


ONE = Fraction(1)
"""The factor of every base unit."""
NO_UNIT = Unit("number", ONE, "")
PERCENT = Unit("percent", ONE, "")
_LONGER = (
    "种类 点心 人群 名称 类型 级别 个人 条件 层次 期间 支架 步行 吸入 吸氧 度过 分次 年龄 餐前 餐后 餐时 位置 点滴 "
    "根据 下肢 下床 下地 下午 周期 周末 日期 日常 日间 月经 月份 年级 年轻 个体 人员 分别 分开 分泌 支持 组织 步骤"
)
_LONGER_WORDS = frozenset(_LONGER.split())
"""Words whose first character ends a unit in other places: 3种|类, 一个月|经."""
_SEEN_TO = ("经医", "经专科", "经评估", "经复查", "经检查", "经治疗", "经过")
"""How it goes on after a time with who sees to it: 术后3个月|经医生评估."""


@cache
def _by_name(table: str) -> tuple[dict[str, Unit], dict[str, int]]:
    """Return the units of a table by name, and the length of the longest name by its first character."""
    units: dict[str, Unit] = {}
    longest: dict[str, int] = {}
    for line in table.strip().splitlines():
        dimension, factor, *names = line.split()
        value = ONE if factor == "1" else Fraction(factor)
        units.update((name, Unit(dimension, value, name)) for name in names)
    for name in units:
        longest[name[0]] = max(longest.get(name[0], 0), len(name))
    return units, longest


def unit_at(text: str, start: int) -> tuple[Unit, int]:
    """Return the unit at a place and where it ends; `NO_UNIT` and the place where there is none."""
    unit, end = _named_at(UNITS, text, start)
    if text.startswith("/", end) and unit.dimension in PER_WHAT:
        whole, far = _named_at(PER, text, end + 1)
        if whole is not NO_UNIT:
            return _per(unit, whole, text[start:far]), far
    return unit, end


def _per(unit: Unit, whole: Unit, written: str) -> Unit:
    return Unit(f"{unit.dimension}/{whole.dimension}", unit.factor / whole.factor, written)


def _named_at(table: str, text: str, start: int) -> tuple[Unit, int]:
    units, longest = _by_name(table)
    for size in range(min(longest.get(text[start : start + 1], 0), len(text) - start), 0, -1):
        name = text[start : start + size]
        unit = units.get(name)
        if unit and not _runs_on(text, start + size, name):
            return unit, start + size
    return NO_UNIT, start


def _runs_on(text: str, end: int, name: str) -> bool:
    """Say whether a Latin unit is only the beginning of a longer Latin word, or 分/时/点 of another word."""
    following = text[end : end + 1]
    if name[-1].isascii() and name[-1].isalpha():
        return following.isascii() and following.isalpha()
    if text.startswith(_SEEN_TO, end):
        return False
    return len(following) == 1 and name[-1] + following in _LONGER_WORDS
