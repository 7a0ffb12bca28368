"""What a ranking is worth: recall, reciprocal rank, discounted gain, and how long it took."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import ceil, log2


def figures(rankings: Mapping[str, Sequence[str]], judged: Mapping[str, Collection[str]]) -> dict[str, float]:
    """Return R@1, R@10, MRR@10, nDCG@10 and R@100, each the mean over the judged queries."""
    pairs = [(rankings[query], wanted) for query, wanted in judged.items()]
    return {
        "R@1": _mean(_recall(ranking, wanted, 1) for ranking, wanted in pairs),
        "R@10": _mean(_recall(ranking, wanted, 10) for ranking, wanted in pairs),
        "MRR@10": _mean(_reciprocal_rank(ranking, wanted) for ranking, wanted in pairs),
        "nDCG@10": _mean(_gain(ranking, wanted) for ranking, wanted in pairs),
        "R@100": _mean(_recall(ranking, wanted, 100) for ranking, wanted in pairs),
    }


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the value that `percent` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def _recall(ranking: Sequence[str], wanted: Collection[str], depth: int) -> float:
    return sum(name in wanted for name in ranking[:depth]) / len(wanted)


def _reciprocal_rank(ranking: Sequence[str], wanted: Collection[str]) -> float:
    return next((1 / rank for rank, name in enumerate(ranking[:10], start=1) if name in wanted), 0)


def _gain(ranking: Sequence[str], wanted: Collection[str]) -> float:
    gained = sum(1 / log2(rank + 1) for rank, name in enumerate(ranking[:10], start=1) if name in wanted)
    return gained / sum(1 / log2(rank + 1) for rank in range(1, min(len(wanted), 10) + 1))


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every)
