"""How alike two phrases are in meaning, for words that no table brings together: 心跳慢 and 心率, 静息 and 安静.

A small local model: a phrase points where the sum of its characters and their groups of two and three points. The
vectors ship as data, made by tests/domain/control/facts/train_resemblance.py from a sentence model and the tables'
own groups of like meaning. It is asked about everyday wording alone; what a rule refuses, it never sees.
"""

from __future__ import annotations

import base64
import json
import math
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile
from operator import mul
from typing import NamedTuple

from narrowcast.domain.control.facts.lexer import Token, lex
from narrowcast.domain.control.facts.tables.paired import OPPOSITES

WEIGHTS = "vectors/2026.11.json"
_LIKE, _LIKE_SINGLY = 0.45, 0.6
"""Cosines from which two phrases, and a phrase of one character and another, mean about the same."""
_LIKE_SHARING, _LIKE_CONTAINING, _REST = 0.5, 0.6, 0.1
"""Cosines of two that share characters, of two of which one only adds some, and of what two do not share: 肝功能 and
肾功能 are alike for what they share alone."""
_EMPTY = frozenset("的了着过地得一上下来去起把给在是个们人者时")

_WORDS = frozenset({"word", "food", "unknown", "light", "route", "opener", "closer", "bound"})
"""Kinds of tokens that a phrase may have: no medicine, nobody, no amount, time or operator."""
_MOST_TOKENS, _LONGEST = 3, 8

Vector = Sequence[float]


class _Weights(NamedTuple):
    dimensions: int
    places: dict[str, int]
    vectors: bytes


def pieces(phrase: str) -> Iterator[str]:
    """Give the characters of a phrase, and its groups of two and three with `^` before and `$` after it."""
    framed = f"^{phrase}$"
    yield from phrase
    for size in (2, 3):
        yield from (framed[start : start + size] for start in range(len(framed) - size + 1))


def likeness(one: str, other: str) -> float:
    """Return the cosine of two phrases: 1 for the same, about 0 for what has nothing to do with one another."""
    return math.fsum(map(mul, _vector(one), _vector(other)))


def resembles(words: str, text: str) -> bool:
    """Say whether some words are like a phrase of a text."""
    return len(words) <= _LONGEST and any(is_like(words, phrase) for phrase in _phrases_of(text))


@lru_cache(maxsize=1024)
def _phrases_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_phrases(lex(text))))


def _phrases(tokens: Sequence[Token]) -> Iterator[str]:
    """Give what stands together in a text, of a few words, beginning and ending with one that means something."""
    for first in range(len(tokens)):
        together = list(takewhile(lambda token: token.kind in _WORDS, tokens[first : first + _MOST_TOKENS]))
        for size in range(1, len(together) + 1):
            phrase = "".join(token.text for token in together[:size])
            if len(phrase) <= _LONGEST and "light" not in {together[0].kind, together[size - 1].kind}:
                yield phrase


def is_like(one: str, other: str) -> bool:
    """Say whether two phrases mean about the same, and so does what they do not share."""
    return not _are_opposed(one, other) and likeness(one, other) >= _least(one, other)


def _are_opposed(one: str, other: str) -> bool:
    return any(OPPOSITES.get(character) in set(other) - set(one) for character in set(one) - set(other))


def _least(one: str, other: str) -> float:
    """Return how alike two phrases must be; more than anything is for those that only share a part."""
    shared = (set(one) & set(other)) - _EMPTY
    if not shared:
        return _LIKE if len(one) > 1 else _LIKE_SINGLY
    rest, rest_of_other = (_without(phrase, shared | _EMPTY) for phrase in (one, other))
    if not (rest and rest_of_other):
        return _LIKE_CONTAINING
    return _LIKE_SHARING if likeness(rest, rest_of_other) >= _REST else math.inf


def _without(phrase: str, characters: set[str] | frozenset[str]) -> str:
    return "".join(character for character in phrase if character not in characters)


@cache
def _weights() -> _Weights:
    data = pkgutil.get_data(__package__, WEIGHTS)
    if data is None:
        raise FileNotFoundError(WEIGHTS)
    weights = json.loads(data)
    places = {piece: place for place, piece in enumerate(weights["pieces"].split(" "))}
    return _Weights(weights["dimensions"], places, base64.b64decode(weights["vectors"]))


@lru_cache(maxsize=4096)
def _vector(phrase: str) -> Vector:
    """Return where a phrase points, of unit length; all zeros for one of which no piece is known."""
    size, places, vectors = _weights()
    known = [places[piece] * size for piece in pieces(phrase) if piece in places]
    rows = [memoryview(vectors)[start : start + size].cast("b") for start in known]
    sums = [sum(column) for column in zip(*rows, strict=True)] or [0] * size
    length = math.hypot(*sums) or 1
    return tuple(part / length for part in sums)
