from __future__ import annotations

import json

import pytest
from urllib3 import PoolManager

from narrowcast.adapters.embedding.openai import BATCH, OpenAiEmbedder
from narrowcast.application.ports import UnavailableError
from tests.support.http_server import Script

KEY = "sk-very-secret"


@pytest.fixture
def embedder(server: Script, pool: PoolManager) -> OpenAiEmbedder:
    return OpenAiEmbedder(pool, f"{server.url}/v1/", "bge-m3", lambda: KEY, dimensions=2, instruction="查询：")


def _answer(*vectors: list[float]) -> bytes:
    data = [{"object": "embedding", "index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    return json.dumps({"object": "list", "data": data[::-1], "model": "bge-m3"}).encode()


def test_the_endpoint_gets_the_texts_and_the_vectors_come_in_their_order(
    embedder: OpenAiEmbedder, server: Script
) -> None:
    server.answer(200, _answer([1, 0], [0, 0.5]))
    assert embedder.passages(["高血压", "糖尿病"]) == [[1.0, 0.0], [0.0, 0.5]]
    (request,) = server.requests
    assert request.path == "/v1/embeddings"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(request.body) == {"model": "bge-m3", "input": ["高血压", "糖尿病"], "encoding_format": "float"}
    assert embedder.name == "openai/bge-m3 (2)"


def test_a_question_is_introduced_as_the_model_wants_it(embedder: OpenAiEmbedder, server: Script) -> None:
    server.answer(200, _answer([1, 0]))
    embedder.queries(["高血压"])
    assert json.loads(server.requests[0].body)["input"] == ["查询：高血压"]


def test_many_texts_are_many_calls(embedder: OpenAiEmbedder, server: Script) -> None:
    server.answer(200, _answer(*[[1.0, 0.0]] * BATCH))
    server.answer(200, _answer([0.0, 1.0]))
    assert embedder.passages(["药"] * (BATCH + 1))[-1] == [0.0, 1.0]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"data":[]}', b'{"data":[{"index":0}]}', _answer([1.0]), _answer([1, 0], [1, 0])]
)
def test_an_answer_without_the_vectors_is_unavailable(embedder: OpenAiEmbedder, server: Script, body: bytes) -> None:
    server.answer(200, body)
    with pytest.raises(UnavailableError):
        embedder.passages(["高血压"])


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_refusal_is_unavailable_and_tells_no_key(embedder: OpenAiEmbedder, server: Script, status: int) -> None:
    server.answer(status, b"{}")
    with pytest.raises(UnavailableError, match=str(status)) as fault:
        embedder.passages(["高血压"])
    assert KEY not in repr(fault.value)


def test_an_endpoint_that_hangs_up_is_unavailable(embedder: OpenAiEmbedder, server: Script) -> None:
    server.hang_up()
    with pytest.raises(UnavailableError):
        embedder.queries(["高血压"])
