"""A clock that stands until told, and ids in order: runs can be repeated to the byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


class FixedClock:
    """Clock that moves only by `advance`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


class SequentialIds:
    """IdSource that counts: sorts by time, and anybody can guess it, so only for rehearsals."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new_id(self) -> str:
        return f"id-{next(self._numbers):08d}"
