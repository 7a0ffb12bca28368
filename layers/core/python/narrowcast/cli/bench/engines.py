"""The engine that a benchmark runs on: one that is named, a real node started for it, or none but this process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.opensearch.client import open_search
from narrowcast.adapters.opensearch.content_index import OpenSearchContentIndex
from narrowcast.adapters.opensearch.loading import load, unload
from narrowcast.application.ports import ContentIndex, Embedder, IndexedPiece

SECONDS = 120
NODE = [sys.executable, "-m", "infra.local.opensearch_node"]


@dataclass(frozen=True, slots=True)
class Bench:
    """An index that is filled, and why it is not on a real engine, if it is not."""

    index: ContentIndex
    why: str = ""


@contextmanager
def filled(url: str, pieces: Iterable[IndexedPiece], embedder: Embedder | None) -> Iterator[Bench]:
    """Put the pieces into an engine, and out of it when the block ends."""
    with _node(url) as (found, why):
        if not found:
            yield Bench(_remembered(pieces), why)
            return
        client = open_search(found, seconds=SECONDS)
        model, dimensions = (embedder.name, embedder.dimensions) if embedder else ("", 0)
        index = OpenSearchContentIndex(client, f"bench-{uuid.uuid4().hex}", model=model, dimensions=dimensions)
        try:
            load(client, index, pieces)
            yield Bench(index)
        finally:
            unload(client, index)


def _remembered(pieces: Iterable[IndexedPiece]) -> MemoryContentIndex:
    index = MemoryContentIndex()
    for piece in pieces:
        index.put(piece, 1)
    return index


@contextmanager
def _node(url: str) -> Iterator[tuple[str, str]]:
    """Yield the URL of the named node or of one started here; without one, an empty one and the reason."""
    if url:
        yield url, ""
        return
    place = tempfile.mkdtemp(prefix="narrowcast-bench-")
    try:
        yield _started(place)
    finally:
        subprocess.run([*NODE, "down", "--place", place], check=False)  # noqa: S603 - our own module


def _started(place: str) -> tuple[str, str]:
    command = [*NODE, "up", "--port", "0", "--place", place]
    started = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if started.returncode:
        return "", (started.stderr.strip().splitlines() or ["no node can be started"])[-1]
    return started.stdout.strip(), ""
