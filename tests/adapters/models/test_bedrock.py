from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from narrowcast.adapters.models.bedrock import BedrockModel
from narrowcast.adapters.models.drafter import ModelDrafter
from narrowcast.adapters.models.prompt import SCHEMA, SYSTEM, user_message
from narrowcast.application.ports import DrafterError, UnavailableError
from tests.support.briefs import BRIEF, DRAFT, recorded
from tests.support.model_answers import converse, tool_use
from tests.support.offline import offline_client

GOOD = json.loads(recorded("good.json"))


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("bedrock-runtime")


@pytest.fixture
def model(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_the_model_gets_facts_and_instructions_and_must_use_the_tool(client: Any, model: Stubber) -> None:
    asked = {
        "modelId": "some.model-v1:0",
        "system": [{"text": SYSTEM}],
        "messages": [{"role": "user", "content": [{"text": user_message(BRIEF)}]}],
        "inferenceConfig": {"maxTokens": 8192, "temperature": 0},
        "toolConfig": {
            "tools": [
                {"toolSpec": {"name": "submit_draft", "description": ANY, "inputSchema": {"json": SCHEMA}}},
            ],
            "toolChoice": {"any": {}},
        },
    }
    model.add_response("converse", converse({"text": "好的。"}, tool_use("submit_draft", GOOD)), asked)
    drafter = ModelDrafter(BedrockModel(client, "some.model-v1:0"))
    assert drafter.draft(BRIEF) == DRAFT
    assert drafter.name == "bedrock/some.model-v1:0"


@pytest.mark.parametrize(
    "answer",
    [
        converse({"text": recorded("good.json")}, stop="end_turn"),
        converse({"text": recorded("refusal.txt")}, stop="end_turn"),
        converse({"text": "好的。"}),
        converse(tool_use("delete_everything", GOOD)),
        converse(tool_use("submit_draft", GOOD), tool_use("submit_draft", GOOD)),
        converse(tool_use("submit_draft", GOOD), stop="max_tokens"),
        converse(tool_use("submit_draft", GOOD), stop="guardrail_intervened"),
        converse(tool_use("submit_draft", GOOD), stop="content_filtered"),
        converse(tool_use("submit_draft", "二甲双胍应随餐服用。")),
        converse(tool_use("submit_draft", {})),
        converse(tool_use("submit_draft", json.loads(recorded("cites_a_fact_that_was_not_given.json")))),
        converse(tool_use("submit_draft", json.loads(recorded("html.json")))),
    ],
)
def test_an_unusable_answer_is_refused(client: Any, model: Stubber, answer: dict[str, Any]) -> None:
    model.add_response("converse", answer)
    with pytest.raises(DrafterError):
        ModelDrafter(BedrockModel(client, "some.model-v1:0")).draft(BRIEF)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 429),
        ("ModelTimeoutException", 408),
        ("ModelNotReadyException", 429),
        ("ModelErrorException", 424),
        ("ServiceUnavailableException", 503),
        ("InternalServerException", 500),
    ],
)
def test_a_model_that_is_busy_is_unavailable(client: Any, model: Stubber, code: str, status: int) -> None:
    model.add_client_error("converse", code, http_status_code=status)
    with pytest.raises(UnavailableError, match=code):
        ModelDrafter(BedrockModel(client, "some.model-v1:0")).draft(BRIEF)


def test_a_denied_call_is_neither_retried_nor_hidden(client: Any, model: Stubber) -> None:
    model.add_client_error("converse", "AccessDeniedException", http_status_code=403)
    with pytest.raises(client.exceptions.AccessDeniedException):
        ModelDrafter(BedrockModel(client, "some.model-v1:0")).draft(BRIEF)
