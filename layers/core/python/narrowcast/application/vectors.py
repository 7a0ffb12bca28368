"""The index with vectors: each piece that is put into it brings those of its passages.

Only pieces that are open are turned into vectors, when they are published or rebuilt: no other event waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from narrowcast.application.ports import (
    ContentIndex,
    Embedder,
    Engine,
    Entry,
    Found,
    IndexedPiece,
    PieceGeneration,
    Scope,
    Vector,
)
from narrowcast.domain.draft import FactRef
from narrowcast.domain.search.passages import passages
from narrowcast.domain.search.vectors import whole
from narrowcast.domain.search.wording import Wording
from narrowcast.domain.shelves import Candidate, Place, Standing
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Section


def with_vectors(piece: IndexedPiece, embedder: Embedder) -> IndexedPiece:
    """Return the piece with a vector for each of its passages."""
    vectors = embedder.passages(passages(piece.title, piece.text))
    return replace(piece, model=embedder.name, vectors=tuple(map(whole, vectors)))


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """ContentIndex that gives every piece its vectors before it goes into the one behind."""

    index: ContentIndex
    embedder: Embedder

    def put(self, piece: IndexedPiece, version: int) -> None:
        self.index.put(with_vectors(piece, self.embedder), version)

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self.index.remove(hospital, content_id, version)

    def begin(self) -> PieceGeneration:
        return VectorGeneration(self.index.begin(), self.embedder)

    def entries(self) -> dict[str, Entry]:
        return self.index.entries()

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        return self.index.candidates(hospital, codes)

    def standing(
        self, hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]:
        return self.index.standing(hospital, places, situation, on=on, limit=limit)

    def quizzes(self, hospital: str, codes: Sequence[str], facts: Sequence[FactRef], *, on: date) -> list[Candidate]:
        return self.index.quizzes(hospital, codes, facts, on=on)

    def simple(
        self, hospital: str, codes: Sequence[str], section: Section, facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]:
        return self.index.simple(hospital, codes, section, facts, on=on)

    def matching(self, scope: Scope, wording: Wording, limit: int) -> list[Found]:
        return self.index.matching(scope, wording, limit)

    def nearest(self, scope: Scope, vector: Vector, limit: int) -> list[Found]:
        return self.index.nearest(scope, vector, limit)

    def engine(self) -> Engine:
        return self.index.engine()


@dataclass(frozen=True, slots=True)
class VectorGeneration:
    """PieceGeneration of an index with vectors."""

    generation: PieceGeneration
    embedder: Embedder

    def put(self, piece: IndexedPiece, version: int) -> None:
        self.generation.put(with_vectors(piece, self.embedder), version)

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self.generation.remove(hospital, content_id, version)

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        return self.generation.entries()

    def swap(self) -> bool:
        return self.generation.swap()

    def drop_others(self) -> None:
        self.generation.drop_others()
