"""The log against a model, as several writers use it: stale, throttled, without answers, restarted in between.

The model is a list of commits a stream. A writer goes on from what it has read last, so it is often behind. An append
that ended in UnavailableError may or may not be in the log; a look past the faults tells, and what is there must be
the very commit, at its place. Commands load through snapshots, which come early here and are spoilt now and then.
`--hypothesis-profile=nightly` runs at least 50,000 steps on each log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import ClassVar, Protocol

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from narrowcast.adapters.dynamodb.snapshots import DynamoSnapshots
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.snapshots import MemorySnapshots
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.adapters.system import RandomIds
from narrowcast.application import snapshots as taking
from narrowcast.application.folding import Loaded, fold
from narrowcast.application.ports import AheadError, ConflictError, ForeignChainError, Snapshots, UnavailableError
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import GUIDE
from narrowcast.contracts.codec import encode
from narrowcast.contracts.commit import Commit, Head
from narrowcast.domain.guide import GuidePushed
from narrowcast.domain.vocabulary import Channel
from tests.bench.tables import say
from tests.support.emulator import Emulator
from tests.support.flaky import LOST, PASS, THROTTLED, Flaky, FlakyDynamo, FlakyMemory, FlakyWire, hasty_sdk
from tests.support.log_tables import new_log_table, new_snapshot_table
from tests.support.written_events import CIRCUMSTANCES, sealed

RETRIES = (0, 1, 3)
"""One writer each: how often its SDK tries again by itself."""

CALM = 2
"""The retries of those that only look: no script is ever theirs."""

NIGHTLY_STEPS = 50_000
SEEN = {f"append: {what}" for what in ("done", "unknown", "ConflictError", "AheadError", "ForeignChainError")} | {
    "load: from a snapshot",
    "snapshot spoilt",
}
"""What must have happened for those steps to prove anything."""

NOWHERE = Head(0, "f" * 64)
_NUMBERS = count(1)

writers = st.integers(0, len(RETRIES) - 1)
keys = st.sampled_from(("a", "b"))
sizes = st.sampled_from((1, 3, 40))
faults = st.lists(st.sampled_from((PASS, LOST, THROTTLED)), max_size=5)
bounds = st.integers(0, 12)


class Place(Protocol):
    """What outlives the processes of an example: a log and its snapshots."""

    snapshots: Snapshots

    def open(self, retries: int) -> Flaky:
        """Return the log as a process that has just started has it."""


@dataclass
class Writer:
    """A process: its log, the head it knows of each stream, and everything it ever sent."""

    flaky: Flaky
    heads: dict[str, Head] = field(default_factory=dict)
    sent: list[Commit] = field(default_factory=list)


def verdict(stream: list[Commit], commit: Commit) -> type[ConflictError] | None:
    """Return what an append must be refused with; None if it must be acknowledged."""
    if commit.version > len(stream) + 1:
        return AheadError
    if commit.previous != ("" if commit.version == 1 else stream[commit.version - 2].hash):
        return ForeignChainError
    return None if commit in stream or commit.version == len(stream) + 1 else ConflictError


class LogMachine(RuleBasedStateMachine):
    """Several writers on two streams of a log that outlives them all; `begin` makes the place of an example."""

    told: ClassVar[Counter[str]] = Counter()

    def __init__(self, begin: Callable[[], Place]) -> None:
        super().__init__()
        self.place = begin()
        self.example = next(_NUMBERS)
        self.model = defaultdict[str, list[Commit]](list)
        self.writers = [Writer(self.place.open(retries)) for retries in RETRIES]
        self.observer = self.place.open(CALM).log

    @rule(writer=writers, key=keys, events=sizes, faults=faults)
    def append(self, writer: int, key: str, events: int, faults: list[str]) -> None:
        """Go on from what the writer knows, which may be long ago."""
        head = self.writers[writer].heads.get(self._stream(key), Head())
        self._send(writer, self._commit(key, head.version + 1, head.hash, events), faults)

    @rule(writer=writers, key=keys, off=st.integers(-3, 3), on=st.integers(-4, 3), faults=faults)
    def misplace(self, writer: int, key: str, off: int, on: int, faults: list[str]) -> None:
        """Aim at a place near the end of the stream, on top of a commit that need not be the one before."""
        stream = self.model[self._stream(key)]
        heads = [Head(), NOWHERE, *(commit.head for commit in stream)]
        version, previous = max(1, len(stream) + off), heads[on % len(heads)].hash
        self._send(writer, self._commit(key, version, previous, 1), faults)

    @rule(writer=writers, sent=st.integers(0), faults=faults)
    def send_again(self, writer: int, sent: int, faults: list[str]) -> None:
        """Repeat what was sent before, whatever came of it: that settles an unknown outcome."""
        if commits := self.writers[writer].sent:
            self._send(writer, commits[sent % len(commits)], faults)

    @rule(writer=writers, key=keys, faults=faults)
    def command(self, writer: int, key: str, faults: list[str]) -> None:
        """Execute a command: load, decide on what is there, append."""
        stream, flaky = self._stream(key), self.writers[writer].flaky
        store, before = self._store(writer), self.model[stream]
        flaky.script(faults)
        try:
            outcome = store.execute(GUIDE, "renhe", self._key(key), lambda _: _pushes(2), Actor("system:proof"))
        except UnavailableError:
            self._count("command: unknown", allowed=bool(set(faults) - {PASS}))
        else:
            self._count("command: done")
            assert outcome.version == len(before) + 1
            assert len(list(self.observer.read(stream))) == outcome.version
        after = list(self.observer.read(stream))
        assert after[: len(before)] == before
        assert len(after) <= len(before) + 1
        self.model[stream] = after
        assert fold(GUIDE, stream, after).version == len(after)

    @rule(writer=writers, key=keys, faults=faults)
    def catch_up(self, writer: int, key: str, faults: list[str]) -> None:
        """Read the whole stream and its head."""
        stream, this = self._stream(key), self.writers[writer]
        this.flaky.script(faults)
        try:
            commits, head = list(this.flaky.log.read(stream)), this.flaky.log.head(stream)
        except UnavailableError:
            self._count("read: unknown", allowed=bool(set(faults) - {PASS}))
            return
        self._count("read: done")
        assert commits == self.model[stream]
        assert head == (commits[-1].head if commits else Head())
        this.heads[stream] = head

    @rule(writer=writers, key=keys, after=bounds, until=bounds | st.none(), limit=st.integers(1, 5), down=st.booleans())
    def read_range(self, writer: int, key: str, after: int, until: int | None, limit: int, *, down: bool) -> None:
        """Read a part of the stream, from either end."""
        stream, this = self._stream(key), self.writers[writer]
        this.flaky.script([])
        read = list(this.flaky.log.read(stream, after=after, until=until, limit=limit, backward=down))
        within = [
            c for c in self.model[stream] if after < c.version <= (len(self.model[stream]) if until is None else until)
        ]
        assert read == (within[::-1] if down else within)[:limit]
        self._count("range: done")

    @rule(writer=writers, key=keys, until=bounds | st.none())
    def load(self, writer: int, key: str, until: int | None) -> None:
        """Fold the stream, from its snapshot if there is one: to the state that the whole stream folds to."""
        stream = self._stream(key)
        self.writers[writer].flaky.script([])
        loaded = self._store(writer).load(GUIDE, "renhe", self._key(key), until=until)
        whole = fold(GUIDE, stream, self.model[stream][:until])
        assert replace(loaded, folded=whole.folded) == whole
        self._count("load: from a snapshot" if loaded.folded < whole.folded else "load: whole")

    @rule(key=keys, how=st.sampled_from(("state", "head", "ahead", "gone")))
    def spoil(self, key: str, how: str) -> None:
        """Put another snapshot in the place of the right one, such as damage or another table's would be."""
        snapshots, stream = self.place.snapshots, self._stream(key)
        if not (snapshot := snapshots.find(stream)):
            return
        spoilt = {
            "state": replace(snapshot, state=snapshot.state.replace(b"sms", b"app")),
            "head": taking.take(GUIDE, Loaded(stream, GUIDE.initial, snapshot.version, NOWHERE.hash)),
            "ahead": taking.take(GUIDE, Loaded(stream, GUIDE.initial, snapshot.version + 1, snapshot.head)),
        }
        snapshots.drop(stream)
        if how in spoilt:
            snapshots.keep(spoilt[how])
        self._count("snapshot spoilt")

    @rule(writer=writers)
    def restart(self, writer: int) -> None:
        """Start the process anew: it has read nothing; its callers still know what they sent."""
        self.writers[writer].flaky = self.place.open(RETRIES[writer])
        self.writers[writer].heads.clear()
        self._count("restart")

    def teardown(self) -> None:
        """Find in a log opened at the end what the model has, in both directions, as one chain."""
        for stream, commits in self.model.items():
            fresh = self.place.open(CALM).log
            assert list(fresh.read(stream)) == commits
            assert list(fresh.read(stream, backward=True)) == commits[::-1]
            assert fold(GUIDE, stream, commits).version == len(commits)

    def _send(self, writer: int, commit: Commit, faults: list[str]) -> None:
        """Append; what the writer is told and what the log holds must be what the model says."""
        this, before = self.writers[writer], self.model[commit.stream]
        expected = verdict(before, commit)
        this.flaky.script(faults)
        try:
            this.flaky.log.append(commit)
        except ConflictError as refusal:
            self._count(f"append: {type(refusal).__name__}", allowed=type(refusal) is expected)
        except UnavailableError:
            self._count("append: unknown", allowed=bool(set(faults) - {PASS}))
            self._settle(commit, expected)
        else:
            self._count("append: done", allowed=expected is None)
            self._accept(commit)
            this.heads[commit.stream] = max(
                commit.head, this.heads.get(commit.stream, Head()), key=lambda head: head.version
            )
        this.sent.append(commit)
        assert list(self.observer.read(commit.stream)) == self.model[commit.stream]

    def _settle(self, commit: Commit, expected: type[ConflictError] | None) -> None:
        """Look past the faults whether the commit got there; only one that fits may have."""
        if expected is None and list(self.observer.read(commit.stream, after=commit.version - 1, limit=1)) == [commit]:
            self._accept(commit)

    def _accept(self, commit: Commit) -> None:
        if commit not in self.model[commit.stream]:
            self.model[commit.stream].append(commit)

    def _commit(self, key: str, version: int, previous: str, events: int) -> Commit:
        commit_id = f"commit-{next(_NUMBERS)}"
        payload = encode(_pushes(events), commit_id, CIRCUMSTANCES)
        return sealed(payload, stream=self._stream(key), version=version, previous=previous, commit_id=commit_id)

    def _store(self, writer: int) -> Store:
        return Store(self.writers[writer].flaky.log, FixedClock(), RandomIds(), self.place.snapshots)

    def _key(self, key: str) -> str:
        return f"{self.example}-{key}"

    def _stream(self, key: str) -> str:
        return GUIDE.stream("renhe", self._key(key))

    def _count(self, what: str, *, allowed: bool = True) -> None:
        assert allowed, what
        self.told[what] += 1


def _pushes(number: int) -> list[GuidePushed]:
    return [GuidePushed(f"push-{next(_NUMBERS)}", Channel.SMS) for _ in range(number)]


class InMemory:
    """The place of one example in memory."""

    def __init__(self) -> None:
        self.snapshots: Snapshots = MemorySnapshots()
        self._log = MemoryEventLog()

    def open(self, retries: int) -> Flaky:
        return FlakyMemory(self._log, retries)


class InDynamo:
    """A table of commits and one of snapshots; examples do not share streams, so they may share these."""

    def __init__(self, aws: Emulator) -> None:
        self._wires = {retries: FlakyWire(aws.endpoint_url, retries) for retries in (*RETRIES, CALM)}
        self._table = new_log_table(aws)
        self.snapshots: Snapshots = DynamoSnapshots(self._wires[CALM].connect(), new_snapshot_table(aws))

    def open(self, retries: int) -> Flaky:
        return FlakyDynamo(self._wires[retries], self._table)


def run_machine(begin: Callable[[], Place], examples: int, capsys: pytest.CaptureFixture[str]) -> None:
    nightly = settings.get_current_profile_name() == "nightly"
    sized = settings() if nightly else settings(max_examples=examples, stateful_step_count=40)
    LogMachine.told = Counter()
    run_state_machine_as_test(
        lambda: LogMachine(begin),  # type: ignore[arg-type]  # whatever makes a machine will do
        settings=settings(sized, suppress_health_check=list(HealthCheck), print_blob=True),
    )
    told = LogMachine.told
    with capsys.disabled():
        say(f"\n{told.total():,} steps: " + ", ".join(f"{n:,} {what}" for what, n in sorted(told.items())))
    assert not nightly or (told.total() >= NIGHTLY_STEPS and told.keys() >= SEEN)


@pytest.fixture(autouse=True)
def early_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a snapshot after 6 events, and let a stream of 3 commits be long."""
    monkeypatch.setattr(taking, "EVERY", 6)
    monkeypatch.setattr(taking, "TAIL", 2)
    monkeypatch.setattr(taking, "LONG", 1)


def test_the_log_in_memory_does_as_the_model_says(capsys: pytest.CaptureFixture[str]) -> None:
    run_machine(InMemory, 60, capsys)


@pytest.mark.stack
def test_the_log_in_dynamodb_does_as_the_model_says(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    place = InDynamo(aws)
    with hasty_sdk():
        run_machine(lambda: place, 20, capsys)
