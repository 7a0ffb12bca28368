"""The pump keeps its place on disk, and what a stopped emulator would forget beside it."""

# ruff: noqa: N803 - the fakes take the argument names of boto3

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from infra.local.mappings import Mapping
from infra.local.pump import Feed, Functions, Position, Shard, as_event

STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/log/stream/2026"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:project"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:parked"
MAPPING = Mapping(function=FUNCTION, stream=STREAM, batch_size=2, retries=0, bisect=True, dead_letters=QUEUE)


def record(number: int) -> dict[str, Any]:
    written = datetime(2026, 11, 21, tzinfo=UTC)
    return {"dynamodb": {"SequenceNumber": f"{number:04}", "ApproximateCreationDateTime": written}}


class TrimmedError(Exception):
    pass


class Streams:
    """A shard of a stream: an iterator is the position in the list."""

    exceptions = SimpleNamespace(TrimmedDataAccessException=TrimmedError)

    def __init__(self, *numbers: int) -> None:
        self.records = [record(number) for number in numbers]

    def get_shard_iterator(self, *, ShardIteratorType: str, SequenceNumber: str = "", **_: str) -> dict[str, str]:
        if ShardIteratorType == "TRIM_HORIZON":
            return {"ShardIterator": "0"}
        numbers = [one["dynamodb"]["SequenceNumber"] for one in self.records]
        if SequenceNumber not in numbers:
            raise TrimmedError
        return {"ShardIterator": str(numbers.index(SequenceNumber) + 1)}

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:
        start = int(ShardIterator)
        page = self.records[start : start + Limit]
        return {"Records": page, "NextShardIterator": str(start + len(page))}


class Lambda:
    """A function that fails on some sequence numbers; asks to stop once it has nothing more to do."""

    def __init__(self, stop: threading.Event, last: int, poison: tuple[int, ...] = ()) -> None:
        self.stop, self.last, self.poison = stop, last, poison
        self.delivered: list[int] = []
        self.faults: list[Exception] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == FUNCTION
        if self.faults:
            raise self.faults.pop()
        numbers = [int(one["dynamodb"]["SequenceNumber"]) for one in json.loads(Payload)["Records"]]
        if self.last in numbers:
            self.stop.set()
        if set(numbers) & set(self.poison):
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "BadRecordError"}')}
        self.delivered += numbers
        return {"Payload": io.BytesIO(b"null")}


class Queues:
    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []

    def get_queue_url(self, *, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"http://queues/{QueueName}"}

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        assert QueueUrl == "http://queues/parked"
        self.letters.append(json.loads(MessageBody))


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    monkeypatch.setattr("infra.local.pump._RECOVERY_SECONDS", 0)
    return threading.Event()


@pytest.fixture
def run(tmp_path: Path, stopping: threading.Event) -> Callable[[Streams, Lambda], Queues]:
    """Feed until the function asks to stop; the position is kept from one call to the next."""

    def once(streams: Streams, functions: Lambda) -> Queues:
        stopping.clear()
        queues = Queues()
        position = Position(tmp_path / "position.json")
        Feed(MAPPING, Shard(streams, STREAM, "shard-1"), Functions(functions, queues), position, stopping).run()
        return queues

    return once


Run = Callable[[Streams, Lambda], Queues]


def test_everything_in_the_stream_is_delivered_in_order(run: Run, stopping: threading.Event) -> None:
    functions = Lambda(stopping, last=5)
    run(Streams(1, 2, 3, 4, 5), functions)
    assert functions.delivered == [1, 2, 3, 4, 5]


def test_a_restart_goes_on_after_the_last_batch(run: Run, stopping: threading.Event) -> None:
    streams = Streams(1, 2, 3)
    run(streams, Lambda(stopping, last=3))
    streams.records.append(record(4))
    functions = Lambda(stopping, last=4)
    run(streams, functions)
    assert functions.delivered == [4]


def test_what_was_not_delivered_before_the_stop_survives_an_emulator_that_forgets_its_stream(
    run: Run, stopping: threading.Event
) -> None:
    run(Streams(1, 2, 3, 4, 5), Lambda(stopping, last=1))
    functions = Lambda(stopping, last=6)
    run(Streams(6), functions)
    assert functions.delivered == [3, 4, 5, 6]


def test_a_stop_among_records_put_aside_keeps_the_rest_of_them(run: Run, stopping: threading.Event) -> None:
    run(Streams(1, 2, 3, 4, 5, 6), Lambda(stopping, last=1))
    second = Lambda(stopping, last=3)
    run(Streams(), second)
    third = Lambda(stopping, last=6)
    run(Streams(), third)
    assert (second.delivered, third.delivered) == ([3, 4], [5, 6])


def test_a_poisonous_record_is_parked_with_its_place_and_the_rest_passes(run: Run, stopping: threading.Event) -> None:
    functions = Lambda(stopping, last=4, poison=(2,))
    queues = run(Streams(1, 2, 3, 4), functions)
    assert functions.delivered == [1, 3, 4]
    (letter,) = queues.letters
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["DDBStreamBatchInfo"] == {
        "shardId": "shard-1",
        "startSequenceNumber": "0002",
        "endSequenceNumber": "0002",
        "approximateArrivalOfFirstRecord": "2026-11-21T00:00:00.000Z",
        "approximateArrivalOfLastRecord": "2026-11-21T00:00:00.000Z",
        "batchSize": 1,
        "streamArn": STREAM,
    }


@pytest.mark.parametrize(
    "fault",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1"),
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
    ],
)
def test_an_emulator_that_does_not_answer_uses_up_no_attempt(
    run: Run, stopping: threading.Event, fault: Exception
) -> None:
    functions = Lambda(stopping, last=2)
    functions.faults = [fault, fault, fault]
    queues = run(Streams(1, 2), functions)
    assert functions.delivered == [1, 2]
    assert queues.letters == []


def test_a_function_sees_a_record_as_lambda_shows_it() -> None:
    event = as_event(
        {
            "eventID": "e1",
            "eventName": "REMOVE",
            "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
            "dynamodb": {
                "ApproximateCreationDateTime": datetime(2026, 11, 21, tzinfo=UTC),
                "Keys": {"stream": {"S": "renhe/visit#1"}, "body": {"B": b"\x00\xff"}},
                "SequenceNumber": "1",
            },
        },
        STREAM,
    )
    assert event["eventSourceARN"] == STREAM
    assert event["userIdentity"] == {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
    assert event["dynamodb"]["ApproximateCreationDateTime"] == 1795219200.0
    assert event["dynamodb"]["Keys"]["body"] == {"B": "AP8="}


def test_a_position_never_goes_back(tmp_path: Path) -> None:
    position = Position(tmp_path / "position.json")
    position.advance({"dynamodb": {"SequenceNumber": "9"}})
    position.advance({"dynamodb": {"SequenceNumber": "10"}})
    position.advance({"dynamodb": {"SequenceNumber": "9"}})
    assert Position(tmp_path / "position.json").after == "10"
