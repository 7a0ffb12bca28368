"""Random schedules of the log's stream: what Lambda may do to two consumers, and a bad day may do to their records.

Records come in shards, twice, late and out of order; batches are cut anywhere, are split, break down half-way and come
again; ports do not answer now and then; some records are poison. Nothing here sleeps or uses a network.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from infra.components.stream_consumer import BATCH, RETRIES
from infra.local.delivery import Delivery, Record, handled_in_front
from infra.local.mappings import Mapping as EventSource
from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.application.parking import DISPATCH, PROJECT
from narrowcast.application.ports import Entry, ParkedRecord, UnavailableError
from narrowcast.application.projections import INDEX, READ, Projection
from narrowcast.application.rebuild import Difference, Rebuilder
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.entrypoints import stream_consumer
from tests.support.lambda_context import CONTEXT
from tests.support.newsroom import HOSPITAL, IDENTITY, REPORT, World
from tests.support.stream_batches import batch

Kept = tuple[Mapping[str, Entry], Mapping[str, Entry]]
SOURCE = EventSource("function", "stream", BATCH, retries=RETRIES, bisect=True, partial_failures=True)
BREAKDOWNS = 6
"""How many calls of a schedule may break down as a whole: fewer than it takes to lose a record to the dead letters."""


def clinic() -> World:
    """A hospital whose log calls for every kind of message: a request is open, a push is approved and did not leave."""
    world = World().open_hospital().publish("dm-know").plan("at-doctor").accept("at-doctor").plan("at-editor")
    accepted = world.reception.accept(REPORT, IDENTITY)
    world.deliver({"hospital": HOSPITAL, "visit_id": accepted.visit_id, "visit_version": 1})
    return world


@dataclass(frozen=True)
class Outcome:
    """What a schedule came to."""

    kept: Kept
    rebuilt: Kept
    differences: list[Difference]
    parked: list[ParkedRecord]
    poison: set[tuple[str, str, int]]
    left: list[ParkedRecord]
    damaged: set[str]
    dead_letters: list[Record]
    sent: Counter[str]
    due: set[str]


class Unsteady:
    """A port whose calls fail now and then, before they did their work or, if they may, `after` it."""

    def __init__(self, port: Any, rng: random.Random, names: Sequence[str], rate: float, *, after: bool = True) -> None:
        self._port, self._rng, self._names, self._rate, self._after = port, rng, names, rate, after

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)
        return self._failing(call) if name in self._names else call

    def _failing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def attempt(*arguments: Any, **named: Any) -> Any:
            if self._rng.random() < self._rate:
                raise UnavailableError("before")
            answer = call(*arguments, **named)
            if self._after and self._rng.random() < self._rate:
                raise UnavailableError("after")
            return answer

        return attempt


@dataclass
class Schedule:
    """One run of both consumers over the log of a hospital, in memory but for the `ports` given."""

    origin: World
    seed: int
    ports: Mapping[str, Any] = field(default_factory=dict)
    rng: random.Random = field(init=False)
    poison: set[tuple[str, str, int]] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    dead_letters: list[Record] = field(default_factory=list)
    seen: set[tuple[str, int]] = field(default_factory=set)
    breakdowns: int = BREAKDOWNS

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - a schedule, not a secret
        self.world = world = World(log=MemoryEventLog(), key=self.origin.key, ring=self.origin.ring, **self.ports)
        world.log._streams = {name: list(commits) for name, commits in self.origin.log._streams.items()}
        world.vault._contacts = dict(self.origin.vault._contacts)
        self._damage()
        read: Any = Unsteady(world.read, self.rng, ("put",), 0.05)
        index: Any = Unsteady(world.index, self.rng, ("put", "remove"), 0.05)
        projector = replace(world.projector, read=read, index=index)
        effects: Any = Unsteady(world.effects, self.rng, ("claim",), 0.03, after=False)
        mailroom = replace(world.dispatcher.mailroom, effects=effects)
        dispatcher = replace(world.dispatcher, mailroom=mailroom)
        self._handlers = {
            PROJECT: stream_consumer(PROJECT, lambda: world.parking)(lambda c: projector.project(c.stream)),
            DISPATCH: stream_consumer(DISPATCH, lambda: world.parking)(dispatcher.carry_out),
        }

    def _damage(self) -> None:
        """Overwrite a commit of the log itself, in a quarter of all schedules."""
        if self.rng.random() > 0.25:
            return
        stream = self.rng.choice(sorted(name for name in self.world.log._streams if "/fact#" in name))
        commits = self.world.log._streams[stream]
        place = self.rng.randrange(len(commits))
        commits[place] = replace(commits[place], payload=commits[place].payload.replace(b"2", b"3", 1) + b" ")
        self.damaged.add(stream)

    def run(self) -> Outcome:
        """Deliver everything to both, also what they append themselves; replay what was parked."""
        parked: list[ParkedRecord] = []
        while fresh := [c for c in self.world.log.scan() if (c.stream, c.version) not in self.seen]:
            self.seen |= {(commit.stream, commit.version) for commit in fresh}
            self._deliver(fresh)
            parked += self.world.lot.list()
            for _ in self.world.replay.replay():
                pass
        return Outcome(
            kept=(self.world.read.entries(), self.world.index.entries()),
            rebuilt=rebuilt(self.world),
            differences=compared(self.world),
            parked=parked,
            poison=self.poison,
            left=list(self.world.lot.list()),
            damaged=self.damaged,
            dead_letters=self.dead_letters,
            sent=Counter(message.effect for message in self.world.messenger.sent),
            due=self._due(),
        )

    def _deliver(self, commits: Sequence[Commit]) -> None:
        """Feed both consumers from shards of their own, one shard after the other in any order."""
        shards = [(name, shard) for name in self._handlers for shard in self._shards(name, commits)]
        self.rng.shuffle(shards)
        for name, shard in shards:
            self._feed(name, shard)

    def _due(self) -> set[str]:
        """The messages that the log calls for."""
        requests = {
            f"{e.event_id}|{channel}"
            for e in self.world.envelopes(event_type="SignatureRequested")
            for channel in ("mail", "sms")
        }
        return requests | {f"{e.event_id}|push" for e in self.world.envelopes(event_type="PushApproved")}

    def _shards(self, consumer: str, commits: Sequence[Commit]) -> Iterator[list[Record]]:
        """Cut the commits into shards by stream, with some records again, and some of them out of order."""
        number = self.rng.randint(1, 3)
        records = list(batch(commits)["Records"])
        for shard in range(number):
            own = [self._spoilt(consumer, r) for r in records if crc32(_stream_of(r).encode()) % number == shard]
            again = self.rng.choices(own, k=self.rng.randint(0, len(own))) if own else []
            delivered = own + again
            if self.rng.random() < 0.5:
                self.rng.shuffle(delivered)
            yield [_numbered(record, place) for place, record in enumerate(delivered, start=1)]

    def _spoilt(self, consumer: str, record: Record) -> Record:
        """Return the record, or now and then one that holds no commit of ours under its key."""
        image = record["dynamodb"]["NewImage"]
        keys = {name: image[name] for name in ("stream", "version")}
        if _stream_of(record) in self.damaged and consumer == PROJECT:
            return record
        if self.rng.random() > 0.05:
            return record
        self.poison.add((consumer, keys["stream"]["S"], int(keys["version"]["N"])))
        spoilt = self.rng.choice([keys, image | {"payload": {"B": "W10="}}, image | {"hash": {"S": "0" * 64}}])
        return {**record, "dynamodb": {**record["dynamodb"], "NewImage": spoilt}}

    def _feed(self, consumer: str, records: list[Record]) -> None:
        delivery = Delivery(
            mapping=SOURCE,
            invoke=lambda batch_: self._invoke(consumer, batch_),
            advance=lambda _: None,
            park=lambda lost, _: self.dead_letters.extend(lost),
            pause=lambda _: False,
        )
        while records:
            size = self.rng.randint(1, SOURCE.batch_size)
            delivery.deliver(records[:size])
            records = records[size:]

    def _invoke(self, consumer: str, records: Sequence[Record]) -> int:
        """Call the function; now and then it breaks down, after some of the batch."""
        if self.breakdowns and self.rng.random() < 0.1:
            self.breakdowns -= 1
            done = records[: self.rng.randint(1, len(records))]
            self._handlers[consumer]({"Records": list(done)}, CONTEXT)
            return 0
        answer = self._handlers[consumer]({"Records": list(records)}, CONTEXT)
        return handled_in_front(SOURCE, records, answer)


def rebuilt(world: World) -> Kept:
    """What a clean rebuild of the log makes."""
    read, index = MemoryReadTable(), MemoryContentIndex()
    Rebuilder(world.log, READ, read.begin, lambda _: None).rebuild(segments=1)
    Rebuilder(world.log, INDEX, index.begin, lambda _: None).rebuild(segments=1)
    return read.entries(), index.entries()


def compared(world: World) -> list[Difference]:
    """Where a rebuild beside the live rows and index differs from them."""
    kept: tuple[tuple[Projection, Any], ...] = ((READ, world.read), (INDEX, world.index))
    rebuilders = (Rebuilder(world.log, projection, port.begin, lambda _: None) for projection, port in kept)
    return [each for rebuilder in rebuilders for each in rebuilder.rebuild(swap=False, segments=1).differences]


def _stream_of(record: Record) -> str:
    stream: str = record["dynamodb"]["Keys"]["stream"]["S"]
    return stream


def _numbered(record: Record, place: int) -> Record:
    return {**record, "dynamodb": {**record["dynamodb"], "SequenceNumber": str(place)}}
