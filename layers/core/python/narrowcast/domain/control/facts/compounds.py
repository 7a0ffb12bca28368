"""A compound is told where its pieces are: 调整剂量 where one says 剂量 and 改, 小腿肿胀疼痛 where one says all three.

Knows words alone; which sentence tells which is for `alignment`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import Token, ids_of
from narrowcast.domain.control.facts.segments import Features

_SHORTEST, _LONGEST = 4, 6
_PIECE = 2
"""The fewest characters of a piece."""


def compounds_among(tokens: Iterable[Token]) -> list[Token]:
    """Return the words among some tokens that may be cut in two that a table has."""
    words = (token for token in tokens if token.kind == "word" and _SHORTEST <= len(token.text) <= _LONGEST)
    return [word for word in words if _cuts(word.text)]


def told_whole(compounds: Iterable[Token], told: Features) -> Features:
    """Return the groups of some compounds of which every piece is told."""
    return frozenset[str]().union(
        *[token.ids for token in compounds if any(all(p & told for p in cut) for cut in _cuts(token.text))]
    )


@lru_cache(maxsize=4096)
def _cuts(word: str) -> tuple[tuple[Features, ...], ...]:
    """Return the ways to cut a word in two or more that a table has."""
    return tuple(
        (known, *rest)
        for end in range(_PIECE, len(word) - _PIECE + 1)
        if (known := ids_of(word[:end]))
        for rest in _pieces(word[end:])
    )


def _pieces(word: str) -> Iterator[tuple[Features, ...]]:
    if whole := ids_of(word):
        yield (whole,)
    yield from _cuts(word)
