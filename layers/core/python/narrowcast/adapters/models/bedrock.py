"""Drafts with a model on Bedrock, through the Converse API: one call, answered by the use of one tool."""

from __future__ import annotations

from typing import Any

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable
from narrowcast.adapters.models.answers import read_object
from narrowcast.adapters.models.prompt import SCHEMA, SYSTEM, user_message
from narrowcast.application.ports import DrafterError
from narrowcast.domain.draft import Brief, Draft

_TOOL = "submit_draft"


class BedrockDrafter:
    """Drafter on Bedrock: boto3's `bedrock-runtime` client; a model id or the ARN of an inference profile."""

    def __init__(self, client: Any, model: str, *, max_tokens: int = 8192) -> None:
        self._client = client
        self._model = model
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """Adapter and model."""
        return f"bedrock/{self._model}"

    def draft(self, brief: Brief) -> Draft:
        with passing_faults_are_unavailable("bedrock"):
            answer = self._client.converse(
                modelId=self._model,
                system=[{"text": SYSTEM}],
                messages=[{"role": "user", "content": [{"text": user_message(brief)}]}],
                inferenceConfig={"maxTokens": self._max_tokens, "temperature": 0},
                toolConfig={
                    "tools": [
                        {"toolSpec": {"name": _TOOL, "description": "提交稿件", "inputSchema": {"json": SCHEMA}}}
                    ],
                    "toolChoice": {"any": {}},
                },
            )
        return read_object(_submitted(answer), brief)


def _submitted(answer: Any) -> object:
    """Return what the tool was given; the answer must end in exactly one use of it."""
    if answer["stopReason"] != "tool_use":
        raise DrafterError(f"the model stopped: {answer['stopReason']}")
    uses = [block["toolUse"] for block in answer["output"]["message"]["content"] if "toolUse" in block]
    if [use["name"] for use in uses] != [_TOOL]:
        raise DrafterError("the model did not submit one draft")
    return uses[0]["input"]
