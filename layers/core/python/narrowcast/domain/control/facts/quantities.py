"""Numbers with their units, read from normalized text: 0.5g, 500毫克, 半片, 三到五天, 140/90mmHg, 百分之七.

Reads what stands at one place and nothing around it; what a quantity belongs to is for `statements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.tables.units import UNITLESS_NEVER
from narrowcast.domain.control.facts.units import NO_UNIT, ONE, PERCENT, Unit, unit_at

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_SCALES = "百千万"
STARTS = frozenset("0123456789半百-负" + "".join(_DIGITS) + "".join(_TENS))

_ARABIC = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万]{1,12}(?:点[零〇一二三四五六七八九]{1,6})?")
_SHARE = re.compile(r"([一二两三四五六七八九十百]{1,4})分之([零〇一二两三四五六七八九十百点]{1,7})")
_BETWEEN = re.compile(r"[~\-至到]")
_RATIO = re.compile(r":(\d{1,4})(?![\d:])")
_PAIR = re.compile(r"/(\d{1,4}(?:\.\d{1,4})?)")
_JOINTS = frozenset(":/~-至到")
"""What may stand between the two numbers of an amount."""
_BELOW_ZERO = re.compile(r"(?<![a-z\d%)°])-(?=\d)|零下|负(?=[\d一二三四五六七八九十])")
_SIGNS = frozenset("-零负")
"""How what is below zero begins."""
_SIGNED = frozenset({"度", "number"})
"""Dimensions that reach below zero: temperatures and scores; before anything else a dash is a dash."""
_NIGHTS = re.compile(r"(?:又|加|和)?([\d一二两三四五六七八九十]{1,2})个?(?:整)?(?:夜|晚上|晚|宿)")


@dataclass  # frozen ones take a call for every field to make
class Quantity:
    """A value or a range of values in base units of a dimension; `over` is the second half of a pair (140/90)."""

    dimension: str
    low: Fraction
    high: Fraction
    over: Fraction | None
    written: str
    unit: str
    factor: Fraction

    def __hash__(self) -> int:
        return hash((self.dimension, self.written))  # fractions are slow to hash

    def same_amount(self, other: Quantity) -> bool:
        """Say whether both are the same amount of the same dimension."""
        return self.dimension == other.dimension and self.amount == other.amount

    def reads_as(self, other: Quantity) -> bool:
        """Say whether another is the same amount, or a reading of this one without its unit: 3.9 for 3.9mmol/l."""
        if other.dimension != "number" or self.dimension in UNITLESS_NEVER:
            return self.same_amount(other)
        bare = (other.low * self.factor, other.high * self.factor, other.over and other.over * self.factor)
        return (self.low, self.high, self.over) == bare

    @once
    def amount(self) -> tuple[int, ...]:
        """The values alone, as numerators and denominators: these are quick to compare."""
        values = (self.low, self.high) if self.over is None else (self.low, self.high, self.over)
        return tuple(part for value in values for part in value.as_integer_ratio())

    @once
    def feature(self) -> str:
        """What it measures and how much (the lower end of a range), as one of the features of a text."""
        return f"q:{self.dimension}:{self.low}"

    @property
    def is_range(self) -> bool:
        """Say whether it spans more than one value."""
        return self.low is not self.high and self.low != self.high


_THOUSANDFOLD = ("千克", "千卡", "千焦", "千帕")
_FEW = frozenset("句声眼口家场处桩样趟手步头个")
"""What 一两 counts rather than weighs."""
_NO_HALF = frozenset({"times", "type", "stage", "grade", "项", "人", "percent", "clock"})
_AFTER_HALF = frozenset("数夜坐卧流空饱饥熟脱固身边侧路日天生")
"""What makes 半 the beginning of another word: 一片|半流质."""
_HALVES = ("一半", "半数")
_LARGEST_DENOMINATOR = 10


def read_quantity(text: str, start: int) -> tuple[Quantity, int] | None:
    """Return the quantity at `start` and where it ends; None when there is none, or a Chinese numeral without unit."""
    below = _BELOW_ZERO.match(text, start) if text[start] in _SIGNS else None
    return _read_below_zero(text, start, below.end()) if below else _read_positive(text, start)


def _read_below_zero(text: str, start: int, first: int) -> tuple[Quantity, int] | None:
    """Read -18°c, 零下18度, -2.5 and -20~-15°c."""
    found = _read_positive(text, first)
    if found is None or found[0].dimension not in _SIGNED:
        return None
    quantity, end = found
    between = _BETWEEN.match(text, end)
    far = _BELOW_ZERO.match(text, between.end()) if between else None
    other = _read_positive(text, far.end()) if far else None
    if other and other[0].dimension in _SIGNED:
        low, high = sorted((-quantity.high, -other[0].high))
        return replace(other[0], low=low, high=high, written=text[start : other[1]]), other[1]
    return replace(quantity, low=-quantity.high, high=-quantity.low, written=text[start:end]), end


def _read_positive(text: str, start: int) -> tuple[Quantity, int] | None:
    found = _read_amount(text, start)
    if found is None:
        return None
    low, high, over, end = found
    unit, end, half = _read_unit(text, end)
    if unit is not NO_UNIT and text[end : end + 1] in _RESTS_BEGIN:
        low, high, end = _with_rest(text, low, high, unit, end)
    if (
        unit is NO_UNIT
        and (low < 1 or "分之" in text[start:end] or text[start:end] in _HALVES)
        and not _ARABIC.fullmatch(text[start:end])
    ):
        unit, low, high = PERCENT, low * 100, high * 100
        high, end = _read_far_share(text, end, low) or (high, end)
    if unit is NO_UNIT and not text[start].isdigit():
        return None
    one = low is high or low == high
    end = _past_nights(text, end, low, unit.written) if one and not half else end
    if half:
        low, high = low + half, high + half
    span = _read_far_end(text, end, unit) if one and over is None and unit is not NO_UNIT else None
    if span:
        far, end = span
        least = _in_base(low, unit)
        return Quantity(unit.dimension, least, far, None, text[start:end], unit.written, unit.factor), end
    over = _in_base(over, unit) if over is not None else None
    least = _in_base(low, unit)
    most = least if low is high else _in_base(high, unit)
    return Quantity(unit.dimension, least, most, over, text[start:end], unit.written, unit.factor), end


def _in_base(value: Fraction, unit: Unit) -> Fraction:
    return value if unit.factor is ONE else value * unit.factor


def _read_far_share(text: str, start: int, low: Fraction) -> tuple[Fraction, int] | None:
    """Read the other end of a range of shares: 1/3~1/2, 三分之一至一半."""
    between = _BETWEEN.match(text, start)
    second = _read_amount(text, between.end()) if between else None
    if second is None or second[0] != second[1] or second[2] is not None or not low < second[0] * 100 <= 100:  # noqa: PLR2004 - a whole
        return None
    return second[0] * 100, second[3]


_SMALLER = (
    "小时:分钟,分 个小时:分钟,分 钟头:分钟 个钟头:分钟 h:min 分钟:秒,秒钟 分:秒 年:个月 岁:个月,月 斤:两 公斤:克 周:天 "
    "个月:天"
)
_RESTS = {(unit, rest) for pair in _SMALLER.split() for unit, rests in [pair.split(":")] for rest in rests.split(",")}
_RESTS_BEGIN = frozenset({*STARTS, "又"})
"""How a rest can begin; the numeral before it ends where a text does, or with another character."""
_WITH_JOINT = {("周", "天"), ("个月", "天"), ("年", "个月")}
"""What needs 零 or 又 between them to be one amount: 一周3天 is 3天 of a week."""


def _with_rest(text: str, low: Fraction, high: Fraction, unit: Unit, end: int) -> tuple[Fraction, Fraction, int]:
    """Return an amount with the rest that follows it in a smaller unit: 1小时|30分钟, 2岁|6个月."""
    joint = text.startswith(("零", "又"), end)
    rest = _read_number(text, end + joint) if low == high else None
    if rest is None or rest[0] != rest[1]:
        return low, high, end
    smaller, far, half = _read_unit(text, rest[2])
    pair = (unit.written, smaller.written)
    if half or pair not in _RESTS or (pair in _WITH_JOINT and not joint) or rest[0] * smaller.factor >= unit.factor:
        return low, high, end
    total = low + rest[0] * smaller.factor / unit.factor
    return total, total, far


def _read_amount(text: str, start: int) -> tuple[Fraction, Fraction, Fraction | None, int] | None:
    share = _SHARE.match(text, start)
    if share and (value := _share(share)) is not None:
        return value, value, None, share.end()
    first = _read_number(text, start)
    if first is None:
        return None
    return _read_further(text, *first) if text[first[2] : first[2] + 1] in _JOINTS else (*first[:2], None, first[2])


def _read_further(
    text: str, low: Fraction, high: Fraction, end: int
) -> tuple[Fraction, Fraction, Fraction | None, int]:
    """Read what a mark joins to a number: 1:4, 140/90, 3~5."""
    ratio = _RATIO.match(text, end)
    if ratio and low == high:
        return low, high, Fraction(ratio[1]), ratio.end()
    pair = _PAIR.match(text, end)
    if pair and low == high:
        return _read_pair(low, Fraction(pair[1]), pair.end(), text)
    between = _BETWEEN.match(text, end)
    second = _read_number(text, between.end()) if between and low == high else None
    if second and second[0] == second[1]:
        return low, second[0], None, second[2]
    return low, high, None, end


def _read_pair(
    first: Fraction, second: Fraction, end: int, text: str
) -> tuple[Fraction, Fraction, Fraction | None, int]:
    unit = unit_at(text, end)[0]
    is_fraction = first < second <= _LARGEST_DENOMINATOR and unit.dimension != "pressure"
    return (first / second, first / second, None, end) if is_fraction else (first, first, second, end)


def _read_number(text: str, start: int) -> tuple[Fraction, Fraction, int] | None:
    arabic = _ARABIC.match(text, start)
    if arabic:
        return _scaled(text, _value(arabic[0]), arabic.end())
    if text.startswith(_HALVES, start):
        return Fraction(1, 2), Fraction(1, 2), start + 2
    if text.startswith("半", start):
        return Fraction(1, 2), Fraction(1, 2), start + 1
    chinese = _CHINESE.match(text, start)
    read = _read_chinese(_without_unit(text, start, chinese.end())) if chinese else None
    return (read[0], read[1], start + read[2]) if read else None


@lru_cache(maxsize=1024)
def _value(number: str) -> Fraction:
    return Fraction(number)


def _without_unit(text: str, start: int, end: int) -> str:
    """Return a numeral without the first character of its unit: 三十|千克, 一|两 of meat."""
    whole = text[start : end - 1]
    if text.startswith(_THOUSANDFOLD, end - 1):
        return whole or text[start:end]
    is_weight = len(whole) == 1 and text[end - 1] == "两" and unit_at(text, end)[0] is NO_UNIT
    return whole if is_weight and text[end : end + 1] not in _FEW else text[start:end]


def _scaled(text: str, value: Fraction, end: int) -> tuple[Fraction, Fraction, int]:
    if text.startswith("万", end) and not text.startswith(("万单位", "万iu", "万u", "万步"), end):
        return value * 10000, value * 10000, end + 1
    return value, value, end


@lru_cache(maxsize=1024)
def _read_chinese(numeral: str) -> tuple[Fraction, Fraction, int] | None:
    """Read 十二, 一百五十, 二点五; and two neighbouring digits (三五) as the range they mean."""
    for size in range(len(numeral), 0, -1):
        part = numeral[:size]
        digits = [_DIGITS.get(character, 0) for character in part]
        if size == len("三五") and 0 < digits[0] < digits[1]:
            return Fraction(digits[0]), Fraction(digits[1]), size
        if size == len("二三十") and 0 < digits[0] < digits[1] and part[2] in "十百":
            scale = _TENS[part[2]]
            return Fraction(digits[0] * scale), Fraction(digits[1] * scale), size
        value = _chinese_value(part)
        if value is not None:
            return value, value, size
    return None


def _chinese_value(numeral: str) -> Fraction | None:
    whole, _, decimals = numeral.partition("点")
    if not all(character in _DIGITS for character in decimals):
        return None
    total, section, digit = 0, 0, -1
    for character in whole:
        if character in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[character]
            continue
        scale = _TENS[character]
        if scale == _TENS["万"]:
            total, section, digit = (section + max(digit, 0)) * scale, 0, -1
        else:
            section, digit = section + (digit if digit > 0 else 1) * scale, -1
    if digit > 0 and len(whole) > 1 and whole[-2] in _SCALES:  # 一千五 is 1500, 一千零五 is 1005
        digit *= _TENS[whole[-2]] // 10
    value = Fraction(total + section + max(digit, 0))
    if decimals:
        value += Fraction("0." + "".join(str(_DIGITS[character]) for character in decimals))
    return value if whole else None


def _share(match: re.Match[str]) -> Fraction | None:
    whole, part = _chinese_value(match[1]), _chinese_value(match[2])
    return part / whole if whole and part is not None else None


def _read_unit(text: str, start: int) -> tuple[Unit, int, Fraction | int]:
    """Return the unit, where it ends, and the half that 一个半小时 or 一年半 adds."""
    for infix in ("个半", "半") if text.startswith(("个半", "半"), start) else ():
        if text.startswith(infix, start):
            unit, end = unit_at(text, start + len(infix))
            if unit.dimension in {"second", "month"}:
                return unit, end, Fraction(1, 2)
    for filler in ("", "个"):
        if text.startswith(filler, start):
            unit, end = unit_at(text, start + len(filler))
            if unit is not NO_UNIT and not (filler and unit.dimension not in {"second", "month", "iu"}):
                return _with_half(text, unit, end)
    return NO_UNIT, start, 0


def _with_half(text: str, unit: Unit, end: int) -> tuple[Unit, int, Fraction | int]:
    halved = (
        text.startswith("半", end) and unit.dimension not in _NO_HALF and text[end + 1 : end + 2] not in _AFTER_HALF
    )
    if halved and unit_at(text, end + 1)[0] is NO_UNIT:
        return unit, end + 1, Fraction(1, 2)
    return unit, end, 0


def _past_nights(text: str, start: int, days: Fraction, unit: str) -> int:
    """Return where 两天两夜 ends, whose nights say nothing that its days do not."""
    nights = _NIGHTS.match(text, start) if unit in {"天", "日"} else None
    counted = _read_number(text, nights.start(1)) if nights else None
    return nights.end() if nights and counted and counted[0] == days else start


def _read_far_end(text: str, start: int, unit: Unit) -> tuple[Fraction, int] | None:
    """Read the other end of a range that repeats its unit: 30分钟~1小时."""
    between = _BETWEEN.match(text, start)
    second = _read_number(text, between.end()) if between else None
    if second is None or second[0] != second[1]:
        return None
    far, end, half = _read_unit(text, second[2])
    return ((second[0] + half) * far.factor, end) if far.dimension == unit.dimension else None
