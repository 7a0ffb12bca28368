"""What need not be done twice: a stream within one answer, a proof of the same bytes within a process.

No fold outlives its answer: a piece is read as a whole and verified again at every read, whatever was altered beneath.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from narrowcast.application.folding import Loaded, fold
from narrowcast.application.ports import EventLog
from narrowcast.application.streams import Aggregate

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
S = TypeVar("S")


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


class FoldsOfOneReading:
    """Reads each stream once, for as long as one answer is worked out. Not for whoever writes."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._loaded: dict[str, Loaded[Any]] = {}

    def load(self, log: EventLog, aggregate: Aggregate[S], stream: str) -> Loaded[S]:
        """Fold the stream as the log had it when it was first asked for. CorruptCommitError."""
        if stream not in self._loaded:
            self._loaded[stream] = fold(aggregate, stream, log.read(stream))
        return self._loaded[stream]
