"""Passages' vectors kept in a file, for what is embedded again and again: a benchmark's corpus.

One file for each model: records of the SHA-256 of a text and its vector in 8-bit whole numbers, appended as they come,
so that a run that was broken off goes on where it was.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from narrowcast.application.ports import Embedder, Vector
from narrowcast.domain.search.vectors import whole

KEY = 32
AT_ONCE = 64
PROCESSES = 2


class KeptVectors:
    """Vectors of passages by text, in a folder."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the model's file; a record that was cut short is dropped."""
        self._embedder = embedder
        self._layout = struct.Struct(f"{embedder.dimensions}b")
        self._file = folder / f"{hashlib.sha256(embedder.name.encode()).hexdigest()[:16]}.vectors"
        folder.mkdir(parents=True, exist_ok=True)
        self._known = dict(self._read())

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that have no vector yet, each once."""
        return [text for text in dict.fromkeys(texts) if _key(text) not in self._known]

    def add(self, texts: Sequence[str], told: Callable[[int], object], processes: int = PROCESSES) -> None:
        """Embed the texts and keep their vectors; `told` hears how many are done."""
        parts = [list(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]
        with self._file.open("ab") as file:
            for number, (part, vectors) in enumerate(self._embedded(parts, processes), start=1):
                for text, vector in zip(part, vectors, strict=True):
                    packed = self._layout.pack(*vector)
                    file.write(_key(text) + packed)
                    self._known[_key(text)] = packed
                file.flush()
                told(min(number * AT_ONCE, len(texts)))

    def of(self, text: str) -> Vector:
        """Return a text's vector; KeyError if it was not added."""
        return self._layout.unpack(self._known[_key(text)])

    def _embedded(self, parts: list[list[str]], processes: int) -> Iterator[tuple[list[str], list[Vector]]]:
        if processes < 2 or len(parts) < 2:  # noqa: PLR2004 - a second process is for a second part
            yield from ((part, _vectors(self._embedder, part)) for part in parts)
            return
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
            yield from zip(parts, pool.map(_vectors, [self._embedder] * len(parts), parts), strict=True)

    def _read(self) -> Iterator[tuple[bytes, bytes]]:
        if not self._file.exists():
            return
        size, held = KEY + self._layout.size, self._file.read_bytes()
        entire = len(held) - len(held) % size
        if entire < len(held):
            self._file.write_bytes(held[:entire])
        for start in range(0, entire, size):
            yield held[start : start + KEY], held[start + KEY : start + size]


def _vectors(embedder: Embedder, texts: Sequence[str]) -> list[Vector]:
    return [whole(vector) for vector in embedder.passages(texts)]


def _key(text: str) -> bytes:
    return hashlib.sha256(f"p|{text}".encode()).digest()
