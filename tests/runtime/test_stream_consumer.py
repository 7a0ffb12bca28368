"""How a batch of the log's stream is entered: whole commits reach the consumer, anything else is reported."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pytest

from narrowcast.contracts.commit import Commit, seal
from narrowcast.runtime.entrypoints import stream_consumer

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


@dataclass
class Context:
    function_name: str = "project_events"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:::function:project_events"
    aws_request_id: str = "request"


def record(commit: Commit, number: int) -> dict[str, Any]:
    image = {
        "stream": {"S": commit.stream},
        "version": {"N": str(commit.version)},
        "commit_id": {"S": commit.commit_id},
        "recorded_at": {"S": commit.recorded_at},
        "encoding": {"S": "json"},
        "payload": {"B": base64.b64encode(commit.payload).decode()},
        "previous": {"S": commit.previous},
        "hash": {"S": commit.hash},
    }
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}


def commit_of(payload: bytes) -> Commit:
    return seal(stream="renhe/fact#f", version=1, commit_id="c", recorded_at="2026-01-01", payload=payload, previous="")


@pytest.fixture(autouse=True)
def _service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Narrowcast")


def test_whole_commits_reach_the_consumer_in_order() -> None:
    seen: list[bytes] = []
    handler = stream_consumer(lambda commit: seen.append(commit.payload))
    answer = handler({"Records": [record(commit_of(b"[1]"), 1), record(commit_of(b"[2]"), 2)]}, Context())  # type: ignore[arg-type]
    assert (seen, answer) == ([b"[1]", b"[2]"], {"batchItemFailures": []})


def test_an_altered_commit_sets_nothing_off_and_is_reported() -> None:
    altered = record(commit_of(b"[1]"), 7)
    altered["dynamodb"]["NewImage"]["payload"]["B"] = base64.b64encode(b"[9]").decode()
    seen: list[bytes] = []
    handler = stream_consumer(lambda commit: seen.append(commit.payload))
    answer = handler({"Records": [altered]}, Context())  # type: ignore[arg-type]
    assert (seen, answer) == ([], {"batchItemFailures": [{"itemIdentifier": "7"}]})
