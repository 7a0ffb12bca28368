"""One ranking out of several: how far above the rest each way of searching puts a piece, and how far it is believed.

Scores of two ways have nothing in common but their order and their gaps. A gap is measured in the spread of the way's
own scores; so neither the scale of an engine's scores nor their origin changes the ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import pstdev

Scored = tuple[str, float]
"""A piece's name and its score by one way."""


@dataclass(frozen=True, slots=True)
class Way:
    """What one way of searching named, best first, and its weight.

    `unnamed`: the score of a piece that it did not name; without one, that of the last which it named.
    """

    scored: Sequence[Scored]
    weight: float
    unnamed: float | None = None


@dataclass(frozen=True, slots=True)
class Fused:
    """A piece in the joint ranking, with its rank (from 1) in each of those that name it."""

    name: str
    score: float
    ranks: Mapping[str, int]


def fuse(ways: Mapping[str, Way]) -> list[Fused]:
    """Return everything that was named, best first; equals in order of name. A way of weight 0 does not count."""
    ranks = {way: _ranks(each.scored) for way, each in ways.items()}
    gaps = {way: _gaps(each) for way, each in ways.items()}
    fused = [_fused(name, ranks, gaps) for name in _all(ranks.values())]
    return sorted(fused, key=lambda each: (-each.score, each.name))


def _fused(name: str, ranks: Mapping[str, Mapping[str, int]], gaps: Mapping[str, Mapping[str, float]]) -> Fused:
    own = {way: held[name] for way, held in ranks.items() if name in held}
    return Fused(name, sum(held.get(name, 0.0) for held in gaps.values()), own)


def _ranks(scored: Sequence[Scored]) -> dict[str, int]:
    return {name: rank for rank, (name, _) in reversed(list(enumerate(scored, start=1)))}


def _gaps(way: Way) -> dict[str, float]:
    """Return how far each named piece is above the unnamed, in spreads of the scores, times the weight."""
    scores = [score for _, score in way.scored] + ([] if way.unnamed is None else [way.unnamed])
    spread = pstdev(scores) if scores else 0.0
    if not spread:
        return {}
    return {name: way.weight * (score - scores[-1]) / spread for name, score in reversed(way.scored)}


def _all(named: Iterable[Mapping[str, int]]) -> set[str]:
    return {name for names in named for name in names}
