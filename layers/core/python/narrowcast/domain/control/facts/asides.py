"""What a fact says aside, of what it has just told: 服药6个月(首次发作), 停药5天，需医师评估.

An aside limits what stands before it as a condition does; conditions that lead or follow in words are for `limits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.going_on import STOPS
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_CASES = "首次|首发|初次|初发|初治|复治|复发|再发|单纯|复杂|稳定|轻|中|重|急性|慢性|无并发|有并发|低危|高危"
_BRACKET = re.compile(f"(?P<amount>[\\d.]+[^\\d，。；()]{{1,4}})\\((?P<case>(?:{_CASES})[^()\\d，。；]{{0,6}})\\)")
"""A case that a bracket behind an amount tells."""
_FIRST = re.compile("首|初|第[1一]|头[1一]|从没|以前没")
_REVIEW = re.compile(
    "^(?:均|都)?(?:须|需|应|要|由|经)(?:先)?(?:经|由|请)?[^，。；]{0,8}(?:医[生师]|专科|[内外]科)[^，。；]{0,2}(?:评估|判断|决定|同意|确认|会诊)"
)
_ASKS_SOMEBODY = re.compile("医|专科|[内外]科|评估|会诊|大夫")


def lost_brackets(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 继续服药6~9个月 for 继续服药6~9个月(首次发作)."""
    for match in (match for fact in facts for match in _BRACKET.finditer(fact.text) if "(" in fact.text):
        if match["amount"] in said.text and not _keeps(said.text, match["case"]):
            yield Reason("condition_dropped", match["case"], match["amount"])


def _keeps(said: str, case: str) -> bool:
    """Say whether a sentence has the case, or one of its characters that says something."""
    return bool(_FIRST.search(said)) if case[0] in "首初" else any(character in said for character in case[:2])


def lost_reviews(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 检查前5天停氯吡格雷 for 检查前5天停氯吡格雷，需心内科医师评估: a stop that somebody has to look at first."""
    if not said.ids & STOPS or _ASKS_SOMEBODY.search(said.text):
        return
    for fact in facts:
        for number, words in _reviewed(fact.text):
            restated = Alignment(said, facts).restated.get(id(fact), ())
            if number in restated:
                yield Reason("condition_dropped", words, "")


@lru_cache(maxsize=512)
def _reviewed(text: str) -> tuple[tuple[int, str], ...]:
    """Return the segments of a text that stop something which the next one leaves to somebody, with its words."""
    fact = read_fact(text)
    following = pairwise(enumerate(fact.segments))
    return tuple(
        (number, later)
        for (number, _), (_, later) in following
        if _REVIEW.search(later) and _words_of(fact, number) & STOPS
    )


def _words_of(fact: Statement, number: int) -> Features:
    return frozenset[str]().union(*(unit.scope for unit in fact.units if unit.segment == number))
