"""Waits for what another process does: as short as it takes, and an error when it takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], *, patience: float = 30.0) -> None:
    """Return as soon as the condition holds; TimeoutError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {patience} s")
        time.sleep(0.05)
