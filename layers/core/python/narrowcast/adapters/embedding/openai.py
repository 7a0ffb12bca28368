"""Vectors from any endpoint of OpenAI's embeddings: a private BGE, GTE or Qwen."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from narrowcast.application.ports import UnavailableError

BATCH = 16
"""Texts in one call."""
_OK = 200


class OpenAiEmbedder:
    """Embedder behind `<base_url>/embeddings`. `key` is asked for at each call: a rotated key holds at once.

    Some models want a few words before a question: `instruction`.
    """

    def __init__(
        self,
        pool: PoolManager,
        base_url: str,
        model: str,
        key: Callable[[], str],
        *,
        dimensions: int,
        seconds: float = 10,
        instruction: str = "",
    ) -> None:
        self._pool = pool
        self._url = f"{base_url.rstrip('/')}/embeddings"
        self._model = model
        self._key = key
        self._timeout = Timeout(connect=5, read=seconds)
        self._instruction = instruction
        self.dimensions = dimensions

    @property
    def name(self) -> str:
        """Adapter, model and length."""
        return f"openai/{self._model} ({self.dimensions})"

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        return self.passages([f"{self._instruction}{text}" for text in texts])

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        starts = range(0, len(texts), BATCH)
        return [vector for start in starts for vector in self._embed(list(texts[start : start + BATCH]))]

    def _embed(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors in the texts' order, whatever order they came in. UnavailableError."""
        asked = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            given = sorted(json.loads(self._post(json.dumps(asked, ensure_ascii=False).encode()))["data"], key=_place)
            vectors = [list(map(float, each["embedding"])) for each in given]
        except (ValueError, LookupError, TypeError):
            raise UnavailableError("embeddings endpoint: no vectors in the answer") from None
        if [len(vector) for vector in vectors] != [self.dimensions] * len(texts):
            raise UnavailableError("embeddings endpoint: not the vectors that were asked for")
        return vectors

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {self._key()}"}
        try:
            answer = self._pool.request(
                "POST", self._url, body=body, headers=headers, timeout=self._timeout, retries=False
            )
        except HTTPError as fault:
            raise UnavailableError(f"embeddings endpoint: {type(fault).__name__}") from None
        if answer.status != _OK:
            raise UnavailableError(f"embeddings endpoint: HTTP {answer.status}")
        return answer.data


def _place(given: Any) -> int:
    place: int = given["index"]
    return place
