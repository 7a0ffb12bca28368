"""EventLog: append-only, one writer a version, read whole and in order, whatever stands behind it."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session
from pynamodb.connection import Connection

from narrowcast.adapters.dynamodb.event_log import ITEM_LIMIT, DynamoEventLog, SeenHeads, from_image
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.ports import (
    AheadError,
    CommitTooLargeError,
    ConflictError,
    EventLog,
    ForeignChainError,
    UnavailableError,
)
from narrowcast.contracts.commit import Commit, Head
from tests.bench.metering import Meter
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

    @pytest.mark.parametrize(
        ("asked", "versions"),
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"after": 3}, [4, 5]),
            ({"after": 5}, []),
            ({"after": 9}, []),
            ({"after": -1}, [1, 2, 3, 4, 5]),
            ({"until": 2}, [1, 2]),
            ({"until": 5}, [1, 2, 3, 4, 5]),
            ({"until": 9}, [1, 2, 3, 4, 5]),
            ({"until": 0}, []),
            ({"until": -1}, []),
            ({"after": 1, "until": 3}, [2, 3]),
            ({"after": 3, "until": 3}, []),
            ({"after": 4, "until": 2}, []),
            ({"limit": 2}, [1, 2]),
            ({"limit": 0}, []),
            ({"limit": 9}, [1, 2, 3, 4, 5]),
            ({"after": 1, "limit": 2}, [2, 3]),
        ],
        ids=str,
    )
    def test_a_range_is_read_in_order_or_from_its_end(
        self, log: EventLog, asked: dict[str, Any], versions: list[int]
    ) -> None:
        fill(log, chain(PIECE, *(b"[%d]" % number for number in range(1, 6))))
        assert [commit.version for commit in log.read(PIECE, **asked)] == versions
        if "limit" not in asked:
            backward = [commit.version for commit in log.read(PIECE, **asked, backward=True)]
            assert backward == versions[::-1]

    def test_the_last_commits_are_read_without_the_others(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]", b"[3]"))
        assert list(log.read(PIECE, backward=True, limit=2)) == [commits[2], commits[1]]
        assert list(log.read(PIECE, until=2, backward=True, limit=1)) == [commits[1]]

    def test_the_head_is_where_the_stream_ends(self, log: EventLog) -> None:
        assert log.head(PIECE) == Head(0, "")
        *_, last = fill(log, chain(PIECE, b"[1]", noise(300_000), b"[3]"))
        fill(log, chain(VISIT, b"[]"))
        assert log.head(PIECE) == Head(3, last.hash)

    def test_the_scan_yields_every_commit_of_every_stream_once(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]")) + fill(log, chain(VISIT, b"[3]"))
        assert sorted(log.scan(), key=lambda commit: (commit.stream, commit.version)) == commits

    def test_another_commit_at_a_taken_version_conflicts_and_changes_nothing(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]"))
        for version in (1, 2):
            previous = commits[version - 2].hash if version > 1 else ""
            other = sealed(b"[9]", stream=PIECE, version=version, previous=previous, commit_id="somebody-else")
            with pytest.raises(ConflictError, match="renhe/content#c-1") as refused:
                log.append(other)
            assert refused.type is ConflictError
        assert list(log.read(PIECE)) == commits

    def test_a_commit_that_takes_anothers_id_is_not_mistaken_for_it(self, log: EventLog) -> None:
        [first] = fill(log, chain(PIECE, b"[1]"))
        with pytest.raises(ConflictError, match="has a version 1 already"):
            log.append(sealed(b"[2]", stream=PIECE, commit_id=first.commit_id))
        assert list(log.read(PIECE)) == [first]

    @pytest.mark.parametrize("missing", [1, 2, 7])
    def test_a_commit_that_would_leave_a_gap_is_refused(self, log: EventLog, missing: int) -> None:
        commits = chain(PIECE, *(b"[%d]" % number for number in range(9)))
        fill(log, commits[: missing - 1])
        with pytest.raises(AheadError, match=rf"renhe/content#c-1 ends .*before .*{missing}"):
            log.append(commits[missing])
        assert list(log.read(PIECE)) == commits[: missing - 1]

    def test_a_commit_that_follows_another_history_is_refused(self, log: EventLog) -> None:
        commits = fill(log, chain(PIECE, b"[1]", b"[2]"))
        copied = chain(PIECE, b"[1]", b"[other]", b"[3]")
        for foreign in (copied[2], sealed(b"[]", stream=PIECE, version=3, commit_id="c-9")):
            with pytest.raises(ForeignChainError, match="renhe/content#c-1 has another commit at version 2"):
                log.append(foreign)
        assert list(log.read(PIECE)) == commits

    def test_a_first_commit_follows_none(self, log: EventLog) -> None:
        with pytest.raises(ForeignChainError):
            log.append(sealed(b"[]", stream=PIECE, previous="0" * 64))
        assert log.head(PIECE) == Head()

    @pytest.mark.parametrize("version", [0, -1])
    def test_versions_count_from_one(self, log: EventLog, version: int) -> None:
        with pytest.raises(ValueError, match="versions count from 1"):
            log.append(sealed(b"[]", stream=PIECE, version=version))
        assert list(log.scan()) == []

    def test_whoever_catches_a_conflict_catches_a_gap_and_a_foreign_chain_too(self) -> None:
        assert issubclass(AheadError, ConflictError)
        assert issubclass(ForeignChainError, ConflictError)

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
        assert list(log.read(PIECE, backward=True)) == commits[::-1]
        assert list(log.read(PIECE, until=5, limit=5)) == commits[:5]
        assert log.head(PIECE) == commits[-1].head
        assert sorted(log.scan(), key=lambda commit: commit.version) == commits

    def test_a_commit_that_fits_no_item_is_refused_and_nothing_is_written(self, log: EventLog) -> None:
        with pytest.raises(CommitTooLargeError, match=r"renhe/content#c-1: a commit of 4[01][0-9]{4} bytes") as refused:
            fill(log, chain(PIECE, noise(400 * 1024)))
        assert (refused.value.stream, refused.value.size > refused.value.limit) == (PIECE, True)
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

    def test_of_four_writers_each_commit_is_the_work_of_one_and_none_is_lost(self, log: EventLog) -> None:
        def write(writer: int) -> list[str]:
            mine: list[str] = []
            while len(mine) < 10:
                head = log.head(PIECE)
                commit = sealed(
                    b"[]",
                    stream=PIECE,
                    version=head.version + 1,
                    previous=head.hash,
                    commit_id=f"{writer}-{len(mine)}",
                )
                with suppress(ConflictError):
                    log.append(commit)
                    mine.append(commit.commit_id)
            return mine

        with ThreadPoolExecutor(4) as writers:
            acknowledged = [commit_id for mine in writers.map(write, range(4)) for commit_id in mine]
        commits = list(log.read(PIECE))
        assert sorted(commit.commit_id for commit in commits) == sorted(acknowledged)
        assert [commit.version for commit in commits] == list(range(1, 41))
        assert [commit.previous for commit in commits[1:]] == [commit.hash for commit in commits[:-1]]


@pytest.mark.stack
class TestCalls:
    """What an append costs in calls: a read of the commit before only where this process has not seen it."""

    def test_appending_to_what_was_just_read_is_one_put(self, table: LogTable) -> None:
        commits = chain(PIECE, b"[1]", b"[2]", b"[3]", b"[4]")
        fill(table.log, commits[:1])
        reader = DynamoEventLog(connection_to(table.aws), table.name)
        assert operations(lambda: list(reader.read(PIECE))) == ["Query"]
        assert operations(lambda: reader.append(commits[1])) == ["PutItem"]
        assert operations(lambda: reader.append(commits[2])) == ["PutItem"]

    @pytest.mark.parametrize("asked", [{"backward": True, "limit": 1}, {"after": 1}])
    def test_it_does_not_matter_which_way_the_last_commit_was_read(
        self, table: LogTable, asked: dict[str, Any]
    ) -> None:
        commits = chain(PIECE, b"[1]", b"[2]", b"[3]")
        fill(table.log, commits[:2])
        reader = DynamoEventLog(connection_to(table.aws), table.name)
        list(reader.read(PIECE, **asked))
        assert operations(lambda: reader.append(commits[2])) == ["PutItem"]

    def test_appending_blindly_looks_at_the_commit_before(self, table: LogTable) -> None:
        commits = chain(PIECE, b"[1]", b"[2]")
        fill(table.log, commits[:1])
        blind = DynamoEventLog(connection_to(table.aws), table.name)
        assert operations(lambda: blind.append(commits[1])) == ["GetItem", "PutItem"]

    def test_an_older_commit_does_not_push_a_later_one_out_of_mind(self, table: LogTable) -> None:
        commits = chain(PIECE, b"[1]", b"[2]", b"[3]")
        fill(table.log, commits[:2])
        list(table.log.read(PIECE, until=1))
        assert operations(lambda: table.log.append(commits[2])) == ["PutItem"]

    def test_the_head_is_one_small_answer(self, table: LogTable) -> None:
        fill(table.log, chain(PIECE, noise(300_000), noise(300_000)))
        send, answers = URLLib3Session.send, list[Any]()

        def heard(session: URLLib3Session, request: Any) -> Any:
            answers.append(send(session, request))
            return answers[-1]

        with patch.object(URLLib3Session, "send", heard):
            table.log.head(PIECE)
        assert [len(answer.content) < 500 for answer in answers] == [True]

    def test_only_so_many_streams_are_kept_in_mind(self) -> None:
        seen = SeenHeads(2)
        for stream in ("a", "b", "a", "c"):
            seen.keep(stream, Head(1, stream))
        assert [seen.has(stream, Head(1, stream)) for stream in ("a", "b", "c")] == [True, False, True]


@pytest.mark.stack
class TestLostAnswers:
    def test_the_sdks_own_second_try_meets_its_first_and_counts_as_done(self, table: LogTable) -> None:
        [commit] = chain(PIECE, b"[1]")
        with losing_answers(1) as lost:
            table.log.append(commit)
        assert lost == ["PutItem"]
        assert list(table.log.read(PIECE)) == [commit]

    def test_a_writer_who_hears_nothing_at_all_may_ask_again(self, table: LogTable) -> None:
        [commit] = chain(PIECE, b"[1]")
        hasty = DynamoEventLog(connect(region=table.aws.region, host=table.aws.endpoint_url, retries=0), table.name)
        with losing_answers(1), pytest.raises(UnavailableError):
            hasty.append(commit)
        hasty.append(commit)
        assert list(table.log.read(PIECE)) == [commit]

    def test_another_writers_commit_is_never_taken_for_ones_own(self, table: LogTable) -> None:
        [theirs] = fill(table.log, chain(PIECE, b"[1]"))
        with losing_answers(1), pytest.raises(ConflictError):
            table.log.append(sealed(b"[2]", stream=PIECE, commit_id="mine"))
        assert list(table.log.read(PIECE)) == [theirs]


@pytest.mark.stack
@pytest.mark.parametrize("stream", [PIECE, f"renhe/content#{'长' * 600}"])
def test_the_largest_commit_that_passes_is_taken_by_the_table_too(table: LogTable, stream: str) -> None:
    """The sizes are DynamoDB's: one byte more is refused before it is sent."""
    room = ITEM_LIMIT
    with pytest.raises(CommitTooLargeError) as refused:
        table.log.append(sealed(noise(room), stream=stream, commit_id="c"))
    fits = room - (refused.value.size - room)
    with pytest.raises(CommitTooLargeError):
        table.log.append(sealed(noise(fits + 1), stream=stream, commit_id="c"))
    table.log.append(sealed(noise(fits), stream=stream, commit_id="c"))
    assert table.log.head(stream).version == 1


def connection_to(aws: Emulator) -> Connection:
    """Return a connection of its own: one connection knows each table once."""
    return connect(region=aws.region, host=aws.endpoint_url)


def operations(act: Callable[[], object]) -> list[str]:
    """Return the calls that the act makes."""
    meter = Meter()
    with meter.counting():
        act()
    return [call.operation for call in meter.calls]


@contextmanager
def losing_answers(times: int) -> Iterator[list[str]]:
    """Carry out so many puts and lose what the table answers; yields their names."""
    send, lost = URLLib3Session.send, list[str]()

    def sent(session: URLLib3Session, request: Any) -> Any:
        answer = send(session, request)
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
        if operation == "PutItem" and len(lost) < times:
            lost.append(operation)
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    with patch.object(URLLib3Session, "send", sent):
        yield lost


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
