"""Vectors from a model on Bedrock: Amazon Titan Text Embeddings V2 or Cohere Embed, each with a body of its own.

InvokeModel, for Converse embeds nothing. Cohere is told which texts are questions; Titan makes no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable

COHERE_BATCH = 96
"""Texts that Cohere takes at once."""


class BedrockEmbedder:
    """Embedder on Bedrock: boto3's `bedrock-runtime` client, a model id of `amazon.titan-embed-…` or `cohere.embed-…`.

    `dimensions`: Titan V2 gives 256, 512 or 1024; Cohere's embed-multilingual-v3 always 1024.
    """

    def __init__(self, client: Any, model: str, *, dimensions: int = 1024) -> None:
        self._client = client
        self._model = model
        self.dimensions = dimensions

    @property
    def name(self) -> str:
        """Adapter, model and length: vectors of two lengths are vectors of two models."""
        return f"bedrock/{self._model} ({self.dimensions})"

    def queries(self, texts: Sequence[str]) -> list[list[float]]:
        return list(self._vectors(texts, "search_query"))

    def passages(self, texts: Sequence[str]) -> list[list[float]]:
        return list(self._vectors(texts, "search_document"))

    def _vectors(self, texts: Sequence[str], use: str) -> Iterator[list[float]]:
        if "cohere." not in self._model:
            yield from (self._titan(text) for text in texts)
            return
        for start in range(0, len(texts), COHERE_BATCH):
            asked = {"texts": list(texts[start : start + COHERE_BATCH]), "input_type": use, "truncate": "END"}
            yield from self._invoke(asked)["embeddings"]

    def _titan(self, text: str) -> list[float]:
        asked = {"inputText": text, "dimensions": self.dimensions, "normalize": True}
        vector: list[float] = self._invoke(asked)["embedding"]
        return vector

    def _invoke(self, asked: Mapping[str, object]) -> Any:
        with passing_faults_are_unavailable("bedrock"):
            answer = self._client.invoke_model(
                modelId=self._model,
                body=json.dumps(asked, ensure_ascii=False),
                contentType="application/json",
                accept="application/json",
            )
            return json.loads(answer["body"].read())
