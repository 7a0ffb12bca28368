"""Retrieval over a dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from narrowcast.application.ports import IndexedPiece


class MemoryContentIndex:
    """ContentIndex; a removed piece leaves its version behind, so that a late `put` does not bring it back."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, str], tuple[int, IndexedPiece | None]] = {}

    def put(self, piece: IndexedPiece, version: int) -> None:
        self._replace((piece.hospital, piece.content_id), version, piece)

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self._replace((hospital, content_id), version, None)

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        wanted = set(codes)
        pieces = (piece for _, piece in self._pieces.values() if piece and piece.hospital == hospital)
        return iter(sorted(piece.content_id for piece in pieces if wanted & set(piece.tags.codes)))

    def reset(self) -> None:
        self._pieces.clear()

    def _replace(self, place: tuple[str, str], version: int, piece: IndexedPiece | None) -> None:
        kept, _ = self._pieces.get(place, (version, None))
        if kept <= version:
            self._pieces[place] = (version, piece)
