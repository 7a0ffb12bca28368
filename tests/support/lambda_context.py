"""What Lambda tells a function of its call; as good as Powertools' own class, which cannot be filled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

CONTEXT: Any = SimpleNamespace(
    function_name="function",
    memory_limit_in_mb=128,
    invoked_function_arn="arn:aws:lambda:::function:function",
    aws_request_id="request",
)
