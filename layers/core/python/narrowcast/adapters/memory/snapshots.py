"""Snapshots in a dictionary."""

from __future__ import annotations

from collections.abc import Iterator

from narrowcast.application.ports import Snapshot


class MemorySnapshots:
    """Snapshots by stream."""

    def __init__(self) -> None:
        self._snapshots: dict[str, Snapshot] = {}

    def keep(self, snapshot: Snapshot) -> None:
        kept = self._snapshots.get(snapshot.stream)
        if kept is None or kept.version < snapshot.version:
            self._snapshots[snapshot.stream] = snapshot

    def find(self, stream: str) -> Snapshot | None:
        return self._snapshots.get(stream)

    def drop(self, stream: str) -> None:
        self._snapshots.pop(stream, None)

    def scan(self) -> Iterator[Snapshot]:
        return iter(tuple(self._snapshots.values()))
