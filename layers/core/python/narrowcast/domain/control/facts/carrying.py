"""How facts carry a sentence: as a whole, and stretch by stretch, each of them by one part of one fact.

A sentence that mixes the parts of a fact (the dose of one group for another) differs from every one of them, though
the whole has all of it; one that uses a part alone need not be held against the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from narrowcast.domain.control.facts.comparison import differences
from narrowcast.domain.control.facts.parts import read_parts, read_sayings, stretches, with_words_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_MOST_STRETCHES = 4


def reasons_against(said: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return the differences of a sentence from the facts, or from the part of them that it comes nearest to."""
    reasons = differences(said, facts)
    parts = [read_parts(fact.text) for fact in facts]
    if reasons:
        sayings = [(saying,) for fact in facts for saying in read_sayings(fact.text)]
        return [] if _is_carried(said, [*_selections(facts, parts), *sayings], at_commas=False) else reasons
    if not any(parts):
        return []
    worded = [with_words_of(fact, own) for fact, own in zip(facts, parts, strict=True)]
    return _mixed(said, list(_selections(facts, worded)))


def _mixed(said: Statement, selections: Sequence[Sequence[Statement]]) -> list[Reason]:
    """Return how a sentence that the whole carries differs from every part of it; empty when each stretch has one."""
    if _is_carried(said, selections, at_commas=True):
        return []
    return min((differences(said, parts) for parts in selections), key=len)


def _selections(facts: Sequence[Statement], parts: Sequence[Sequence[Statement]]) -> Iterator[tuple[Statement, ...]]:
    """Give the parts of facts one at a time, and one of each of two facts; never two that one fact sets apart."""
    choices = [own or (fact,) for fact, own in zip(facts, parts, strict=True)]
    yield from ((part,) for own in choices for part in own)
    for one, other in combinations([(fact, *own) for fact, own in zip(facts, parts, strict=True)], 2):
        yield from product(one, other)


def _is_carried(
    said: Statement, selections: Sequence[Sequence[Statement]], *, at_commas: bool, left: int = _MOST_STRETCHES
) -> bool:
    """Say whether some selection carries a sentence, or its first stretch, and others what is left of it."""
    if any(not differences(said, parts) for parts in selections):
        return True
    return left > 1 and any(
        _is_carried(first, selections, at_commas=at_commas, left=1)
        and _is_carried(rest, selections, at_commas=at_commas, left=left - 1)
        for first, rest in stretches(said, at_commas=at_commas)
    )
