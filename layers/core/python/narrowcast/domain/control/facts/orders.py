"""What comes first: 停药后方可开始服用 is nothing about 服用后再停药, 服药前 not 服药后, 立即 nothing to wait for.

Compares the order of what two texts name; that a limit is lost is for `limits`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import TAKING, Features
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_NAMED = frozenset({"word", "food", "drug", "route"})
_AFTER = frozenset({"后", "之后", "以后", "后的", "过后", "完后"})
_BEFORE = frozenset({"前", "之前", "以前", "前的"})
_BETWEEN = frozenset({"之间", "中间"})
_DURING = frozenset({"时", "的时候", "期间", "之时"})
_THEN = frozenset({"再", "才", "然后", "接着", "随后", "之后", "以后", "方可", "方能", "才能", "才可", "才可以", "后"})
_FIRST = frozenset({"先", "首先"})
_LAST = frozenset({"再", "然后", "接着", "随后", "最后"})
_SHORTEST = 2
_TAKES: Features = frozenset({"w:服药"})
_WAITS = re.compile(
    "过(?:几|两|些)天|过一?[段阵]|改天|有空[再时]|等几天|观察几天|(?:后|完|了|过|等|隔)[^，。；]{0,6}再|等[^，。；]{1,16}(?:再|才)"
)
_EARLY = re.compile("刚开始|一开始|刚出现|立即|立刻|马上|尽早|第一时间|[即时]刻")
_AFTERWARDS = re.compile("后|再|等|方可|待")
_NO_WAIT = re.compile("立即|立刻|马上|即刻|第一时间")


class Order(NamedTuple):
    """What comes first and what then, by their groups of meaning."""

    first: Features
    then: Features


def turned_sequences(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 先服药满36小时再停药 for 停药满36小时后方可服药."""
    known = [order for fact in facts for order in _orders_of_fact(fact.text)]
    for order in _orders(said.tokens) if known else ():
        if any(_turned(order, other) for other in known) and not any(_alike(order, other) for other in known):
            yield Reason("timing", "", said.text)


def _turned(said: Order, known: Order) -> bool:
    """Say whether each side names what the other text has on its other side alone."""
    return bool((said.first - known.first) & (known.then - known.first)) and bool(
        (said.then - known.then) & (known.first - known.then)
    )


def _alike(said: Order, known: Order) -> bool:
    """Say whether each side names what the other text has on that side alone."""
    return bool(said.first & known.first - known.then) and bool(said.then & known.then - known.first)


@lru_cache(maxsize=512)
def _orders_of_fact(text: str) -> tuple[Order, ...]:
    tokens = read_fact(text).tokens
    return (*_orders(tokens), *_chains(tokens))


def _chains(tokens: Sequence[Token]) -> Iterator[Order]:
    """Give the orders of the steps of a fact that ends with a last one: 平躺30秒，坐起30秒，再站立."""
    steps: list[list[Token]] = [[]]
    for token in (*tokens, Token("stop", "end", "。", 0)):
        if token.kind != "stop" or token.value == "list":
            steps[-1].append(token)
        elif token.value == "comma":
            steps.append([])
        else:
            opens = len(steps) == _SHORTEST and steps[-1] and steps[-1][0].text in _LAST
            last = steps[-1] if len(steps) > _SHORTEST or opens else []
            if any(token.text in _LAST for token in last):
                yield from (Order(_named(one), _named(other)) for one, other in combinations(steps, 2))
            steps = [[]]


def _orders(tokens: Sequence[Token]) -> Iterator[Order]:
    """Give the orders that each sentence of a text tells: 先 A 再 B, A 后 B."""
    start = 0
    for end in [i for i, token in enumerate(tokens) if token.value == "end"] + [len(tokens)]:
        yield from _orders_in(tokens[start:end])
        start = end + 1


def _orders_in(tokens: Sequence[Token]) -> Iterator[Order]:
    first = next((i for i, token in enumerate(tokens) if token.text in _FIRST), None)
    if first is not None:
        then = next((i for i in range(first + 1, len(tokens)) if tokens[i].text in _THEN), None)
        if then:
            yield Order(_named(tokens[first:then]), _named(tokens[then:]))
        return
    for index, token in enumerate(tokens):
        if token.kind == "bound" and token.text in _AFTER:
            yield Order(_named(tokens[:index]), _named(tokens[index + 1 :]))


def _named(tokens: Sequence[Token]) -> Features:
    return frozenset(i for token in tokens if token.kind in _NAMED for i in token.ids)


# ---- before and after one event ----


def turned_moments(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 服药后 where the facts know 服药前 alone."""
    known = [_moments_of_fact(fact.text) for fact in facts]
    for event, side in _moments(said.tokens) if any(known) else ():
        sides = [{other for what, other in moments if what & event} for moments in known]
        if not any(sides) or side not in {"前", "后"} or any(side in own for own in sides):
            continue
        elsewhere = any(side == other for own, named in zip(known, sides, strict=True) if not named for _, other in own)
        if not elsewhere and not _may_be_meant(event, side, facts, sides):
            yield Reason("timing", "前" if side == "后" else "后", side)


def _may_be_meant(event: Features, side: str, facts: Sequence[Statement], sides: Sequence[set[str]]) -> bool:
    """Say whether a side may be what facts leave open: 发作后 of 发作时, 站起前 of 起立时先坐…再站起."""
    if not any("时" in own or "间" in own for own in sides):
        return False
    named = [sum(bool(token.ids & event) for token in fact.tokens) for fact in facts]
    return (side == "后" and any("时" in own for own in sides)) or any(
        times > len(own) for times, own in zip(named, sides, strict=True) if own
    )


@lru_cache(maxsize=512)
def _moments_of_fact(text: str) -> tuple[tuple[Features, str], ...]:
    return tuple(_moments(read_fact(text).tokens))


def _moments(tokens: Sequence[Token]) -> Iterator[tuple[Features, str]]:
    """Give each event that something is done before or after: 服药前, 排尿后."""
    for index, token in enumerate(tokens):
        side = _side(token)
        if side and index and tokens[index - 1].kind in _NAMED:
            event = tokens[index - 1].ids
            yield (_TAKES if event & TAKING else event), side
        elif token.kind == "word" and token.text[1:2] == "完":  # 洗完澡
            yield token.ids, "后"
        elif token.kind == "word" and len(token.text) > _SHORTEST and token.text[-1:] in {"前", "后"}:
            yield token.parts - TAKING or (_TAKES if token.parts & TAKING else frozenset()), token.text[-1]


def _side(token: Token) -> str:
    """Return on which side of an event something is done: 前, 后, 时 (发作时, 治疗期间) or 间 (两次哺乳之间)."""
    if token.kind == "bound":
        return "前" if token.text in _BEFORE else "后" if token.text in _AFTER else ""
    if token.text in _BETWEEN:
        return "间"
    return "时" if token.kind == "closer" and token.text in _DURING else ""


def after_what_is_barred(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 洗完澡再涂 for 用药期间不洗澡: something is done after what the facts only bar."""
    if any(unit.negations for unit in said.units):
        return
    denied = [features for fact in facts for features in _barred_in(fact)]
    for event, side in _moments(said.tokens) if denied else ():
        if side == "后" and event and not event & TAKING and any(event <= features for features in denied):
            yield Reason("negation", "", said.text)


def _barred_in(fact: Statement) -> Iterator[Features]:
    """Give what a fact bars or denies, and names nowhere else."""
    named = Counter(i for token in fact.tokens for i in token.ids)
    for unit in fact.units:
        if unit.negations and unit.governs_itself and not unit.conditional:
            yield frozenset(i for i in unit.scope if named[i] <= 1)


# ---- at once ----


def delayed_actions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 查了以后再停药 for 立即停药: a wait where the facts know none."""
    wait = _WAITS.search(said.text)
    if not wait or any(_WAITS.search(fact.text) for fact in facts):
        return
    if any(_EARLY.search(fact.text) for fact in facts) and not any(_AFTERWARDS.search(fact.text) for fact in facts):
        yield Reason("timing", "", wait[0])
        return
    delayed = _named([token for token in said.tokens if token.start >= wait.end()][:3])
    for fact in facts:
        at_once = {i for token in _hurried(fact.tokens) for i in token.ids}
        if delayed & at_once:
            yield Reason("timing", "立即", wait[0])


def _hurried(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give what is to be done at once: the first thing named after 立即."""
    for index, token in enumerate(tokens):
        if _NO_WAIT.fullmatch(token.text):
            yield from [other for other in tokens[index + 1 : index + 4] if other.kind in _NAMED][:2]


_TAKEN_THEN = re.compile("(?:后|了|以后|之后)再(?:吃|服|用|喝|打|涂|滴)")
_STOPPED_THEN = re.compile("后[^，。；]{0,4}(?:停|暂停|中止)")
_DONE_THEN = re.compile("(?:后|再)[^，。；停]{0,8}(?:吃|服|用|喝|打|涂|滴|注射|口服|使用|重复)")


def taken_when_stopped(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 改善后再吃 for 改善后停用."""
    taken = _TAKEN_THEN.search(said.text)
    stopped = any(_STOPPED_THEN.search(fact.text) for fact in facts)
    if taken and stopped and not any(_DONE_THEN.search(fact.text) for fact in facts):
        yield Reason("timing", "停用", taken[0])


def spans_as_limits(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 28天内开始 for 72小时内开始，连用28天: how long something goes on, told as by when it is done."""
    limits = [slot for slot in said.slots if slot.relation == "within" and slot.kind == "duration"]
    for slot in limits:
        same = [one for fact in facts for one in fact.slots if one.quantity == slot.quantity]
        if same and all(one.relation == "total" for one in same):
            yield Reason("duration", same[0].text, slot.text)
