"""Schedules that only remember, until a test lets their moment come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime


class MemorySchedules:
    """Schedules. `pending` holds, by name, what starts when; `due` takes out what has come."""

    def __init__(self) -> None:
        self.pending: dict[str, tuple[datetime, str, Mapping[str, object]]] = {}

    def start_at(self, moment: datetime, process: str, name: str, data: Mapping[str, object]) -> None:
        self.pending.setdefault(name, (moment, process, data))

    def cancel(self, name: str) -> None:
        self.pending.pop(name, None)

    def due(self, now: datetime) -> Iterator[tuple[str, str, Mapping[str, object]]]:
        """Yield name, process and input of each schedule whose moment has come; it is then gone."""
        for name in sorted(name for name, (moment, _, _) in self.pending.items() if moment <= now):
            _, process, data = self.pending.pop(name)
            yield name, process, data
