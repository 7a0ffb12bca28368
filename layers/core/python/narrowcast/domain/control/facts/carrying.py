"""How facts carry a sentence: as a whole, and stretch by stretch, each of them by one part of one fact.

A sentence that mixes the parts of a fact (the dose of one group for another) differs from every one of them, though
the whole has all of it; one that uses a part alone need not be held against the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product, takewhile

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.comparison import differences, differences_of, is_carried
from narrowcast.domain.control.facts.likelier import outdone
from narrowcast.domain.control.facts.parts import read_parts, read_sayings, stretches, with_words_of
from narrowcast.domain.control.facts.segments import NOTHING
from narrowcast.domain.control.facts.statements import Statement, statement_of
from narrowcast.domain.control.facts.verdict import Reason

_MOST_STRETCHES = 4
MOST_EFFORT = 24_000
"""Pairs of words that are compared for one sentence before it is taken for one that no part carries.

Of the sentences of the corpora that some parts carry none takes more than two thirds of it.
"""
_MOST_NEAREST = 8_000
"""Pairs of words that are compared to find the parts that a sentence comes nearest to."""
_BEGINNING, _CUTTING = 200, 20
"""What it takes to begin a comparison, and to cut a sentence in two for each of its words, in pairs of words."""


class Effort:
    """What may still be tried for one sentence, and on which facts."""

    def __init__(self, facts: Sequence[Statement], left: int) -> None:
        self.facts, self.left = facts, left

    def allows(self, pairs: int) -> bool:
        """Say whether so much more may be compared, and take it off."""
        self.left -= pairs
        return self.left >= 0

    def allows_comparing(self, said: Statement, parts: Sequence[Statement]) -> bool:
        """Say whether a sentence may still be compared with some parts."""
        return self.allows(_BEGINNING + len(said.tokens) * sum(len(part.tokens) for part in parts))


def reasons_against(said: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return the differences of a sentence from the facts, or from the part of them that it comes nearest to."""
    alignment = Alignment(said, facts)
    foreign, different = differences_of(alignment)
    if foreign:
        talking = _without_degrees(alignment)
        if talking is not said:
            said = talking
            foreign, different = differences(said, facts)
    if foreign:
        return different + foreign
    parts = [read_parts(fact.text) for fact in facts]
    if different:
        sayings = [(saying,) for fact in facts for saying in read_sayings(fact.text)]
        selections = [*_selections(facts, parts), *sayings]
        return [] if _by_stretches(said, selections, Effort(facts, MOST_EFFORT), at_commas=False) else different
    if not any(parts):
        return []
    worded = [with_words_of(fact, own) for fact, own in zip(facts, parts, strict=True)]
    return _mixed(said, list(_selections(facts, worded)), facts)


def _without_degrees(alignment: Alignment) -> Statement:
    """Return a sentence in which a foreign degree that its amount bears out is only talk."""
    said = alignment.said
    starts = alignment.carrier.degrees_beyond(said, alignment.foreign_words)
    if not starts:
        return said
    tokens = [token._replace(kind="light", ids=NOTHING) if token.start in starts else token for token in said.tokens]
    return statement_of(tokens, said.text)


def _mixed(said: Statement, selections: Sequence[Sequence[Statement]], facts: Sequence[Statement]) -> list[Reason]:
    """Return how a sentence that the whole carries differs from every part of it; empty when each stretch has one."""
    if _by_stretches(said, selections, Effort(facts, MOST_EFFORT), at_commas=True):
        return []
    effort = Effort(facts, _MOST_NEAREST)
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
    effort: Effort,
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
        and _by_stretches(rest(), selections, effort, at_commas=at_commas, left=left - 1)
        for first, rest in cuts
    )


def _by_one(said: Statement, selections: Sequence[Sequence[Statement]], effort: Effort) -> bool:
    return any(
        is_carried(said, parts) and not outdone(said, parts, effort.facts)
        for parts in selections
        if said.doses <= NOTHING.union(*(part.doses for part in parts)) and effort.allows_comparing(said, parts)
    )
