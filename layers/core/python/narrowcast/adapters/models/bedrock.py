"""The way to a model on Bedrock, through the Converse API: one call, answered by the use of one tool."""

from __future__ import annotations

from typing import Any

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable
from narrowcast.adapters.models.model import Question, UnusableAnswerError


class BedrockModel:
    """Model on Bedrock: boto3's `bedrock-runtime` client; a model id or the ARN of an inference profile."""

    def __init__(self, client: Any, model: str, *, max_tokens: int = 8192) -> None:
        self._client = client
        self._model = model
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """Adapter and model."""
        return f"bedrock/{self._model}"

    def ask(self, question: Question) -> object:
        tool = f"submit_{question.wanted}"
        submit = {"name": tool, "description": question.purpose, "inputSchema": {"json": question.schema}}
        with passing_faults_are_unavailable("bedrock"):
            answer = self._client.converse(
                modelId=self._model,
                system=[{"text": question.system}],
                messages=[{"role": "user", "content": [{"text": question.message}]}],
                inferenceConfig={"maxTokens": self._max_tokens, "temperature": 0},
                toolConfig={"tools": [{"toolSpec": submit}], "toolChoice": {"any": {}}},
            )
        return _submitted(answer, tool)


def _submitted(answer: Any, tool: str) -> object:
    """Return what the tool was given; the answer must end in exactly one use of it."""
    if answer["stopReason"] != "tool_use":
        raise UnusableAnswerError(f"the model stopped: {answer['stopReason']}")
    uses = [block["toolUse"] for block in answer["output"]["message"]["content"] if "toolUse" in block]
    if [use["name"] for use in uses] != [tool]:
        raise UnusableAnswerError(f"the model did not {tool.replace('_', ' ')} once")
    return uses[0]["input"]
