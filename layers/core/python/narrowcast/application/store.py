"""Loading aggregates and executing commands: the only writer of the log.

A command is a function of the state that returns events or raises a Refusal. Ids, times, actors and the hash chain are
put on here, so that decisions stay pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from narrowcast.application.folding import Loaded, fold
from narrowcast.application.ports import Clock, ConflictError, EventLog, IdSource, Snapshots, UnavailableError
from narrowcast.application.remembering import FoldsOfOneReading
from narrowcast.application.snapshots import due, load_long, take
from narrowcast.application.streams import Aggregate
from narrowcast.contracts.codec import Circumstances, Envelope, decode, encode, timestamp
from narrowcast.contracts.commit import Commit, seal

S = TypeVar("S")
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and what led to it: goes into every event's envelope. Codes and pseudonyms only."""

    name: str
    correlation_id: str = ""
    causation_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S]):
    """What a command led to: the new state and version, and the events, none if nothing changed."""

    state: S
    version: int
    events: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """The log, a clock and a source of ids: all that command handling needs. Snapshots only save time."""

    log: EventLog
    clock: Clock
    ids: IdSource
    snapshots: Snapshots | None = None
    folds: FoldsOfOneReading | None = None

    def reading_once(self) -> Store:
        """Return a store for one answer: it reads each stream without snapshots once. Not for whoever writes."""
        return replace(self, folds=FoldsOfOneReading())

    def load(self, aggregate: Aggregate[S], hospital: str, key: str, *, until: int | None = None) -> Loaded[S]:
        """Fold the aggregate's stream, up to version `until` if given."""
        stream = aggregate.stream(hospital, key)
        if self.snapshots and aggregate.grows:
            return load_long(self.log, self.snapshots, aggregate, stream, until)
        if self.folds and until is None and not aggregate.grows:
            return self.folds.load(self.log, aggregate, stream)
        return fold(aggregate, stream, self.log.read(stream, until=until))

    def execute(
        self,
        aggregate: Aggregate[S],
        hospital: str,
        key: str,
        decide: Callable[[S], Sequence[Any]],
        actor: Actor,
    ) -> Outcome[S]:
        """Decide on the present state and append; when another writer was first, decide again on what it left.

        Raises whatever Refusal `decide` raises; ConflictError after five lost races.
        """
        for _ in range(ATTEMPTS):
            loaded = self.load(aggregate, hospital, key)
            events = tuple(decide(loaded.state))
            if not events:
                return Outcome(loaded.state, loaded.version, ())
            try:
                return self._append(aggregate, loaded, events, actor)
            except ConflictError:
                continue
        message = f"{aggregate.stream(hospital, key)}: lost {ATTEMPTS} races in a row"
        raise ConflictError(message)

    def _append(self, aggregate: Aggregate[S], loaded: Loaded[S], events: tuple[Any, ...], actor: Actor) -> Outcome[S]:
        commit = self._commit(loaded, events, actor)
        self.log.append(commit)
        state = loaded.state
        for event in events:
            state = aggregate.evolve(state, event)
        written = Loaded(loaded.stream, state, commit.version, commit.hash, loaded.folded + len(events))
        self._keep_snapshot(aggregate, written)
        return Outcome(state, commit.version, events)

    def _keep_snapshot(self, aggregate: Aggregate[S], written: Loaded[S]) -> None:
        """Take a snapshot when it is time; the command is done already, so one that cannot be kept is let go."""
        if self.snapshots and aggregate.grows and due(written):
            with suppress(UnavailableError):
                self.snapshots.keep(take(aggregate, written))

    def _commit(self, loaded: Loaded[Any], events: tuple[Any, ...], actor: Actor) -> Commit:
        now = timestamp(self.clock.now())
        commit_id = self.ids.new_id()
        correlation = actor.correlation_id or commit_id
        circumstances = Circumstances(actor.name, correlation, actor.causation_id, now, now)
        return seal(
            stream=loaded.stream,
            version=loaded.version + 1,
            commit_id=commit_id,
            recorded_at=now,
            payload=encode(events, commit_id, circumstances),
            previous=loaded.head,
        )


def history(log: EventLog, stream: str) -> list[Envelope]:
    """Return every event of a stream with its envelope, in order."""
    return [envelope for commit in log.read(stream) for envelope in decode(commit)]
