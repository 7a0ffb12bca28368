"""What was parked, in a dictionary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from narrowcast.application.ports import ParkedRecord


class MemoryParkingLot:
    """ParkingLot."""

    def __init__(self) -> None:
        self._parked: dict[str, ParkedRecord] = {}
        self._failures: Counter[str] = Counter()

    def count_failure(self, record_id: str) -> int:
        self._failures[record_id] += 1
        return self._failures[record_id]

    def park(self, record: ParkedRecord) -> None:
        self._parked[record.id] = record

    def list(self) -> Iterator[ParkedRecord]:
        return iter([self._parked[name] for name in sorted(self._parked)])

    def remove(self, record_id: str) -> None:
        self._parked.pop(record_id, None)
