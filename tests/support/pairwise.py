"""Pairwise covering arrays: few rows in which every two values of any two attributes meet at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any

Row = dict[str, Any]


def rows(attributes: Mapping[str, Sequence[Any]], *, seed: int = 1) -> list[Row]:
    """Return rows that cover all pairs: each is the best of 30 drawn around a pair that is not covered yet."""
    chance = Random(seed)  # noqa: S311 - a test's
    open_pairs = _all_pairs(attributes)
    found: list[Row] = []
    while open_pairs:
        (one, i), (other, j) = min(open_pairs)
        fixed = {one: i, other: j}
        drawn = [_drawn(attributes, fixed, chance) for _ in range(30)]
        best = max(drawn, key=lambda row: len(open_pairs & _pairs_of(row)))
        open_pairs -= _pairs_of(best)
        found.append({name: attributes[name][place] for name, place in best.items()})
    return found


def missing(attributes: Mapping[str, Sequence[Any]], covered: Sequence[Row]) -> int:
    """Return how many pairs no row covers."""
    places = [{name: list(attributes[name]).index(row[name]) for name in attributes} for row in covered]
    return len(_all_pairs(attributes) - {pair for row in places for pair in _pairs_of(row)})


Pair = tuple[tuple[str, int], tuple[str, int]]


def _all_pairs(attributes: Mapping[str, Sequence[Any]]) -> set[Pair]:
    names = sorted(attributes)
    return {
        ((one, i), (other, j))
        for one, other in combinations(names, 2)
        for i in range(len(attributes[one]))
        for j in range(len(attributes[other]))
    }


def _drawn(attributes: Mapping[str, Sequence[Any]], fixed: Mapping[str, int], chance: Random) -> dict[str, int]:
    return {name: fixed.get(name, chance.randrange(len(values))) for name, values in sorted(attributes.items())}


def _pairs_of(row: Mapping[str, int]) -> set[Pair]:
    return set(combinations(sorted(row.items()), 2))
