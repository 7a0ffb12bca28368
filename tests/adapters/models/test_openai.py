from __future__ import annotations

import json
import logging
from itertools import count

import pytest
from urllib3 import PoolManager

from narrowcast.adapters.models import openai
from narrowcast.adapters.models.drafter import ModelDrafter
from narrowcast.adapters.models.openai import OpenAiModel
from narrowcast.adapters.models.prompt import SCHEMA, SYSTEM, user_message
from narrowcast.application.ports import DrafterError, UnavailableError
from tests.support.briefs import BRIEF, DRAFT, UNUSABLE, recorded
from tests.support.http_server import Script
from tests.support.model_answers import completion

KEY = "sk-very-secret"


@pytest.fixture
def drafter(server: Script, pool: PoolManager) -> ModelDrafter:
    return ModelDrafter(OpenAiModel(pool, f"{server.url}/v1/", "qwen-max", lambda: KEY, seconds=5))


def test_the_endpoint_gets_facts_instructions_and_the_shape(drafter: ModelDrafter, server: Script) -> None:
    server.answer(200, completion(recorded("good.json")))
    assert drafter.draft(BRIEF) == DRAFT
    (request,) = server.requests
    asked = json.loads(request.body)
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert asked["model"] == "qwen-max"
    assert asked["messages"] == [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": user_message(BRIEF)},
    ]
    assert asked["response_format"]["json_schema"] == {"name": "draft", "strict": True, "schema": SCHEMA}
    assert drafter.name == "openai/qwen-max"


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_answer_is_refused(drafter: ModelDrafter, server: Script, name: str) -> None:
    server.answer(200, completion(recorded(name)))
    with pytest.raises(DrafterError):
        drafter.draft(BRIEF)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>bad gateway</html>",
        b"[]",
        b"null",
        b'{"choices":[]}',
        b'{"choices":[{"finish_reason":"stop","message":{}}]}',
        b'{"choices":[{"finish_reason":"stop","message":"text"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
        completion(None),
        completion(recorded("good.json"), finish="length"),
        completion(recorded("good.json"), finish="content_filter"),
        completion(" " * 2_000_000 + recorded("good.json")),
    ],
)
def test_what_is_no_finished_completion_is_refused(drafter: ModelDrafter, server: Script, body: bytes) -> None:
    server.answer(200, body)
    with pytest.raises(DrafterError):
        drafter.draft(BRIEF)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_endpoint_that_is_busy_is_unavailable_and_asked_once(
    drafter: ModelDrafter, server: Script, status: int
) -> None:
    server.answer(status, b"busy")
    with pytest.raises(UnavailableError, match=f"HTTP {status}"):
        drafter.draft(BRIEF)
    assert len(server.requests) == 1


def test_an_endpoint_that_hangs_up_is_unavailable(drafter: ModelDrafter, server: Script) -> None:
    server.hang_up()
    with pytest.raises(UnavailableError):
        drafter.draft(BRIEF)


def test_an_endpoint_whose_answer_drips_in_for_ever_is_unavailable(
    drafter: ModelDrafter, server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer(200, b" " * 1_000_000)
    minutes = count(step=60)
    monkeypatch.setattr(openai, "monotonic", lambda: next(minutes))
    with pytest.raises(UnavailableError, match="too slow"):
        drafter.draft(BRIEF)


def test_an_endpoint_that_redirects_does_not_get_the_key_elsewhere(drafter: ModelDrafter, server: Script) -> None:
    server.answer(302, b"", Location=f"{server.url}/elsewhere")
    with pytest.raises(DrafterError, match="HTTP 302"):
        drafter.draft(BRIEF)
    assert [request.path for request in server.requests] == ["/v1/chat/completions"]


def test_no_fault_tells_the_key(drafter: ModelDrafter, server: Script, caplog: pytest.LogCaptureFixture) -> None:
    server.answer(401, f"bad key {KEY}".encode())
    with caplog.at_level(logging.DEBUG), pytest.raises(DrafterError) as fault:
        drafter.draft(BRIEF)
    assert KEY not in f"{fault.value!r} {caplog.text}"
