"""The stream pump: feeds DynamoDB streams to functions with the semantics of AWS's event source mappings.

The emulator's own mappings let one poisonous record block a shard for ever and skip what was written before a
restart; they are deployed disabled, and this process serves them. Its position is on disk after each batch. The
emulator forgets stream records when it ends, so a pump that is stopped notes down what it has not delivered yet.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import re
import signal
import sys
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.clients import REGION, client
from infra.local.delivery import Delivery, Record, handled_in_front, sequence_number
from infra.local.home import Home, read_json, write_json
from infra.local.mappings import Mapping, of_streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOG = logging.getLogger("pump")
# Seconds between two looks at an empty shard; after a while without records one look less often is enough.
POLL_SECONDS, IDLE_POLL_SECONDS = 0.05, 0.2
_IDLE_AFTER = 600
_RECOVERY_SECONDS = 1.0
_WATCH_SECONDS = 0.5
_PAGE = 1000


class Position:
    """How far one function has come in one shard, on disk.

    `after` is the last sequence number taken from the stream; `pending` are records taken and not yet delivered,
    which come before everything else.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        content = read_json(file)
        self.after: str | None = content.get("after")
        self.pending: list[Record] = content.get("pending", [])

    def advance(self, record: Record) -> None:
        """Note that nothing up to this record need be delivered again; what was noted before changes nothing."""
        number = sequence_number(record)
        numbers = [sequence_number(one) for one in self.pending]
        if number in numbers:
            self.pending = self.pending[numbers.index(number) + 1 :]
        elif not numbers and (self.after is None or int(number) > int(self.after)):
            self.after = number
        else:
            return
        self._save()

    def put_aside(self, records: Sequence[Record]) -> None:
        """Keep records for the next start."""
        if records:
            self.pending = [*self.pending, *records]
            self.after = sequence_number(records[-1])
            self._save()

    def _save(self) -> None:
        write_json(self._file, {"after": self.after, "pending": self.pending})


class Shard:
    """Records of one shard in order, in the form Lambda passes them to functions."""

    def __init__(self, streams: Any, stream: str, shard: str) -> None:
        self._streams, self.stream, self.shard = streams, stream, shard
        self._iterator: str | None = None

    def read(self, after: str | None, limit: int) -> list[Record]:
        """The next records; the first call, and the one after a failure, begins after a sequence number."""
        iterator = self._iterator or self._start(after)
        self._iterator = None  # until the answer is here
        page = self._streams.get_records(ShardIterator=iterator, Limit=limit)
        self._iterator = page.get("NextShardIterator")
        return [as_event(record, self.stream) for record in page["Records"]]

    def read_all(self, after: str | None) -> list[Record]:
        """Everything that is there after a sequence number."""
        self.forget()
        records = page = self.read(after, _PAGE)
        while page and self._iterator:
            page = self.read(None, _PAGE)
            records = records + page
        return records

    def forget(self) -> None:
        """Begin the next read at the place it is given, not where the last one ended."""
        self._iterator = None

    def _start(self, after: str | None) -> str:
        if after:
            try:
                return self._iterator_of("AFTER_SEQUENCE_NUMBER", SequenceNumber=after)
            except self._streams.exceptions.TrimmedDataAccessException:
                LOG.info("the stream begins anew after %s", after)
        return self._iterator_of("TRIM_HORIZON")

    def _iterator_of(self, kind: str, **place: str) -> str:
        answer = self._streams.get_shard_iterator(
            StreamArn=self.stream, ShardId=self.shard, ShardIteratorType=kind, **place
        )
        iterator: str = answer["ShardIterator"]
        return iterator


def as_event(record: dict[str, Any], stream: str) -> Record:
    """A record as the API returns it, turned into the form functions receive."""
    event: Record = json.loads(json.dumps(record, default=_plain))
    if "userIdentity" in event:
        event["userIdentity"] = {name[0].lower() + name[1:]: value for name, value in event["userIdentity"].items()}
    return event | {"eventSourceARN": stream}


def _plain(value: object) -> float | str:
    if isinstance(value, dt.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"a stream record holds a {type(value).__name__}")


@dataclass(frozen=True)
class Functions:
    """Calls to functions and letters to dead letter queues of the emulator."""

    functions: Any
    queues: Any

    def invoke(self, mapping: Mapping, records: Sequence[Record]) -> int:
        """How many records from the front the function handled."""
        answer = self.functions.invoke(
            FunctionName=mapping.function, Payload=json.dumps({"Records": list(records)}).encode()
        )
        body = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            LOG.warning("%s failed on %d records: %s", _name(mapping.function), len(records), json.dumps(body)[:500])
            return 0
        return handled_in_front(mapping, records, body)

    def park(self, mapping: Mapping, shard: str, records: Sequence[Record], attempts: int) -> None:
        """Send the place of the records, as AWS words it, to the mapping's dead letter queue."""
        LOG.error("%s gave up on %d records after %d attempts", _name(mapping.function), len(records), attempts)
        if mapping.dead_letters:
            url = self.queues.get_queue_url(QueueName=_name(mapping.dead_letters))["QueueUrl"]
            self.queues.send_message(QueueUrl=url, MessageBody=json.dumps(letter(mapping, shard, records, attempts)))


def letter(mapping: Mapping, shard: str, records: Sequence[Record], attempts: int) -> dict[str, Any]:
    """The invocation record Lambda sends for a batch it gave up on."""
    written = [record["dynamodb"].get("ApproximateCreationDateTime", 0) for record in (records[0], records[-1])]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _iso(dt.datetime.now(dt.UTC).timestamp()),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": sequence_number(records[0]),
            "endSequenceNumber": sequence_number(records[-1]),
            "approximateArrivalOfFirstRecord": _iso(written[0]),
            "approximateArrivalOfLastRecord": _iso(written[1]),
            "batchSize": len(records),
            "streamArn": mapping.stream,
        },
    }


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


class Feed:
    """One function fed from one shard until `stopping` is set."""

    def __init__(
        self, mapping: Mapping, shard: Shard, functions: Functions, position: Position, stopping: threading.Event
    ) -> None:
        self._mapping, self._shard, self._position, self._stopping = mapping, shard, position, stopping
        self._empty_reads = 0
        self._delivery = Delivery(
            mapping=mapping,
            invoke=lambda records: functions.invoke(mapping, records),
            advance=position.advance,
            park=lambda records, attempts: functions.park(mapping, shard.shard, records, attempts),
            pause=stopping.wait,
        )

    def run(self) -> None:
        """Deliver what is there and what comes; once stopped, note down what is left."""
        while not self._stopping.is_set():
            self._survive(self._deliver_next)
        self._survive(self._put_rest_aside)

    def _deliver_next(self) -> None:
        size = self._mapping.batch_size
        records = self._position.pending[:size] or self._shard.read(self._position.after, size)
        if records:
            self._empty_reads = 0
            self._delivery.deliver(records)
        else:
            self._empty_reads += 1
            self._stopping.wait(POLL_SECONDS if self._empty_reads < _IDLE_AFTER else IDLE_POLL_SECONDS)

    def _put_rest_aside(self) -> None:
        self._position.put_aside(self._shard.read_all(self._position.after))

    def _survive(self, step: Callable[[], None]) -> None:
        """A fault of the emulator itself counts as no attempt: wait, and begin again after the last position."""
        try:
            step()
        except (BotoCoreError, ClientError) as error:
            LOG.warning("%s: %s", _name(self._mapping.function), error)
            self._shard.forget()
            self._stopping.wait(_RECOVERY_SECONDS)


def feeds(home: Home, aws: str, stopping: threading.Event) -> list[Feed]:
    """A feed for each shard of each mapping that is deployed."""
    streams = client("dynamodbstreams", aws)
    functions = Functions(client("lambda", aws), client("sqs", aws))
    described = client("lambda", aws).get_paginator("list_event_source_mappings").paginate()
    mappings = of_streams([one for page in described for one in page["EventSourceMappings"]])
    return [
        Feed(mapping, Shard(streams, mapping.stream, shard), functions, _position(home, mapping, shard), stopping)
        for mapping in mappings
        for shard in _shards(streams, mapping.stream)
    ]


def _shards(streams: Any, stream: str) -> list[str]:
    description = streams.describe_stream(StreamArn=stream)["StreamDescription"]
    return [shard["ShardId"] for shard in description["Shards"]]


def _position(home: Home, mapping: Mapping, shard: str) -> Position:
    function = mapping.function.partition(":function:")[2]
    stream = mapping.stream.partition(":table/")[2]
    return Position(home.checkpoints / (re.sub(r"[^\w.-]", "-", f"{function}--{stream}--{shard}") + ".json"))


def main(directory: str, aws: str) -> int:
    """Feed until SIGTERM; 1 as soon as one feed breaks down, so that the stack is seen to be unwell."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    home = Home(Path(directory))
    all_feeds = feeds(home, aws, stopping)
    home.pump_ready.touch()  # from here on a SIGTERM loses nothing
    LOG.info("feeding %d functions in %s", len(all_feeds), REGION)
    with ThreadPoolExecutor(max_workers=len(all_feeds) + 1) as threads:
        running = [threads.submit(feed.run) for feed in all_feeds]
        while not stopping.wait(_WATCH_SECONDS):
            if any(feed.done() for feed in running):
                stopping.set()
    return 1 if any(_broke_down(feed) for feed in running) else 0


def _broke_down(feed: Future[None]) -> bool:
    error = feed.exception()
    if error:
        LOG.error("a feed broke down", exc_info=error)
    return error is not None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
