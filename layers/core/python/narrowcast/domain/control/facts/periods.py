"""Which stretches of time in a segment mean `per so long` (每7天, 一天, 24小时内), and which count goes with which.

Every other stretch is a duration. Reads the tokens of one segment; what is made of them is for `slots`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.tables.units import DOSES, TIME

DAILY = "second 86400"
AT_LONGEST = frozenset({"最久", "最长", "最迟"})
"""How 至少每7天1次 is told of its period: 最久7天1次."""
_AT_LEAST = frozenset({"至少", "最少", "起码"})
_BREAKS = frozenset({"隔", "间隔", "相隔", "过", "等", "再过", "再等", "再隔", "相距"})
"""What makes a stretch one that passes once: 隔一小时补0.5mg."""
_ANCHORS = frozenset({"w:术后", "w:手术", "w:出院", "w:出生", "w:停药", "w:确诊", "w:接种", "w:发病", "w:产后"})
"""What a stretch of time may be counted from, so that it comes but once."""
_TIMES = frozenset({"时", "的时候", "时候", "期间", "当", "一旦"})
_OR = frozenset({"或", "或者", "或是", "和", "还是"})
_WITHOUT_PERIOD = frozenset({"每", "每隔", "再", "过", "等", "满"})
_PIECES = frozenset({"片", "粒", "针", "支", "袋", "丸", "贴"})
_UNITS = frozenset(
    "天一夜 昼夜 天 日 周 星期 个星期 礼拜 个礼拜 年 个月 小时 个小时 钟头 个钟头 分钟".split()  # noqa: SIM905 - reads better
)
_SHORT_UNITS = ("小时", "分钟", "钟头")


def periods_of(tokens: Sequence[Token]) -> dict[int, str]:
    """Return the period (`second 604800`) that each of some tokens names, by index."""
    timed = [index for index, token in enumerate(tokens) if token.quantity or token.kind == "period"]
    return {index: period for index in timed if (period := _period(tokens, index))}


def paired_with_counts(tokens: Sequence[Token], periods: Mapping[int, str]) -> dict[int, int]:
    """Pair each count of times with the period it is counted in, by indexes."""
    pairs: dict[int, int] = {}
    counts = [index for index, token in enumerate(tokens) if token.kind == "times"]
    for index in counts:
        free = [period for period in periods if period not in pairs.values()]
        before = [period for period in free if period < index and not any(period < c < index for c in counts)]
        after = [period for period in free if period > index and not any(index < c for c in counts)]
        at_once = [period for period in free if period == index + 1 and tokens[period].text[0] == "/"]
        if at_once:
            pairs[index] = at_once[0]  # 低于50次/分或高于120次/分
        elif before or (after and not _counts_once_each(tokens, index)):
            pairs[index] = before[-1] if before else after[0]
        elif earlier := _joined_count(tokens, index):
            pairs.update({index: pairs[earlier]} if earlier in pairs else {})  # 不到50次或者超过120次
    return pairs


def _joined_count(tokens: Sequence[Token], index: int) -> int:
    """Return the count that another is joined to by 或, 0 where there is none."""
    for offset in range(index - 1, -1, -1):
        token = tokens[offset]
        if token.kind == "times":
            return offset if offset < index - 1 else 0
        if token.text not in _OR and token.kind not in {"before", "after"}:
            return 0
    return 0


def _period(tokens: Sequence[Token], index: int) -> str:
    token = tokens[index]
    if token.kind == "period":
        return token.value
    quantity = token.quantity
    if quantity is None or quantity.dimension not in TIME or quantity.is_range:
        return ""
    every = index > 0 and (tokens[index - 1].text in {"每", "每隔"} or _passes_each(tokens[:index]))
    return f"{quantity.dimension} {quantity.low}" if every or _is_per(tokens, index, quantity) else ""


def _passes_each(before: Sequence[Token]) -> bool:
    """Say whether a stretch passes again and again: 每|过|4周."""
    return [token.text for token in before[-2:]] in (["每", "过"], ["每", "到"], ["每", "满"])


def _is_per(tokens: Sequence[Token], index: int, quantity: Quantity) -> bool:
    """Say whether 一天 or 一周 means `per day`: it stands before what is counted."""
    if _kind(tokens, index + 1) == "bound":
        return _is_bounded(tokens, index, quantity)
    if _kind(tokens, index + 1) == "after" or _is_listed(tokens, index) or _passes_once(tokens, index, quantity):
        return False
    if _kind(tokens, index - 1) == "before":
        return _is_compared(tokens, index, quantity)
    if _is_one(quantity) or quantity.written == "24小时":
        return _counts_in(tokens, index, quantity)
    if _kind(tokens, index - 1) == "bound" or (index and tokens[index - 1].ids & _ANCHORS):
        return False  # 产后42天查一次
    counted = [*takewhile(lambda t: t.kind != "negation", tokens[index:])]  # not 5分钟不缓解可重复1次
    once = _once(counted) and not any(t.kind == "period" or t.text in _WITHOUT_PERIOD for t in tokens)
    return once or _is_told_with_one(tokens, index)


def _is_compared(tokens: Sequence[Token], index: int, quantity: Quantity) -> bool:
    """Say whether a stretch after a comparator is a period: 至少7天1次, 低于一分钟60次."""
    if _is_one(quantity) and _kind(tokens, index + 1) == "times":
        return True
    bounded = tokens[index - 1].text in _AT_LEAST | AT_LONGEST and _kind(tokens, index - 2) != "bound"
    return bounded and _once(tokens[index:])


def _is_one(quantity: Quantity) -> bool:
    """Say whether a stretch is one day, one week …, in which something may be counted."""
    return quantity.unit in _UNITS and quantity.low == quantity.factor and not quantity.is_range


def _is_told_with_one(tokens: Sequence[Token], index: int) -> bool:
    """Say whether one piece of a medicine follows a stretch at once, and that is all: 七天|一片, 两周|打|一针."""
    rest = [token for token in tokens[index + 1 :] if token.kind not in {"light", "route"}]
    one = rest[0].quantity if rest else None
    led = all(token.kind in {"drug", "light"} for token in tokens[:index])
    return led and one is not None and len(rest) == 1 and one.dimension in _PIECES and one.low == one.high == 1


def _once(tokens: Sequence[Token]) -> bool:
    return any(token.kind == "times" and token.quantity and token.quantity.high == 1 for token in tokens)


def _passes_once(tokens: Sequence[Token], index: int, quantity: Quantity) -> bool:
    """Say whether a stretch is waited for (隔一小时), the first of its kind (头一天) or before a meal (餐前1小时)."""
    short = quantity.unit.endswith(_SHORT_UNITS)
    if index and (tokens[index - 1].text == "头" or _leads_first(tokens[:index])):
        return True
    if index and tokens[index - 1].text in _BREAKS:
        return not (short and _once(tokens[index:]))
    return short and _kind(tokens, index - 1) == "timing"


def _leads_first(before: Sequence[Token]) -> bool:
    """Say whether what follows is the first so long of what is spoken of: 前|一周, 治疗的|前|一个月."""
    if before[-1].text != "前":
        return False
    return len(before) == 1 or before[-2].kind in {"stop", "drug"} or before[-2].text == "的"


def _counts_in(tokens: Sequence[Token], index: int, quantity: Quantity) -> bool:
    """Say whether something is counted or measured in one day, one week …; 前1日 is a day of its own."""
    later = tokens[index + 1 :]
    follows = _kind(tokens, index - 1) == "bound" and quantity.unit in {"天", "日"}
    if follows and any(token.kind == "period" for token in later):
        return False
    if any(token.kind in {"times", "each"} for token in later):
        return True
    if any(_is_shorter(token.quantity, quantity) for token in later):
        return not follows
    limited = any(token.kind == "before" for token in later) and not any(token.kind == "per_time" for token in later)
    return limited and any(token.quantity and token.quantity.unit.endswith(_SHORT_UNITS) for token in later)


def _is_bounded(tokens: Sequence[Token], index: int, quantity: Quantity) -> bool:
    """Say whether 24小时内 or 一个月里 means `in any such time`: it is limited, and counted from no event."""
    joint = max((i + 1 for i in range(index) if tokens[i].text in _OR), default=0)
    earlier, later = tokens[joint:index], tokens[index + 2 :]
    if not tokens[index + 1].text.endswith(("内", "里")) or any(token.kind == "bound" for token in earlier):
        return False
    counts = any(token.kind == "times" for token in later)
    if f"{quantity.dimension} {quantity.low}" == DAILY:
        return counts or _at_most(later)
    if any(token.ids & _ANCHORS or token.kind == "timing" or token.text in _TIMES for token in earlier):
        return False
    limited = any(token.kind == "before" and token.value in {"le", "ge", "lt", "gt"} for token in later)
    limited = limited or any(token.kind == "after" and token.value in {"from", "ge"} for token in later)
    return limited and (counts or any(token.quantity and token.quantity.dimension in TIME for token in later))


def _at_most(tokens: Sequence[Token]) -> bool:
    """Say whether some tokens tell the most that may be taken: 24小时内不超过1.2g."""
    most = any(token.kind == "before" and token.value == "le" for token in tokens)
    return most and any(token.quantity and token.quantity.dimension in DOSES for token in tokens)


def _is_listed(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a time is one of a row: 第6个月, the last of 第1、3、6个月, the first of 1天、1周、1个月."""
    before, after = (tokens[i].text if 0 <= i < len(tokens) else "" for i in (index - 1, index + 1))
    earlier = tokens[index - 2].quantity if index > 1 and before == "、" else None
    later = tokens[index + 2].quantity if after == "、" and index + 2 < len(tokens) else None
    return before == "第" or any(listed and listed.dimension in TIME | {"number"} for listed in (earlier, later))


def _counts_once_each(tokens: Sequence[Token], index: int) -> bool:
    quantity = tokens[index].quantity
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return bool(quantity and quantity.low == quantity.high == 1 and following and following.quantity)


def _is_shorter(quantity: Quantity | None, period: Quantity) -> bool:
    """Say whether an amount can be meant per period: it is no time, or a shorter one (一天8小时, 一周2天)."""
    if quantity is None or quantity.dimension not in TIME:
        return quantity is not None
    if period.unit == "小时":
        return quantity.unit.endswith("分钟")
    return quantity.unit.endswith(_SHORT_UNITS) if period.unit in {"天", "日"} else quantity.unit in {"天", "日"}


def _kind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].kind if 0 <= index < len(tokens) else ""
