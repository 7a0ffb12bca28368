"""The machine's own clock and randomness."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

_RANDOM_BITS = 128


class SystemClock:
    """Clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    """IdSource: 12 hex digits of milliseconds since 1970, a hyphen, 128 random bits in hex.

    Sorts by time like a UUIDv7, whose 62 to 74 random bits would be few for an id that must not be guessed.
    """

    def new_id(self) -> str:
        milliseconds = time.time_ns() // 1_000_000
        return f"{milliseconds:012x}-{secrets.token_hex(_RANDOM_BITS // 8)}"
