from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from narrowcast.adapters.embedding.bedrock import COHERE_BATCH, BedrockEmbedder
from narrowcast.application.ports import UnavailableError
from tests.support.offline import offline_client

TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("bedrock-runtime")


@pytest.fixture
def model(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def _expect(model: Stubber, name: str, asked: object, answered: object) -> None:
    body = json.dumps(answered).encode()
    model.add_response(
        "invoke_model",
        {"body": StreamingBody(BytesIO(body), len(body)), "contentType": "application/json"},
        {
            "modelId": name,
            "body": json.dumps(asked, ensure_ascii=False),
            "contentType": "application/json",
            "accept": "application/json",
        },
    )


def test_titan_takes_one_text_at_a_time(client: Any, model: Stubber) -> None:
    for text, vector in (("高血压", [1.0, 0.0]), ("糖尿病", [0.0, 1.0])):
        asked = {"inputText": text, "dimensions": 256, "normalize": True}
        _expect(model, TITAN, asked, {"embedding": vector, "inputTextTokenCount": 3})
    embedder = BedrockEmbedder(client, TITAN, dimensions=256)
    assert embedder.passages(["高血压", "糖尿病"]) == [[1.0, 0.0], [0.0, 1.0]]
    assert embedder.name == f"bedrock/{TITAN} (256)"


def test_cohere_is_told_which_text_is_a_question(client: Any, model: Stubber) -> None:
    for use, text in (("search_query", "怎么吃"), ("search_document", "随餐")):
        asked = {"texts": [text], "input_type": use, "truncate": "END"}
        _expect(model, COHERE, asked, {"embeddings": [[0.5, 0.5]], "id": "x", "response_type": "embeddings_floats"})
    embedder = BedrockEmbedder(client, COHERE)
    assert embedder.queries(["怎么吃"]) == embedder.passages(["随餐"]) == [[0.5, 0.5]]


def test_cohere_takes_so_many_at_once(client: Any, model: Stubber) -> None:
    for size in (COHERE_BATCH, 2):
        asked = {"texts": ["药"] * size, "input_type": "search_document", "truncate": "END"}
        _expect(model, COHERE, asked, {"embeddings": [[1.0]] * size})
    assert len(BedrockEmbedder(client, COHERE).passages(["药"] * (COHERE_BATCH + 2))) == COHERE_BATCH + 2


def test_a_throttled_call_is_unavailable(client: Any, model: Stubber) -> None:
    model.add_client_error("invoke_model", "ThrottlingException")
    with pytest.raises(UnavailableError):
        BedrockEmbedder(client, TITAN).queries(["怎么吃"])
