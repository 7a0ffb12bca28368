"""From commits to the state of an aggregate: in order, along an unbroken hash chain. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from narrowcast.application.streams import Aggregate
from narrowcast.contracts.codec import CorruptCommitError, events_of
from narrowcast.contracts.commit import Commit, Head

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """An aggregate as the log has it: state, number of commits, hash of the last, and how many events were folded."""

    stream: str
    state: S
    version: int = 0
    head: str = ""
    folded: int = 0


def chained(stream: str, commits: Iterable[Commit], start: Head) -> Iterator[Commit]:
    """Yield the commits that follow `start`; CorruptCommitError at the first that breaks the hash chain."""
    before = start
    for commit in commits:
        if commit.version != before.version + 1 or commit.previous != before.hash or not commit.intact:
            message = f"{stream} version {commit.version}: breaks the hash chain"
            raise CorruptCommitError(message)
        before = commit.head
        yield commit


def states(aggregate: Aggregate[S], stream: str, commits: Iterable[Commit]) -> Iterator[S]:
    """Yield the state after each commit, from the first one on; CorruptCommitError if the chain breaks."""
    state = aggregate.initial
    for commit in chained(stream, commits, Head()):
        for event in events_of(commit):
            state = aggregate.evolve(state, event)
        yield state


def fold(aggregate: Aggregate[S], stream: str, commits: Iterable[Commit], start: Loaded[S] | None = None) -> Loaded[S]:
    """Fold the commits after `start` (from the first one if none is given); CorruptCommitError if the chain breaks."""
    begun = start or Loaded(stream, aggregate.initial)
    state, head, folded = begun.state, Head(begun.version, begun.head), 0
    for commit in chained(stream, commits, head):
        for event in events_of(commit):
            state = aggregate.evolve(state, event)
            folded += 1
        head = commit.head
    return Loaded(stream, state, head.version, head.hash, folded)
