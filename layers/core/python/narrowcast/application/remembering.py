"""What a warm process need not fold twice: streams that it knows.

Nothing here is believed without the log: a stream is read anew at every load, from the last commit that was folded on,
and counts as the same only if that commit still stands there with the same hash. So whatever was appended since, a
recall above all, is seen at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from narrowcast.application.folding import Loaded, fold
from narrowcast.application.ports import EventLog
from narrowcast.application.streams import Aggregate
from narrowcast.contracts.commit import Commit

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
S = TypeVar("S")
STREAMS = 1_000
"""Streams whose fold a process keeps: a signed piece takes some 10 KB."""


class Folds(Protocol):
    """How a stream without snapshots is folded."""

    def load(self, log: EventLog, aggregate: Aggregate[S], stream: str) -> Loaded[S]:
        """Fold the stream as the log has it now. CorruptCommitError."""


class Lately(Generic[K, V]):
    """A mapping that keeps what was used last."""

    def __init__(self, most: int) -> None:
        """Keep at most so many entries."""
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._changing = Lock()

    def get(self, key: K) -> V | None:
        """Return what is kept."""
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: K, value: V) -> None:
        """Keep a value; what was used longest ago makes room."""
        with self._changing:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


class KeptFolds:
    """Folds that live as long as the process: a known stream is folded from its last known commit on."""

    def __init__(self, most: int = STREAMS) -> None:
        """Keep the folds of at most so many streams."""
        self._known: Lately[str, Loaded[Any]] = Lately(most)

    def load(self, log: EventLog, aggregate: Aggregate[S], stream: str) -> Loaded[S]:
        known: Loaded[S] | None = self._known.get(stream)
        loaded = _folded_on(log, aggregate, known) if known else None
        loaded = loaded or fold(aggregate, stream, log.read(stream))
        if loaded.version:
            self._known.keep(stream, loaded)
        return loaded


def _folded_on(log: EventLog, aggregate: Aggregate[S], known: Loaded[S]) -> Loaded[S] | None:
    """Fold what follows; None unless the log still has the commit up to which the stream is known."""
    commits: Iterator[Commit] = iter(log.read(known.stream, after=known.version - 1))
    last = next(commits, None)
    stands = last is not None and (last.version, last.hash) == (known.version, known.head) and last.intact
    return fold(aggregate, known.stream, commits, known) if stands else None


class FoldsOfOneReading:
    """Reads each stream once, for as long as one answer is worked out. Not for whoever writes."""

    def __init__(self, folds: Folds | None) -> None:
        """Take how a stream is folded the first time."""
        self._folds = folds
        self._loaded: dict[str, Loaded[Any]] = {}

    def load(self, log: EventLog, aggregate: Aggregate[S], stream: str) -> Loaded[S]:
        if stream not in self._loaded:
            self._loaded[stream] = (
                self._folds.load(log, aggregate, stream) if self._folds else fold(aggregate, stream, log.read(stream))
            )
        return self._loaded[stream]
