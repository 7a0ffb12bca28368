"""`kill -9` at each step boundary of the outbox: workflows started and answered, mail, SMS and app messages sent.

Each kill has a hospital of its own, whose log is the same but for its ids. Its batch is delivered to the process that
dies and then, as by AWS, to clean ones until they take in all of it. Mail and SMS have no memory: a process that dies
between handing a message over and noting it leaves a claim behind, and what is in doubt is parked for a person and
never sent again by itself; a person who asks the provider then says of each whether it left. The hospital's app knows
an id again, so its messages are repeated and shown once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from narrowcast.application.ports import Contact
from narrowcast.contracts.codec import decode
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.crashes import NEVER, FailedError, Nursery, nursery, sweep
from tests.support.emulator import Emulator
from tests.support.http_server import Script, scripted_server
from tests.support.proof_ground import WaitingRoom, executions, outside, surroundings
from tests.support.proof_world import at, copy
from tests.support.stream_batches import batch

LED_TO = frozenset({"GuidePushed", "FactsDelivered"})
"""Events that dispatching itself leads to: they are not in the log yet when the batch comes."""

BATCH = {
    "content#c-1": {"ContentSigned"},
    "content#c-2": {"TopicPlanned", "DraftAccepted", "SignatureRequested"},
    "visit#": {"VisitOpened"},
    "patient#": {"PushApproved"},
}
"""What is delivered, by the stream it is in: two starts, two answers, a mail, two SMS and a message to the app."""

WAITS = (("c-1", "signature"), ("c-2", "editing"), ("c-2", "signature"))
"""Waits that are open; the last one has no decision yet and must go on waiting."""

DELAYS = (0, 1, 120, 240)
"""Seconds after the kill at which the batch comes again: within the lease of a claim, and past it."""

MESSAGES = {"mail": "email of signer", "sms": "phone of signer", "push": "phone of patient"}
"""The message that an effect's name stands for, by its end."""

Effects = Counter[str]


@dataclass(frozen=True)
class Dispatched:
    """What reached the outside after each kill, the deliveries that followed, and a person's word on what was parked.

    Effects `in_doubt` were parked; of these, `in_doubt_sent` had left before the process died. `doubled` and `lost`
    must be 0.
    """

    kills: int
    boundaries: int
    records: int
    effects: int
    in_doubt: int
    in_doubt_sent: int
    repeated_to_app: int
    doubled: int
    lost: int


@dataclass
class Outside:
    """Everything around the processes that are killed; `labels` says whom a message to an address reached."""

    aws: Emulator
    app: Script
    product: Composition
    waits: WaitingRoom
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(100_000_000))

    def open(self, hospital: str) -> list[Commit]:
        """Write a hospital's log, contacts and waits; return the batch that is to be dispatched."""
        commits = [commit for commit in at(hospital) if not LED_TO & _types(commit)]
        copy(commits, self.product.store.log)
        for stream in {commit.stream for commit in commits}:
            if "/signer#" in stream or "/patient#" in stream:
                self.product.vault.keep(stream, self._contact(hospital, stream))
        for content, wait in WAITS:
            token = self.waits.wait(f"{hospital}.{content}.{wait}")
            self.product.waits.keep(hospital, content, wait, token)
        return [commit for commit in commits if _in_batch(commit)]

    def _contact(self, hospital: str, stream: str) -> Contact:
        """Return addresses that nobody else has."""
        number = next(self._numbers)
        contact = Contact(phone=f"+8613{number}", email=f"p{number}@hospital.example", app_user=f"u{number}")
        who = stream.partition("/")[2]
        for channel in ("phone", "email", "app_user"):
            self.labels[getattr(contact, channel)] = (hospital, f"{channel} of {who}")
        return contact

    def effects(self) -> dict[str, Effects]:
        """Return how often each effect happened, by hospital."""
        found = dict[str, Effects]()
        for hospital, what in (*self._messages(), *self._workflows(), *self._written()):
            found.setdefault(hospital, Counter())[what] += 1
        return found

    def repeated_to_app(self) -> int:
        """Return how many calls told the app again what it knew."""
        calls = [request.headers["x-narrowcast-id"] for request in self.app.requests]
        return len(calls) - len(set(calls))

    def resolve(self) -> Counter[bool]:
        """Say of each message in doubt whether it left; count how often it had."""
        happened, left = self.effects(), Counter[bool]()
        for record in self.product.parking_lot.list():
            [doubt] = record.effects  # none if it is parked for another reason, which no kill should lead to
            message = MESSAGES[doubt.rpartition("|")[2]]
            sent = any(what.startswith(message) for what in happened[record.stream.partition("/")[0]])
            left[sent] += 1
            settled = self.product.replay.note_sent(record) if sent else self.product.replay.send_again(record)
            if not settled:
                raise FailedError(f"still parked: {record}")
        return left

    def _messages(self) -> list[tuple[str, str]]:
        mails = [mail for each in self.aws.outbox("ses/messages")["messages"].values() for mail in each]
        short = self.aws.outbox("sns/sms-messages")["sms_messages"]
        pushed = {request.headers["x-narrowcast-id"]: json.loads(request.body)["to"] for request in self.app.requests}
        sent = [to for mail in mails for to in mail["To"]]
        sent += [to for to, messages in short.items() for _ in messages]
        return [self.labels[to] for to in (*sent, *pushed.values()) if to in self.labels]

    def _workflows(self) -> list[tuple[str, str]]:
        started = [
            (process, *name.split(".", 1))
            for process in ("CONTENT_PRODUCTION_ARN", "GUIDE_DELIVERY_ARN")
            for name in executions(self.aws, self.product.settings[process])
        ]
        waiting = [name.split(".", 1) for name in executions(self.aws, self.waits.machine)]
        heard = [(hospital, f"{wait}: {self.waits.heard(f'{hospital}.{wait}')}") for hospital, wait in waiting]
        return [(hospital, f"{process} {name}") for process, hospital, name in started] + heard

    def _written(self) -> list[tuple[str, str]]:
        events = [(c.stream.partition("/"), e.type) for c in self.product.store.log.scan() for e in decode(c)]
        return [(hospital, f"{event} in {stream}") for (hospital, _, stream), event in events if event in LED_TO]


@contextmanager
def dispatching(aws: Emulator, log: Path) -> Iterator[tuple[Nursery, Outside]]:
    """Run processes that dispatch, and the app that they send to."""
    with scripted_server() as app:
        app.answer(200)
        environment = surroundings(aws) | outside(aws, app.url)
        with nursery(environment, log, uses="dispatcher", functions="dispatch_events") as processes:
            yield processes, Outside(aws, app, Composition(Settings(environment)), WaitingRoom(aws))


def kill_dispatches(processes: Nursery, world: Outside, times: int, *, stride: int = 1) -> Dispatched:
    """Kill `times` processes that dispatch a batch."""
    boundaries = set[int]()
    clean = _deliver(processes, world, "clean", NEVER)

    def attempt(number: int, boundary: int) -> bool:
        return _deliver(processes, world, f"h{number}", boundary).killed

    boundaries.update(sweep(times, attempt, stride=stride))
    left = world.resolve()
    effects = world.effects()
    expected = effects.pop("clean")
    return Dispatched(
        kills=times,
        boundaries=len(boundaries),
        records=clean.records,
        effects=expected.total(),
        in_doubt=left.total(),
        in_doubt_sent=left[True],
        repeated_to_app=world.repeated_to_app(),
        doubled=sum((happened - expected).total() for happened in effects.values()),
        lost=sum((expected - happened).total() for happened in effects.values()),
    )


@dataclass(frozen=True)
class Delivered:
    """How the first delivery of a batch ended, and of how many records it was."""

    killed: bool
    records: int


def _deliver(processes: Nursery, world: Outside, hospital: str, kill_at: int) -> Delivered:
    """Deliver a batch, and what is left of it again and again, as an event source mapping does."""
    commits = world.open(hospital)
    event = batch(commits)
    first = processes.run("dispatch_events", kill_at=kill_at, event=event)
    rest = event["Records"] if first.killed else _rest(event["Records"], first.answer)
    for delay in DELAYS:
        if not rest:
            break
        again = processes.run("dispatch_events", seconds_later=delay, event={"Records": rest})
        rest = _rest(rest, again.answer)
    if rest:
        raise FailedError(f"{hospital}: {len(rest)} records are never taken in")
    return Delivered(first.killed, len(commits))


def _rest(records: Sequence[Mapping[str, Any]], answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the records from the first one that failed on: a stream's mapping delivers these again."""
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    places = [at for at, record in enumerate(records) if record["dynamodb"]["SequenceNumber"] in failed]
    return list(records[places[0] :]) if places else []


def _in_batch(commit: Commit) -> bool:
    name = commit.stream.partition("/")[2]
    return any(name.startswith(prefix) and types & _types(commit) for prefix, types in BATCH.items())


def _types(commit: Commit) -> set[str]:
    return {envelope.type for envelope in decode(commit)}
