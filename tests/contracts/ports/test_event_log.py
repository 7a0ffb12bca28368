"""EventLog: append-only, one writer a version, read whole and in order, whatever stands behind it."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from pynamodb.connection import Connection

from narrowcast.adapters.dynamodb.event_log import DynamoEventLog, from_image
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.ports import CommitTooLargeError, ConflictError, EventLog
from narrowcast.contracts.commit import Commit
from tests.support.emulator import Emulator
from tests.support.written_events import sealed

PIECE, VISIT = "renhe/content#c-1", "renhe/visit#v-1"
COMPRESSIBLE = b'[{"reason":"' + "随访".encode() * 40_000 + b'"}]'
_NUMBERS = count(1)


@dataclass(frozen=True)
class LogTable:
    """A table made for one test, and the log in it."""

    aws: Emulator
    name: str
    log: DynamoEventLog


@pytest.fixture
def table(aws: Emulator, connection: Connection) -> LogTable:
    """An empty log in DynamoDB, with its stream."""
    name = f"event-log-{next(_NUMBERS)}"
    aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "stream", "AttributeType": "S"},
            {"AttributeName": "version", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "stream", "KeyType": "HASH"}, {"AttributeName": "version", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return LogTable(aws, name, DynamoEventLog(connection, name))


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def log(request: pytest.FixtureRequest) -> EventLog:
    if request.param == "memory":
        return MemoryEventLog()
    table: LogTable = request.getfixturevalue("table")
    return table.log


def chain(stream: str, *payloads: bytes) -> list[Commit]:
    """Return commits of these payloads, each following the one before."""
    commits: list[Commit] = []
    for version, payload in enumerate(payloads, start=1):
        previous = commits[-1].hash if commits else ""
        commits.append(
            sealed(payload, stream=stream, version=version, previous=previous, commit_id=f"{stream}-{version}")
        )
    return commits


def fill(log: EventLog, commits: list[Commit]) -> list[Commit]:
    for commit in commits:
        log.append(commit)
    return commits


def noise(size: int, seed: int = 1) -> bytes:
    """Return bytes that no compression makes smaller."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - only to fill room


class TestEventLog:
    def test_an_unknown_stream_is_empty(self, log: EventLog) -> None:
        assert list(log.read(PIECE)) == []
        assert list(log.scan()) == []

    def test_commits_are_read_in_order_as_they_were_written(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, *(b"[%d]" % number for number in range(12))))
        fill(log, chain(VISIT, b"[]"))
        assert list(log.read(PIECE)) == commits
        assert all(commit.intact for commit in log.read(PIECE))

    @pytest.mark.parametrize(("after", "versions"), [(0, [1, 2, 3]), (2, [3]), (3, []), (9, [])])
    def test_reading_may_start_after_a_version(self, log: EventLog, after: int, versions: list[int]) -> None:
        fill(log, chain(PIECE, b"[1]", b"[2]", b"[3]"))
        assert [commit.version for commit in log.read(PIECE, after=after)] == versions

    def test_the_scan_yields_every_commit_of_every_stream_once(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]")) + fill(log, chain(VISIT, b"[3]"))
        assert sorted(log.scan(), key=lambda commit: (commit.stream, commit.version)) == commits

    def test_another_commit_at_a_taken_version_conflicts_and_changes_nothing(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]"))
        for version in (1, 2):
            with pytest.raises(ConflictError, match="renhe/content#c-1"):
                log.append(sealed(b"[9]", stream=PIECE, version=version, commit_id="somebody-else"))
        assert list(log.read(PIECE)) == commits

    def test_ones_own_commit_sent_again_after_a_lost_answer_is_done(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]"))
        fill(log, commits)
        assert list(log.read(PIECE)) == commits

    def test_payloads_of_any_size_come_back_to_the_byte(self, log: EventLog) -> None:
        payloads = [b"", b"[]", b"x" * 1024, b"x" * 1025, noise(1025), COMPRESSIBLE, noise(300_000)]
        commits = fill(log, chain(PIECE, *payloads))
        assert list(log.read(PIECE)) == commits

    def test_a_stream_longer_than_a_page_is_read_whole(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, *(noise(250_000, seed) for seed in range(6))))
        assert list(log.read(PIECE)) == commits
        assert list(log.read(PIECE, after=1)) == commits[1:]
        assert sorted(log.scan(), key=lambda commit: commit.version) == commits

    def test_a_commit_that_fits_no_item_is_refused_and_nothing_is_written(self, log: EventLog) -> None:
        with pytest.raises(CommitTooLargeError, match="renhe/content#c-1"):
            fill(log, chain(PIECE, noise(400 * 1024)))
        assert list(log.read(PIECE)) == []

    def test_of_two_writers_at_one_version_exactly_one_wins_two_hundred_times(self, log: EventLog) -> None:
        def write(race: int, writer: str) -> bool:
            try:
                log.append(sealed(b"[]", stream=f"renhe/visit#{race}", commit_id=f"{writer}-{race}"))
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(4) as writers:
            races = [[writers.submit(write, race, writer) for writer in ("one", "two")] for race in range(200)]
            won = [[attempt.result() for attempt in race] for race in races]
        assert [sum(race) for race in won] == [1] * 200
        winners = {commit.stream: commit.commit_id for commit in log.scan()}
        assert winners == {
            f"renhe/visit#{race}": f"{'one' if first else 'two'}-{race}" for race, (first, _) in enumerate(won)
        }


@pytest.mark.stack
class TestStreamRecords:
    @pytest.mark.parametrize("payload", [b'[{"type":"ContentExpired"}]', COMPRESSIBLE])
    def test_the_image_in_a_stream_record_is_the_commit(self, table: LogTable, payload: bytes) -> None:
        commits = fill(table.log, chain(PIECE, payload, b"[]"))
        assert [from_image(image) for image in images(table)] == commits

    def test_an_image_of_something_else_is_no_commit(self) -> None:
        with pytest.raises(KeyError):
            from_image({"stream": {"S": PIECE}, "version": {"N": "1"}})


@pytest.mark.stack
@pytest.mark.parametrize(
    "change",
    [
        lambda item: item | {"payload": {"B": b"not deflated"}},
        lambda item: {name: item[name] for name in ("stream", "version", "payload", "encoding")},
    ],
    ids=["payload", "lost attributes"],
)
def test_a_damaged_item_is_read_as_a_commit_that_is_not_intact(
    table: LogTable, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    fill(table.log, chain(PIECE, COMPRESSIBLE))
    dynamodb = table.aws.client("dynamodb")
    [item] = dynamodb.scan(TableName=table.name)["Items"]
    dynamodb.put_item(TableName=table.name, Item=change(item))
    [commit] = table.log.read(PIECE)
    assert not commit.intact
    assert list(table.log.scan()) == [commit]


def images(table: LogTable) -> list[Mapping[str, Mapping[str, Any]]]:
    """Return the new images of the table's stream as a function gets them: binary in base64."""
    arn = table.aws.client("dynamodb").describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    streams = table.aws.client("dynamodbstreams")
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    records = streams.get_records(ShardIterator=start)["Records"]
    return [{name: _as_json(value) for name, value in r["dynamodb"]["NewImage"].items()} for r in records]


def _as_json(value: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: base64.b64encode(raw).decode() if kind == "B" else raw for kind, raw in value.items()}
