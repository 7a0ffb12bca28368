"""Labels that part a fact (首次 and 第2次, 低危 and 高危, 起始 and 稳定后, Ⅰ度 and Ⅲ度) and what stands under each.

A sentence that names one label and says what stands under its rival mixes two rows of a table. Reads the rows of two
texts; amounts that part a fact by themselves are for `branches`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.reach import stands_alone
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, Segment, meaning_of
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.tables.units import AGES, TIME, WEIGHTS
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.facts.ways import way_at

_DEGREES = {
    **dict.fromkeys(["轻", "轻度", "轻症", "轻微"], "mild"),
    **dict.fromkeys(["中度"], "moderate"),
    **dict.fromkeys(["重", "重度", "重症", "严重"], "severe"),
    **dict.fromkeys(["低", "低危", "低风险", "较低", "偏低"], "low"),
    **dict.fromkeys(["高", "高危", "高风险", "较高", "偏高"], "high"),
    **dict.fromkeys(["急性", "急性期"], "acute"),
    **dict.fromkeys(["慢性", "缓解期", "稳定期"], "chronic"),
    **dict.fromkeys(["清洁"], "clean"),
    **dict.fromkeys(["不洁", "污染"], "dirty"),
}
_EARLY = re.compile("开始|起始|初始|初期|最初|起初|首[剂次日周]|起步|强化期|刚")
_LATER = re.compile("稳定|维持|达标|巩固|继续期")
_FIRST = re.compile("首次|首剂|初次|首发|第一次")
_SAY_NOTHING: Features = TAKING | {"w:出现", "w:发生", "w:有", "w:检查", "w:患有", "w:疗程", "w:剂量", "w:推荐"}
_OF_ALL = frozenset({"均", "均为", "都", "都是", "全程", "全", "总疗程", "总", "总共", "一共", "共", "合计"})
"""How a segment opens that is said of every row."""
_ALREADY = frozenset({"已", "已经", "正在", "早已", "早就", "正", "原来", "原先", "一直"})
_NOT_YET = frozenset({"尚未", "还没", "还没有", "还未", "未", "没", "没有", "从未", "从没", "未曾"})
_TAKES = re.compile("(?:在|有|接受|开始|启动|开始接受|规律)?(?:开始|启动|服|用|吃|打|接种|使用|治疗|透析)")
"""What tells that a treatment is under way."""
_OVER = ("后", "过后", "之后", "以后", "结束", "过了", "完了", "满了", "做完", "过去")
_STAGES = frozenset({"phase", "ordinal", "stage"})
"""Labels under which a fact lists what is taken."""
_MOST_DEGREES = 4
"""What is a degree of a sprain or a burn, not of warmth."""
_THINGS = frozenset({"word", "drug", "food"})
_UNPARTED = frozenset({"number", "clock"})


class Item(NamedTuple):
    """A label or a value of a row: its kind, what it means, and whether the row's own segment has it."""

    kind: str
    text: str
    meanings: Features
    is_label: bool = False
    is_value: bool = False


Row = Sequence[Item]


def mixed_rows(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value under the label of another one: 首次发作维持2~3年 where that is for the second time."""
    if not any(_has_labels(fact.text) for fact in facts):
        return
    states = frozenset[str]().union(*(_states_of_fact(fact.text) for fact in facts))
    means = _rows_of_facts(tuple(fact.text for fact in facts))
    if len(means) < 2:  # noqa: PLR2004 - nothing is mixed of one
        return
    told = [_meanings(row) for row in _rows(said, states)]
    everything = NOTHING.union(*told)
    for row in told:
        elsewhere = NOTHING.union(*(other for other in told if other is not row))
        labelled = [own for own in means if any(item.is_label and _has(row, item) for item in own[0])]
        valued = [own for own in means if any(item.is_value and _has(row, item) for item in own[0])]
        for one, other in ((one, other) for one in labelled for other in valued if one is not other):
            mixed = (
                _mixed(row, one, other, everything)
                or _exchanged(row, one, other, elsewhere)
                or _of_other_list(row, one, other)
            )
            if mixed and not any(all(_has(own, item) for item in mixed) for _, own in means):
                yield Reason("condition_dropped", "", "…".join(item.text for item in mixed))
                return


def _mixed(
    row: Features, one: tuple[Row, Features], other: tuple[Row, Features], everything: Features
) -> tuple[Item, Item] | None:
    """Return a label of one row and a value of another that a row of a sentence has together."""
    ours, theirs = ([i for i in own if not _has(rest, i)] for (own, _), (_, rest) in ((one, other), (other, one)))
    for label in (item for item in ours if item.is_label and _has(row, item)):
        rivals = [item for item in theirs if item.is_label and item.kind == label.kind]
        if not rivals or any(_has(everything, rival) for rival in rivals):
            continue
        for value in (item for item in theirs if item.is_value and _has(row, item)):
            own = [item for item in ours if item.is_value]
            if _is_instead(value, own, everything, named=label.kind == "state"):
                return label, value
    return None


def _exchanged(
    row: Features, one: tuple[Row, Features], other: tuple[Row, Features], elsewhere: Features
) -> tuple[Item, Item] | None:
    """Return a label and an amount that a row has together, where the label of that amount stands in another row."""
    (own, ours), (rest, theirs) = one, other
    labels = [item for item in own if item.is_label and _has(row, item) and not _has(theirs, item)]
    rivals = [item for item in rest if item.is_label and not _has(row, item) and not _has(ours, item)]
    values = [item for item in rest if item.is_value and item.kind != "word" and not _has(ours, item)]
    for label in labels:
        parted = any(item.kind == label.kind and _has(elsewhere, item) for item in rivals)
        for value in values if parted else ():
            if _has(row, value) and not _has(elsewhere, value):
                return label, value
    return None


def _of_other_list(row: Features, one: tuple[Row, Features], other: tuple[Row, Features]) -> tuple[Item, Item] | None:
    """Return a label that names medicines and a medicine that a row has with it and only a rival's row does."""
    (own, ours), (rest, theirs) = one, other
    if not any(map(_names_drug, own)):
        return None
    strange = [item for item in rest if _names_drug(item) and _has(row, item) and not _has(ours, item)]
    for label in (item for item in own if strange and item.kind in _STAGES and _has(row, item)):
        rivals = [item for item in rest if item.kind == label.kind and item.is_label]
        if rivals and not _has(theirs, label) and not any(_has(row, rival) for rival in rivals):
            return label, strange[0]
    return None


def _names_drug(item: Item) -> bool:
    """Say whether an item names a medicine."""
    return any(meaning.startswith("d:") for meaning in item.meanings)


def _is_instead(value: Item, alternatives: Row, everything: Features, *, named: bool) -> bool:
    """Say whether a value stands where another belongs: one of its kind, or (if `named`, a word) whatever is there."""
    if value.kind == "word":
        alike = [item for item in alternatives if item.kind == "word" or not named]
        return any(not _has(everything, item) for item in alike)
    alike = [item for item in alternatives if item.kind == value.kind]
    return bool(alike) and not any(_has(everything, item) for item in alike)


def _meanings(row: Row) -> Features:
    return NOTHING.union(*(item.meanings for item in row))


def _has(meanings: Features, item: Item) -> bool:
    return not meanings.isdisjoint(item.meanings)


# ---- rows ----


@lru_cache(maxsize=512)
def _rows_of_fact(text: str) -> tuple[Row, ...]:
    return tuple(_rows(read_fact(text), _states_of_fact(text)))


@lru_cache(maxsize=512)
def _rows_of_facts(texts: tuple[str, ...]) -> list[tuple[Row, Features]]:
    """Return the rows of some facts, each once, with all that it means."""
    rows = dict.fromkeys(tuple(row) for text in texts for row in _rows_of_fact(text))
    return [(row, _meanings(row)) for row in rows]


@lru_cache(maxsize=512)
def _has_labels(text: str) -> bool:
    return any(item.is_label for row in _rows_of_fact(text) for item in row)


def _rows(statement: Statement, states: Features) -> Iterator[Row]:
    """Give what each segment labels and says; one without a label of its own goes on under the last one's."""
    opening: list[Item] = []
    last: list[Item] = []
    segments = statement.marked
    for segment in segments:
        items = list(_items(segment, states))
        if segment.number and segments[segment.number - 1].sentence != segment.sentence:
            opening, last = [], []
        if stands_alone(segment):
            opening += [item for item in items if not (segment.announces and item.is_value)]
            continue
        labels = [] if segment.tokens[0].text in _OF_ALL else [i for i in (*opening, *items) if i.is_label] or last
        yield [*labels, *(item for item in (*opening, *items) if not item.is_label)]
        opening, last = [], labels
    if opening:
        own = {item.kind for item in opening if item.is_label}
        yield [*(item for item in last if item.kind not in own), *opening]


def _items(segment: Segment, states: Features) -> Iterator[Item]:
    """Give the items of a segment; a word after its label is a value, one before it a topic."""
    labelled = False
    for index in range(len(segment.tokens)):
        for item in _items_at(segment, index, states):
            says = labelled and item.kind == "word" and index not in segment.conditional
            yield item._replace(is_value=True) if says else item
            labelled = labelled or item.is_label


def _items_at(segment: Segment, index: int, states: Features) -> Iterator[Item]:
    token = segment.tokens[index]
    if token.quantity:
        yield from _measured(segment, index)
    elif token.text in _DEGREES:
        yield Item("degree", token.text, frozenset({_DEGREES[token.text]}), is_label=True)
    elif token.kind in {"population", "side"}:
        yield Item(token.kind, token.text, frozenset(meaning_of(token)), is_label=True)
    elif index in segment.conditional and (token.ids | token.parts) & states:
        yield _state(segment, index, states)
    elif begun := _begun(segment.tokens, index):
        yield Item("begun", token.text, frozenset({begun}), is_label=True)
    else:
        named = _named(token.kind, token.text, token.ids)
        yield from (item for item in named if not (item.kind == "phase" and _is_over(segment.tokens, index)))


def _is_over(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a phase is told as over: 强化期|过后."""
    following = "".join(token.text for token in tokens[index + 1 : index + 3])
    return tokens[index].text.endswith("期") and following.startswith(_OVER)


def _begun(tokens: Sequence[Token], index: int) -> str:
    """Say whether a token tells that something is taken already, or not yet: 已|在|服用, 尚未|开始."""
    side = "begun" if tokens[index].text in _ALREADY else "not begun" if tokens[index].text in _NOT_YET else ""
    following = "".join(token.text for token in tokens[index + 1 : index + 3]) if side else ""
    return side if side and _TAKES.match(following) else ""


def _state(segment: Segment, index: int, states: Features) -> Item:
    """Read what a fact tells and denies in its conditions as a label: 未破 and 破溃."""
    token = segment.tokens[index]
    sign = "not " if index and segment.tokens[index - 1].kind == "negation" else ""
    return Item("state", token.text, frozenset(f"{sign}{i}" for i in (token.ids | token.parts) & states), is_label=True)


@lru_cache(maxsize=512)
def _states_of_fact(text: str) -> Features:
    """Return what a fact tells in one condition and denies in another."""
    conditions = read_fact(text).conditions
    told = frozenset[str]().union(*(condition.told for condition in conditions))
    return told.intersection(frozenset[str]().union(*(condition.denied for condition in conditions)))


@lru_cache(maxsize=4096)
def _named(kind: str, text: str, ids: Features) -> Sequence[Item]:
    """Read a word as a label or as a thing."""
    first = [Item("ordinal", text, frozenset({"1."}), is_label=True)] if _FIRST.match(text) else []
    phase = "early" if _EARLY.search(text) else "later" if _LATER.search(text) else ""
    if phase:
        return [*first, Item("phase", text, frozenset({phase}), is_label=True)]
    return [*first, Item("word", text, ids)] if kind in _THINGS and ids and not ids & _SAY_NOTHING else first


def _measured(segment: Segment, index: int) -> Iterator[Item]:
    """Read an amount as a label (2岁以下, 第2次, 2期, what a condition names) or as a value."""
    token = segment.tokens[index]
    quantity = token.quantity
    if quantity is None or quantity.dimension in _UNPARTED:
        return
    if index and segment.tokens[index - 1].text == "第":
        yield Item("ordinal", f"第{token.text}", frozenset({f"{quantity.low}."}), is_label=True)
    elif quantity.dimension == "times" and index in segment.conditional:
        yield Item("ordinal", token.text, frozenset({f"{quantity.low}."}), is_label=True)
    elif quantity.unit == "度" and quantity.high <= _MOST_DEGREES and index == 0:
        yield Item("of degrees", token.text, frozenset({f"{quantity.low}"}), is_label=True)
    elif quantity.dimension in {"stage", "grade", "type"}:
        yield Item(
            quantity.dimension, token.text, frozenset({f"{quantity.dimension} {quantity.amount}"}), is_label=True
        )
    elif quantity.unit in AGES | WEIGHTS or _limits(segment, index):
        way = way_at(segment.tokens, index)
        yield Item(f"of {quantity.dimension}", token.text, frozenset({f"{quantity.amount} {way}"}), is_label=True)
    else:
        kind = "time" if quantity.dimension in TIME else quantity.dimension
        meaning = frozenset({f"{quantity.dimension} {quantity.amount}"})
        yield Item(kind, token.text, meaning, is_value=True)


def _limits(segment: Segment, index: int) -> bool:
    """Say whether an amount tells in which case: what a condition names, 高于5.5mmol/L before 应停药."""
    if index in segment.conditional:
        quantity = segment.tokens[index].quantity
        return quantity is not None and quantity.dimension not in TIME
    told = any(token.kind in {"force", "urgency"} or token.quantity for token in segment.tokens[index + 1 :])
    return told and way_at(segment.tokens, index) != 0
