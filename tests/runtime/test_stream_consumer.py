"""How a batch of the log's stream is entered: whole commits reach the consumer, anything else is reported."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pytest
from aws_lambda_powertools import Metrics

from narrowcast.adapters.memory.parked import MemoryParkingLot
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.parking import Parking
from narrowcast.application.ports import UnavailableError
from narrowcast.contracts.commit import Commit, seal
from narrowcast.runtime import observability
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
    keys = {name: image[name] for name in ("stream", "version")}
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "Keys": keys, "NewImage": image}}


def commit_of(payload: bytes) -> Commit:
    return seal(stream="renhe/fact#f", version=1, commit_id="c", recorded_at="2026-01-01", payload=payload, previous="")


@pytest.fixture
def parking() -> Parking:
    return Parking(MemoryParkingLot(), FixedClock())


@pytest.fixture(autouse=True)
def _service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setattr(observability, "metrics", Metrics(namespace="Narrowcast", service="test"))


def test_whole_commits_reach_the_consumer_in_order(parking: Parking) -> None:
    seen: list[bytes] = []
    handler = stream_consumer("test", lambda: parking)(lambda commit: seen.append(commit.payload))
    answer = handler({"Records": [record(commit_of(b"[1]"), 1), record(commit_of(b"[2]"), 2)]}, Context())  # type: ignore[arg-type]
    assert (seen, answer) == ([b"[1]", b"[2]"], {"batchItemFailures": []})


def test_an_altered_commit_sets_nothing_off_and_is_parked(parking: Parking) -> None:
    altered = record(commit_of(b"[1]"), 7)
    altered["dynamodb"]["NewImage"]["payload"]["B"] = base64.b64encode(b"[9]").decode()
    seen: list[bytes] = []
    handler = stream_consumer("test", lambda: parking)(lambda commit: seen.append(commit.payload))
    answer = handler({"Records": [altered, record(commit_of(b"[2]"), 8)]}, Context())  # type: ignore[arg-type]
    assert (seen, answer) == ([b"[2]"], {"batchItemFailures": []})
    [parked] = parking.lot.list()
    assert (parked.id, parked.kind) == ("test|renhe/fact#f|1", "damaged")


def test_an_item_that_is_no_commit_is_parked_by_its_key(parking: Parking) -> None:
    alien = record(commit_of(b"[1]"), 7)
    alien["dynamodb"]["NewImage"] = {"note": {"S": "no commit of ours"}}
    handler = stream_consumer("test", lambda: parking)(lambda _: None)
    assert handler({"Records": [alien]}, Context()) == {"batchItemFailures": []}  # type: ignore[arg-type]
    assert [each.reason.partition(" at ")[0] for each in parking.lot.list()] == ["CorruptCommitError"]


@pytest.mark.parametrize(("fault", "tries", "kind"), [(UnavailableError, 8, "unavailable"), (KeyError, 3, "failing")])
def test_what_may_pass_is_reported_and_tried_again_before_it_is_parked(
    parking: Parking, fault: type[Exception], tries: int, kind: str
) -> None:
    def failing(_: Commit) -> None:
        raise fault("王秀兰 13900000077")

    handler = stream_consumer("test", lambda: parking)(failing)
    answers = [handler({"Records": [record(commit_of(b"[1]"), 7)]}, Context()) for _ in range(tries)]  # type: ignore[arg-type]
    assert answers[:-1] == [{"batchItemFailures": [{"itemIdentifier": "7"}]}] * (tries - 1)
    assert answers[-1] == {"batchItemFailures": []}
    [parked] = parking.lot.list()
    assert (parked.kind, "王" in parked.reason, "139" in parked.reason) == (kind, False, False)
