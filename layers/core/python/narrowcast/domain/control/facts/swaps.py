"""Two things that a fact tells apart, each told with what belongs to the other: 内服A，外用B for 内服B，外用A.

Needs both sides of a swap in one sentence, or a moment turned to its other side; it weighs no word and reads no limit.
Labels by their rows are for `labels`, single values for `binding` and `partners`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, combinations, groupby, permutations, product
from operator import itemgetter

from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, Segment
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.facts.ways import way_at

_IDLE: Features = TAKING | {"w:出现", "w:发生", "w:有", "w:检查", "w:患有", "w:剂量", "w:推荐", "w:患者"}
_MOST_ROWS = 10
"""Rows of a text that are held against one another: no sentence of the corpora that exchanges two has more."""
_WORD = "w"
_AMOUNT = "(?:[\\d.~一二两三四五六七八九十半]+个?(?:小时|分钟|[天日周月年]|星期))"
_BEGINS = "(?:一?开始|来临|到来)?"
"""What a stretch of time does on the moment that something is before or after: 花粉期|开始|前."""
_OFFSET = Form(
    f"(?P<what>[\u4e00-\u9fff]{{2}}){_BEGINS}(?:[之以])?(?P<side>[前后])的?(?:头|约|大约|至少)?(?P<time>{_AMOUNT})"
)
_MOMENT = Form(f"(?P<what>[\u4e00-\u9fff]{{2}}){_BEGINS}(?:[之以]|做?完)?(?P<side>[前后])(?![往方来天日者果期续])")
_BOTH = Form("[前后](?:[或及和与、]|以及|或者)[^，。；]{0,3}[前后]")
"""How a fact tells both sides of one moment: 用药前及之后."""
_OTHER = {"前": "后", "后": "前"}


def swapped_values(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 48小时内热敷，48小时后冷敷 for 48小时内冷敷，48小时后热敷, and doses of two things exchanged."""
    tables = _tables(tuple(facts)) if len(said.marked) > 1 else ()
    pairs = [pair for rows in _rows(said) for pair in combinations(rows[:_MOST_ROWS], 2)] if tables else []
    sides = ((here - there, there - here) for here, there in pairs)
    apart = [(here, there) for here, there in sides if len(here) > 1 and len(there) > 1]
    if not apart:
        return
    limits = NOTHING.union(*(limit.features for fact in facts for limit in fact.conditions))
    for known in tables:
        for here, there in apart:
            swapped = _swapped(here, there, known, limits)
            if swapped:
                yield Reason("drug" if any(map(_names_drug, swapped)) else "new_claim", *map(_spelled, swapped))
                return


@lru_cache(maxsize=512)
def _tables(facts: tuple[Statement, ...]) -> tuple[Sequence[Features], ...]:
    """Return the rows of all facts by segments and by sentences, where there are several."""
    tables = (dict.fromkeys(chain.from_iterable(rows)) for rows in zip(*map(_rows, facts), strict=True))
    return tuple(tuple(rows) for rows in tables if len(rows) > 1)


def _swapped(here: Features, there: Features, known: Sequence[Features], limits: Features) -> tuple[str, str] | None:
    """Return what stands in one row with what belongs to the other, where each has the other's."""
    parted = [row for row in known if row & here and row & there]
    for one, other in permutations(parted[:_MOST_ROWS], 2):
        ours, theirs = one - other, other - one
        if not (here & ours and here & theirs and there & ours and there & theirs):
            continue
        mixtures = product(sorted(here & ours), sorted(here & theirs))
        turns = product(sorted(there & theirs), sorted(there & ours))
        for mixed, turned in product(mixtures, turns):
            rivals = all(_kind(x) == _kind(y) for x, y in zip(mixed, turned, strict=True))
            telling = any(_kind(x) != _WORD for x in mixed) or all(
                len({*pair} & limits) == 1 for pair in (mixed, turned)
            )
            if rivals and telling and not any({*pair} <= row for pair in (mixed, turned) for row in known):
                return mixed
    return None


def _kind(feature: str) -> str:
    """Return what a feature may stand in place of: amounts of any kind, medicines and foods, words, times, people."""
    kind = feature.partition(":")[0] if ":" in feature else _WORD
    return "d" if kind == "f" else kind


def _names_drug(feature: str) -> bool:
    return feature.startswith("d:")


def _spelled(feature: str) -> str:
    return feature.partition(":")[2] or feature


def _rows(statement: Statement) -> tuple[Sequence[Features], Sequence[Features]]:
    """Return what each segment tells, and what each sentence does."""
    rows = [(segment.sentence, _row(segment)) for segment in statement.marked]
    sentences = groupby(rows, key=itemgetter(0))
    return [row for _, row in rows], [NOTHING.union(*[row for _, row in group]) for _, group in sentences]


def _row(segment: Segment) -> Features:
    tokens = segment.tokens
    amounts = (
        f"q:{token.quantity.dimension} {token.quantity.amount} {way_at(tokens, n) * (token.quantity.dimension in TIME)}"
        for n, token in enumerate(tokens)
        if token.quantity
    )
    return (segment.features - _IDLE).union(amounts)


def turned_moments(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 排气之后 for 排气前, and 检查前24小时内 for 检查后24小时内, whether or not a table has the words."""
    known = [_moments(fact.text) for fact in facts]
    if not any(map(any, known)) or any(_BOTH.search(fact.text) for fact in facts):
        return
    for moments, *of_facts in zip(_moments(said.text), *known, strict=True):
        known_so = {moment for own in of_facts for moment in own}
        for what, side, *time in moments:
            if (what, _OTHER[side], *time) in known_so and (what, side, *time) not in known_so:
                yield Reason("timing", what + _OTHER[side], what + side)


@lru_cache(maxsize=512)
def _moments(text: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return what a text names before or after something, and before or after how long."""
    return [match.groups() for match in _MOMENT.finditer(text)], [match.groups() for match in _OFFSET.finditer(text)]
