"""What Bedrock's Converse and an OpenAI-compatible endpoint wrap a model's words in."""

from __future__ import annotations

import json
from typing import Any


def tool_use(name: str, submitted: object) -> dict[str, Any]:
    """A block of Converse in which the model uses a tool."""
    return {"toolUse": {"toolUseId": "t1", "name": name, "input": submitted}}


def converse(*blocks: dict[str, Any], stop: str = "tool_use") -> dict[str, Any]:
    """An answer of Converse."""
    return {
        "output": {"message": {"role": "assistant", "content": list(blocks)}},
        "stopReason": stop,
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 1},
    }


def completion(content: str | None, finish: str = "stop") -> bytes:
    """An answer of chat completions."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()
