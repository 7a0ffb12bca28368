"""A compound is told where its halves are: 调整剂量 where one says 剂量 and 改, 石膏固定 where one says 石膏 and 固定.

Knows words alone; which sentence tells which is for `alignment`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import Token, ids_of
from narrowcast.domain.control.facts.segments import Features

_SHORTEST, _LONGEST = 4, 6
_HALF = 2


def told_whole(tokens: Iterable[Token], told: Features) -> Features:
    """Return the groups of the compounds among some tokens of which both halves are told."""
    compounds = (token for token in tokens if token.kind == "word" and _SHORTEST <= len(token.text) <= _LONGEST)
    return frozenset[str]().union(
        *(token.ids for token in compounds if any(one & told and two & told for one, two in _halves(token.text)))
    )


@lru_cache(maxsize=4096)
def _halves(word: str) -> tuple[tuple[Features, Features], ...]:
    cuts = range(_HALF, len(word) - _HALF + 1)
    halves = ((ids_of(word[:cut]), ids_of(word[cut:])) for cut in cuts)
    return tuple((one, two) for one, two in halves if one and two)
