"""One ranking out of several: reciprocal ranks, weighted by how far each way of searching is to be believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fused:
    """A piece in the joint ranking, with its rank (from 1) in each of those that name it."""

    name: str
    score: float
    ranks: Mapping[str, int]


def fuse(rankings: Mapping[str, Sequence[str]], weights: Mapping[str, float], constant: float) -> list[Fused]:
    """Return everything that was ranked, best first; equals in order of name. A way without a weight does not count.

    A rank r of a way adds weight / (constant + r): a small constant believes the first ranks, a large one agreement.
    """
    ranks = {
        way: {name: rank for rank, name in reversed(list(enumerate(names, start=1)))} for way, names in rankings.items()
    }
    fused = [_fused(name, ranks, weights, constant) for name in _all(rankings.values())]
    return sorted(fused, key=lambda each: (-each.score, each.name))


def _fused(name: str, ranks: Mapping[str, Mapping[str, int]], weights: Mapping[str, float], constant: float) -> Fused:
    own = {way: held[name] for way, held in ranks.items() if name in held}
    return Fused(name, sum(weights.get(way, 0) / (constant + rank) for way, rank in own.items()), own)


def _all(rankings: Iterable[Sequence[str]]) -> set[str]:
    return {name for names in rankings for name in names}
