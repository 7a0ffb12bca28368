"""Ranking by words in memory: BM25 over pairs of neighbouring characters, as the `cjk` analyzer makes them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from math import log

from narrowcast.domain.search.wording import Wording

K1, B = 0.4, 0.6
NAME_WEIGHT = 0.15
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


def tokens(text: str) -> Iterator[str]:
    """Yield words in Latin letters and pairs of Chinese characters; a character that stands alone is a token."""
    for run in _RUN.findall(text.lower()):
        if run[0].isascii() or len(run) == 1:
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))


class Bm25:
    """The texts of one state of a library, by place."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._lengths: list[int] = []
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, text in enumerate(texts):
            counted = Counter(tokens(text))
            self._lengths.append(sum(counted.values()))
            for token, count in counted.items():
                self._postings[token].append((place, count))
        self._average = sum(self._lengths) / len(self._lengths) if self._lengths else 1

    def best(self, wording: Wording, limit: int) -> list[tuple[int, float]]:
        """Return the places of the texts that share a token with the question or a name in it, best first."""
        scores: dict[int, float] = defaultdict(float)
        for token, weight in _weights(wording).items():
            for place, score in self._scored(token):
                scores[place] += weight * score
        return nsmallest(limit, scores.items(), key=lambda each: (-each[1], each[0]))

    def _scored(self, token: str) -> Iterator[tuple[int, float]]:
        postings: Sequence[tuple[int, int]] = self._postings.get(token, ())
        rarity = log(1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5))
        for place, count in postings:
            longer = self._lengths[place] / (self._average or 1)
            yield place, rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * longer))


def _weights(wording: Wording) -> Mapping[str, float]:
    weights: Counter[str] = Counter()
    for token in tokens(wording.text):
        weights[token] += 1
    found: dict[str, float] = dict(weights)
    for token in {token for group in wording.names for name in group for token in tokens(name)}:
        found.setdefault(token, NAME_WEIGHT)
    return found
