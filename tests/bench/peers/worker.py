"""One store of events in a process of its own: does what it is told on stdin, a JSON line each, and says what it took.

    python -m tests.bench.peers.worker STORE

The stores are given the same events and do the same work: from decided events to stored bytes, and back. It runs in
two environments, so what a store needs is imported where it is made.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from uuid import UUID, uuid4

PER_COMMIT = 10
Event = dict[str, Any]


class Peer(Protocol):
    """A store under measurement. A stream is known by a UUID; `after` counts what was written to it before."""

    def ready(self, events: Sequence[Event]) -> Any:
        """Return the events as the store's user holds them: not measured."""

    def append(self, stream: UUID, after: int, events: Any) -> None:
        """Store the events behind `after` others, all or none."""

    def load(self, stream: UUID) -> int:
        """Read the stream's events back as objects; return how many."""


def ours() -> Peer:
    """Return the log of this package: validated, hashed, one conditional put."""
    import msgspec  # noqa: PLC0415 - not in the peers' environment

    from narrowcast.adapters.dynamodb.event_log import DynamoEventLog  # noqa: PLC0415
    from narrowcast.adapters.dynamodb.tables import connect  # noqa: PLC0415
    from narrowcast.contracts.codec import Circumstances, decode, encode  # noqa: PLC0415
    from narrowcast.contracts.commit import seal  # noqa: PLC0415
    from narrowcast.contracts.registry import EVENTS  # noqa: PLC0415

    log = DynamoEventLog(
        connect(region=os.environ["AWS_DEFAULT_REGION"], host=os.environ["AWS_ENDPOINT_URL"]), os.environ["LOG_TABLE"]
    )
    at = "2026-11-20T07:40:00.000000Z"
    heads: dict[UUID, str] = {}

    class Ours:
        def ready(self, events: Sequence[Event]) -> Any:
            return [msgspec.convert(each["data"], EVENTS[each["type"]][0]) for each in events]

        def append(self, stream: UUID, after: int, events: Any) -> None:
            commit_id = uuid4().hex
            commit = seal(
                stream=f"renhe/visit#{stream.hex}",
                version=after // PER_COMMIT + 1,
                commit_id=commit_id,
                recorded_at=at,
                payload=encode(events, commit_id, Circumstances("system:bench", commit_id, "", at, at)),
                previous=heads[stream] if after else "",
            )
            log.append(commit)
            heads[stream] = commit.hash

        def load(self, stream: UUID) -> int:
            loaded, previous = 0, ""
            for commit in log.read(f"renhe/visit#{stream.hex}"):
                if not (commit.intact and commit.previous == previous):
                    raise ValueError("the chain does not hold")
                loaded, previous = loaded + len(decode(commit)), commit.hash
            return loaded

    return Ours()


def eventsourcing(recorder: Any) -> Peer:
    """Return an event store of `eventsourcing` on one of its recorders, with its usual JSON."""
    from tests.bench.peers.told import store_on, told  # noqa: PLC0415

    store = store_on(recorder)

    class Library:
        def ready(self, events: Sequence[Event]) -> Any:
            return events

        def append(self, stream: UUID, after: int, events: Any) -> None:
            store.put(
                [told(stream, after + place, each["type"], each["data"]) for place, each in enumerate(events, start=1)]
            )

        def load(self, stream: UUID) -> int:
            return len(list(store.get(stream)))

    return Library()


def on_dynamodb() -> Peer:
    """Return `eventsourcing-dynamodb`."""
    import boto3  # noqa: PLC0415
    from eventsourcing_dynamodb.recorders import (  # type: ignore[import-not-found]  # noqa: PLC0415
        DynamoAggregateRecorder,
    )

    return eventsourcing(DynamoAggregateRecorder(os.environ["PEER_TABLE"], boto3.resource("dynamodb")))


def on_sqlite() -> Peer:
    """Return `eventsourcing` on SQLite, in a file."""
    from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteDatastore  # noqa: PLC0415

    recorder = SQLiteAggregateRecorder(SQLiteDatastore(os.environ["PEER_FILE"]))
    recorder.create_table()
    return eventsourcing(recorder)


PEERS: dict[str, Callable[[], Peer]] = {"ours": ours, "dynamodb": on_dynamodb, "sqlite": on_sqlite}


def append(peer: Peer, events: list[Event]) -> dict[str, float]:
    """Append the events to a new stream."""
    ready = peer.ready(events)
    return _timed(lambda: peer.append(uuid4(), 0, ready))


def load(peer: Peer, stream: UUID, count: int) -> dict[str, float]:
    """Load a stream that was filled before."""

    def act() -> None:
        if (loaded := peer.load(stream)) != count:
            raise ValueError(f"{loaded} events came back of {count}")

    return _timed(act)


def fill(peer: Peer, events: list[Event]) -> UUID:
    """Write the events to a new stream, ten at a time."""
    stream = uuid4()
    for after in range(0, len(events), PER_COMMIT):
        peer.append(stream, after, peer.ready(events[after : after + PER_COMMIT]))
    return stream


def units(peer: Peer, events: list[Event]) -> dict[str, float]:
    """Count the write units of an append, and the requests."""
    from tests.bench.metering import Meter  # noqa: PLC0415 - patches what it counts

    meter = Meter()
    with meter.counting():
        append(peer, events)
    return {"units": sum(call.write_units for call in meter.calls), "requests": len(meter.calls)}


def stale(peer: Peer, events: list[Event]) -> dict[str, float]:
    """Let a second writer append where a first one did already; return 1 if nobody told it, so that one was lost."""
    stream, ready = uuid4(), peer.ready(events)
    peer.append(stream, 0, ready)
    try:
        peer.append(stream, 0, ready)
    except Exception as refusal:
        if "already" not in str(refusal) and "UNIQUE" not in str(refusal):
            raise
        return {"lost": 0}
    return {"lost": 1}


def _timed(act: Callable[[], None]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def main() -> None:
    """Answer each line until there is none."""
    peer = PEERS[sys.argv[1]]()
    streams: dict[int, UUID] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        events: list[Event] = asked.get("events", [])
        told: dict[str, float] = {}
        match asked["do"]:
            case "append":
                told = append(peer, events)
            case "units":
                told = units(peer, events)
            case "stale":
                told = stale(peer, events)
            case "fill":
                streams[len(events)] = fill(peer, events)
            case "load":
                told = load(peer, streams[asked["count"]], asked["count"])
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
