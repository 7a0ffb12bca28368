"""How facts carry a sentence: as a whole, and stretch by stretch, each of them by one part of one fact.

A sentence that mixes the parts of a fact (the dose of one group for another) differs from every one of them, though
the whole has all of it; one that uses a part alone need not be held against the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, product, takewhile

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.comparison import differences, is_carried
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.likelier import outdone
from narrowcast.domain.control.facts.parts import read_parts, read_sayings, stretches, with_words_of
from narrowcast.domain.control.facts.segments import NOTHING
from narrowcast.domain.control.facts.statements import Statement, statement_of
from narrowcast.domain.control.facts.tables.units import DOSES
from narrowcast.domain.control.facts.verdict import Reason

_MOST_STRETCHES = 4
_MOST_EFFORT = 40_000
"""Pairs of words that are compared for one sentence before it is taken for one that no part carries."""
_CUTTING = 20
"""What it takes to cut a sentence in two, in pairs of words for each of its words."""


class _Effort:
    """What may still be tried for one sentence, and on which facts."""

    def __init__(self, facts: Sequence[Statement]) -> None:
        self.facts = facts
        self.left = _MOST_EFFORT

    def allows(self, pairs: int) -> bool:
        """Say whether so much more may be compared, and take it off."""
        self.left -= pairs
        return self.left >= 0

    def allows_comparing(self, said: Statement, parts: Sequence[Statement]) -> bool:
        """Say whether a sentence may still be compared with some parts."""
        return self.allows(len(said.tokens) * sum(len(part.tokens) for part in parts))


def reasons_against(said: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return the differences of a sentence from the facts, or from the part of them that it comes nearest to."""
    foreign, different = differences(said, facts)
    if foreign:
        talking = _without_likened(said, facts)
        if talking is not said:
            said = talking
            foreign, different = differences(said, facts)
    if foreign:
        return different + foreign
    parts = [read_parts(fact.text) for fact in facts]
    if different:
        sayings = [(saying,) for fact in facts for saying in read_sayings(fact.text)]
        return (
            []
            if _by_stretches(said, [*_selections(facts, parts), *sayings], _Effort(facts), at_commas=False)
            else different
        )
    if not any(parts):
        return []
    worded = [with_words_of(fact, own) for fact, own in zip(facts, parts, strict=True)]
    return _mixed(said, list(_selections(facts, worded)), facts)


def _without_likened(said: Statement, facts: Sequence[Statement]) -> Statement:
    """Return a sentence in which foreign words that are like a fact's are only talk."""
    words = Alignment(said, facts).carrier.likened_words(said)
    if not words:
        return said
    starts = {token.start for token in said.tokens if any(_stands_in(word, said.text, token) for word in words)}
    tokens = [token._replace(kind="light", ids=NOTHING) if token.start in starts else token for token in said.tokens]
    return replace(statement_of(tokens), text=said.text)


def _stands_in(word: str, text: str, token: Token) -> bool:
    """Say whether a token is part of a word at its place."""
    first = max(token.start + len(token.text) - len(word), 0)
    return word in text[first : token.start + len(word)]


def _mixed(said: Statement, selections: Sequence[Sequence[Statement]], facts: Sequence[Statement]) -> list[Reason]:
    """Return how a sentence that the whole carries differs from every part of it; empty when each stretch has one."""
    if _by_stretches(said, selections, _Effort(facts), at_commas=True):
        return []
    effort = _Effort(facts)
    nearest = [parts for parts in selections if effort.allows_comparing(said, parts)] or selections[:1]
    return min(([*chain(*differences(said, parts))] for parts in nearest), key=len)


def _selections(facts: Sequence[Statement], parts: Sequence[Sequence[Statement]]) -> Iterator[tuple[Statement, ...]]:
    """Give the parts of facts one at a time, and one of each of two facts; never two that one fact sets apart."""
    choices = [own or (fact,) for fact, own in zip(facts, parts, strict=True)]
    yield from ((part,) for own in choices for part in own)
    for one, other in combinations([(fact, *own) for fact, own in zip(facts, parts, strict=True)], 2):
        yield from product(one, other)


def _by_stretches(
    said: Statement,
    selections: Sequence[Sequence[Statement]],
    effort: _Effort,
    *,
    at_commas: bool,
    left: int = _MOST_STRETCHES,
) -> bool:
    """Say whether some selection carries a sentence, or its first stretch, and others what is left of it."""
    if _by_one(said, selections, effort):
        return True
    cuts = takewhile(lambda _: effort.allows(_CUTTING * len(said.tokens)), stretches(said, at_commas=at_commas))
    return left > 1 and any(
        _by_one(first, selections, effort)
        and _by_stretches(rest, selections, effort, at_commas=at_commas, left=left - 1)
        for first, rest in cuts
    )


def _by_one(said: Statement, selections: Sequence[Sequence[Statement]], effort: _Effort) -> bool:
    doses = _doses([said])
    return any(
        is_carried(said, parts) and not outdone(said, parts, effort.facts)
        for parts in selections
        if doses <= _doses(parts) and effort.allows_comparing(said, parts)
    )


def _doses(statements: Sequence[Statement]) -> frozenset[str]:
    """Return what kinds of doses some texts measure: parts without them cannot carry them."""
    measured = (slot.quantity.dimension for said in statements for slot in said.slots if slot.quantity)
    return frozenset(dimension for dimension in measured if dimension in DOSES)
