"""The nearest of many vectors, each compared: with numpy where it is installed, else number by number."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

from narrowcast.application.ports import Vector
from narrowcast.domain.search.vectors import cosine

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]  # the extra `embedding` brings it


class Nearness:
    """The vectors of pieces, by the piece's place."""

    def __init__(self, vectors: Sequence[Sequence[Vector]]) -> None:
        self._flat = [(place, vector) for place, own in enumerate(vectors) for vector in own]
        self._directions = _directions([vector for _, vector in self._flat]) if np and self._flat else None

    def best(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Return the places of the pieces with the nearest vectors, best first, by their nearest one."""
        best: dict[int, float] = {}
        for (place, _), score in zip(self._flat, self._cosines(vector), strict=True):
            best[place] = max(score, best.get(place, -1.0))
        return nsmallest(limit, best.items(), key=lambda each: (-each[1], each[0]))

    def _cosines(self, vector: Vector) -> Sequence[float]:
        if self._directions is None or self._directions.shape[1] != len(vector):
            return [cosine(vector, each) for _, each in self._flat]
        cosines: list[float] = (self._directions @ _directions([vector])[0]).tolist()
        return cosines


def _directions(vectors: Sequence[Vector]) -> Any:
    """Return the vectors at length 1, as rows; one without a direction stays zeros."""
    rows = np.array(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)
