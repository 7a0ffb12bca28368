"""The functions on a schedule that tend conversations log and count what they did, and nothing of what was said."""

from __future__ import annotations

import json
import runpy
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast.runtime import bootstrap, observability
from tests.support.source import FUNCTIONS

DONE = {"renhe": ["c202601-a", "c202601-b"], "kangning": []}


@pytest.mark.parametrize(
    ("function", "does", "metric"),
    [
        ("remind_staff", {"reminders": SimpleNamespace(remind_all=lambda: DONE)}, "WaitReminded"),
        ("erase_conversations", {"retention": SimpleNamespace(erase_all=lambda: DONE)}, "ConversationErased"),
    ],
)
def test_what_was_done_is_told_and_counted(
    function: str,
    does: dict[str, Any],
    metric: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap, "composition", lambda: SimpleNamespace(**does))
    monkeypatch.setattr(observability.metrics, "namespace", "Narrowcast")
    monkeypatch.setattr(observability.metrics, "service", function)
    context = SimpleNamespace(
        function_name=function, memory_limit_in_mb=1, invoked_function_arn="arn", aws_request_id="r-1"
    )
    assert runpy.run_path(str(FUNCTIONS / function / "handler.py"))["handler"]({}, context) == DONE
    [printed] = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert json.loads(printed)[metric] == [2.0]
