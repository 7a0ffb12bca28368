"""Values that a change names (增至10mg, 延长1个月, 最大2g) and that are no values without it, nor of another change.

Reads the tokens of two texts; values that no change names are for `binding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_ACTS = (
    ("most", "最大|最高|极量|上限|封顶|最多"),
    ("longer", "延长|拉长"),
    ("shorter", "缩短"),
    ("up to", "(?:增加|增|加|升高?|提高|上调|调高?|加量|增量|滴定)(?:到|至|为|成)"),
    ("down to", "(?:减少|减|降低?|下调|减量|调低)(?:到|至|为|成)"),
    ("up by", "(?:增加|再加|加量|上调|递增|多加|增)"),
    ("down by", "(?:减少|减去|减量|下调|递减|减)"),
)
_PATTERNS = tuple((act, re.compile(words + "$")) for act, words in _ACTS)
_FILLER = re.compile(
    "(?:了|约|大约|至少|每[天日晚早周]?[\\d一两二三]次|[\\d一两二三]次|每次|每[日天晚早周]|、|，|为|是|在|[吃用服]到|吃|服|用|的|日?剂?量|日)*$"
)
_STEP = re.compile(
    "每隔?(?P<every>[日天周月]|[\\d~]+(?:日|天|周|个?月|小时))[^，。；每]{0,6}(?P<act>增加|加量|递增|再?加|减少|减量|递减|减)(?!到|至)"
)
_ASIDE = frozenset({"number", "times", "clock", "percent", "fold"})


class Value(NamedTuple):
    """An amount with the change that names it, the empty one for none."""

    act: str
    quantity: Quantity
    text: str


def strange_acts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 延长2个月 where the facts know 延长1个月, and 每次10mg where they know 10mg as the most alone."""
    known = [value for fact in facts for value in _values_of_fact(fact.text)]
    if not any(value.act for value in known):
        return
    told = list(_values(said))
    for value in told:
        alike = [other for other in known if other.quantity.dimension == value.quantity.dimension]
        same = [other for other in alike if other.quantity.same_amount(value.quantity)]
        rivals = [other for other in alike if other not in same]
        if value.act:
            wrong = any(other.act == value.act for other in rivals) and not any(o.act == value.act for o in same)
        else:
            wrong = bool(same and rivals) and all(other.act in {"most", "up to", "down to"} for other in same)
            wrong = wrong and not any(other.act for other in told)
        if wrong and same:
            yield Reason("dose", same[0].act, value.text)


@lru_cache(maxsize=512)
def _values_of_fact(text: str) -> tuple[Value, ...]:
    return tuple(_values(read_fact(text)))


def _values(statement: Statement) -> Iterator[Value]:
    tokens = statement.tokens
    for index, token in enumerate(tokens):
        quantity = token.quantity
        if quantity and quantity.dimension not in _ASIDE:
            act = _act_at(tokens, index)
            if act or not _is_bound(tokens, index):
                yield Value(act, quantity, token.text)


def _act_at(tokens: Sequence[Token], index: int) -> str:
    """Return the change that stands directly before an amount."""
    start = index
    while start and tokens[start - 1].value not in {"end", "topic"} and not _is_amount(tokens[start - 1]):
        start -= 1
    before = _FILLER.sub("", "".join(token.text for token in tokens[start:index]))
    return next((act for act, pattern in _PATTERNS if pattern.search(before)), "")


def _is_bound(tokens: Sequence[Token], index: int) -> bool:
    """Say whether an amount is a limit and no value: 低于130, 130以下."""
    beside = [*tokens[max(index - 1, 0) : index], *tokens[index + 1 : index + 2]]
    return any(token.kind in {"before", "after"} and token.value != "around" for token in beside)


def _is_amount(token: Token) -> bool:
    return token.quantity is not None and token.quantity.dimension not in _ASIDE


def strange_steps(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 每天增加25微克 for 每1~2周增加25微克: how often a dose is changed, not how often it is taken."""
    known = {step for fact in facts for step in _steps(fact.text)}
    for step in sorted(_steps(said.text) - known) if known else ():
        yield Reason("frequency", "、".join(sorted(known)), step)


def _steps(text: str) -> frozenset[str]:
    return frozenset(match["every"].replace("日", "天") for match in _STEP.finditer(text))
