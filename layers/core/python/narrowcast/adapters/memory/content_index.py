"""Retrieval over a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from threading import Lock

from narrowcast.adapters.memory.lexical import Bm25
from narrowcast.adapters.memory.nearness import Nearness
from narrowcast.application.ports import Engine, Entry, Found, IndexedPiece, Scope, Vector
from narrowcast.domain.draft import FactRef
from narrowcast.domain.search.wording import Wording
from narrowcast.domain.shelves import Candidate, Place, Shelves, Standing
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Form, Literacy, Section

KeptPieces = dict[tuple[str, str], tuple[int, IndexedPiece | None]]


class MemoryContentIndex:
    """ContentIndex; a removed piece leaves its version behind, so that a late `put` does not bring it back."""

    def __init__(self) -> None:
        self._pieces: KeptPieces = {}
        self._beside: KeptPieces | None = None
        self._writing = Lock()
        self._writes = 0
        self._last: tuple[Scope, int, Shelf] | None = None
        self._laid_out: tuple[str, date, int, LaidOut] | None = None

    def put(self, piece: IndexedPiece, version: int) -> None:
        self._replace((piece.hospital, piece.content_id), version, piece)

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self._replace((hospital, content_id), version, None)

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        wanted = set(codes)
        pieces = (piece for _, piece in self._pieces.values() if piece and piece.hospital == hospital)
        return iter(sorted(piece.content_id for piece in pieces if wanted & set(piece.tags.codes)))

    def standing(
        self, hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]:
        shelves = self._laid(hospital, on).shelves
        return [shelves.standing(place, situation, limit) for place in places]

    def quizzes(self, hospital: str, codes: Sequence[str], facts: Sequence[FactRef], *, on: date) -> list[Candidate]:
        found = (each for each in self._laid(hospital, on).quizzes if set(facts) & set(each.piece.facts))
        return sorted(_about(found, codes), key=lambda each: each.piece.content_id)

    def simple(
        self, hospital: str, codes: Sequence[str], section: Section, facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]:
        plain = (each for each in self._laid(hospital, on).plain if each.section is section)
        found = (each for each in _about(plain, codes) if set(facts) <= set(each.piece.facts))
        return sorted(found, key=lambda each: (len(each.piece.facts), each.piece.content_id))

    def _laid(self, hospital: str, on: date) -> LaidOut:
        """Return the hospital's pieces made ready for guides; kept while nothing changes."""
        if self._laid_out is None or self._laid_out[:3] != (hospital, on, self._writes):
            kept = (piece for _, piece in tuple(self._pieces.values()) if piece and piece.hospital == hospital)
            valid = [piece.candidate for piece in kept if piece.valid_until >= on.isoformat()]
            self._laid_out = (hospital, on, self._writes, LaidOut(valid))
        return self._laid_out[3]

    def matching(self, scope: Scope, wording: Wording, limit: int) -> list[Found]:
        shelf = self._shelf(scope)
        return [Found(shelf.names[place], score) for place, score in shelf.words.best(wording, limit)]

    def nearest(self, scope: Scope, vector: Vector, limit: int) -> list[Found]:
        shelf = self._shelf(scope)
        return [Found(shelf.names[place], score) for place, score in shelf.vectors.best(vector, limit)]

    def engine(self) -> Engine:
        models = {piece.model for _, piece in self._pieces.values() if piece and piece.model}
        return Engine("memory", "1", ("pairs",), "exact" if models else "none", " ".join(sorted(models)))

    def _shelf(self, scope: Scope) -> Shelf:
        """Return what is in scope, made ready for searching; the last one is kept while nothing changes."""
        if self._last is None or self._last[:2] != (scope, self._writes):
            kept = (piece for _, piece in tuple(self._pieces.values()) if piece and in_scope(piece, scope))
            self._last = (scope, self._writes, Shelf(sorted(kept, key=lambda piece: piece.content_id)))
        return self._last[2]

    def entries(self) -> dict[str, Entry]:
        return _entries(self._pieces)

    def begin(self) -> MemoryPieceGeneration:
        self._beside = {}
        return MemoryPieceGeneration(self, self._beside)

    def _replace(self, place: tuple[str, str], version: int, piece: IndexedPiece | None) -> None:
        with self._writing:
            self._writes += 1
            for pieces in (self._pieces, self._beside):
                if pieces is not None:
                    _keep(pieces, place, version, piece)


class LaidOut:
    """Pieces made ready for guides."""

    def __init__(self, pieces: Sequence[Candidate]) -> None:
        for_guides = [each for each in pieces if each.form.for_guides]
        self.shelves = Shelves(for_guides)
        self.quizzes = [each for each in pieces if each.form is Form.QUIZ]
        self.plain = [each for each in for_guides if each.tags.literacy is Literacy.BASIC]


def _about(pieces: Iterable[Candidate], codes: Sequence[str]) -> Iterator[Candidate]:
    return (each for each in pieces if set(codes) & set(each.tags.codes))


class Shelf:
    """Pieces made ready for searching."""

    def __init__(self, pieces: Sequence[IndexedPiece]) -> None:
        self.names = [piece.content_id for piece in pieces]
        self.words = Bm25(f"{piece.title}\n{piece.text}" for piece in pieces)
        self.vectors = Nearness([piece.vectors for piece in pieces])


def in_scope(piece: IndexedPiece, scope: Scope) -> bool:
    """Whether a piece may be found."""
    return (
        piece.hospital == scope.hospital
        and piece.valid_until >= scope.on.isoformat()
        and scope.channel in piece.channels
        and piece.tags.audience in scope.audiences
        and piece.content_id not in scope.without
    )


class MemoryPieceGeneration:
    """PieceGeneration."""

    def __init__(self, index: MemoryContentIndex, pieces: KeptPieces) -> None:
        self._index = index
        self._own = pieces

    def put(self, piece: IndexedPiece, version: int) -> None:
        with self._index._writing:  # noqa: SLF001 - the index's own second half
            _keep(self._own, (piece.hospital, piece.content_id), version, piece)

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        with self._index._writing:  # noqa: SLF001
            _keep(self._own, (hospital, content_id), version, None)

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        return _entries(self._index._pieces), _entries(self._own)  # noqa: SLF001

    def swap(self) -> bool:
        if self._index._beside is not self._own:  # noqa: SLF001
            return False
        self._index._pieces, self._index._beside = self._own, None  # noqa: SLF001
        self._index._last = self._index._laid_out = None  # noqa: SLF001
        return True

    def drop_others(self) -> None:
        if self._index._beside is self._own:  # noqa: SLF001
            self._index._beside = None  # noqa: SLF001


def _keep(pieces: KeptPieces, place: tuple[str, str], version: int, piece: IndexedPiece | None) -> None:
    if pieces.get(place, (version, None))[0] <= version:
        pieces[place] = (version, piece)


def _entries(pieces: KeptPieces) -> dict[str, Entry]:
    return {
        " ".join(place): Entry(version, sha256(repr(piece).encode()).hexdigest())
        for place, (version, piece) in tuple(pieces.items())
    }
