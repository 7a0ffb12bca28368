"""Snapshots of long streams: a fold kept beside the log, so that a load need not begin at the first commit.

A snapshot saves time and is never a source. It is believed only if this very code folded it (`fold`), if it is whole
(`digest`), and if the log has the commit it was taken at. In any doubt the stream is folded from its beginning, and
`snapshot_faults` folds everything again to compare.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import msgspec

from narrowcast.application.folding import Loaded, fold
from narrowcast.application.ports import EventLog, Snapshot, Snapshots, UnavailableError
from narrowcast.application.streams import AGGREGATES, Aggregate, StreamKey
from narrowcast.contracts import codec, upcasters
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.commit import Commit
from narrowcast.contracts.registry import EVENTS
from narrowcast.domain import condition, pushing, telling

S = TypeVar("S")
EVERY = 50
"""Events folded since the last snapshot, after which another is taken: folding fewer takes less than a millisecond."""

TAIL = 32
"""Commits that are read first, from the end. A stream with no more is folded from them, without asking further."""

LONG = 64 * 1024
"""Bytes of payload from which a stream of few commits counts as long as well."""


class Doubt(NamedTuple):
    """A snapshot that is not what the log says."""

    stream: str
    version: int
    reason: str


def due(loaded: Loaded[Any]) -> bool:
    """Whether enough was folded since the last snapshot to take another."""
    return loaded.folded >= EVERY


def take(aggregate: Aggregate[S], loaded: Loaded[S]) -> Snapshot:
    """Return the snapshot of a folded aggregate."""
    return _sealed(
        loaded.stream, loaded.version, loaded.head, fingerprint(aggregate), msgspec.json.encode(loaded.state)
    )


def restore(aggregate: Aggregate[S], snapshot: Snapshot) -> Loaded[S] | None:
    """Return the aggregate as the snapshot has it; None if other code folded it or it is damaged."""
    made = _sealed(snapshot.stream, snapshot.version, snapshot.head, fingerprint(aggregate), snapshot.state)
    if made != snapshot:
        return None
    try:
        state = msgspec.json.decode(snapshot.state, type=type(aggregate.initial))
    except (ValueError, RecursionError):
        return None
    return Loaded(snapshot.stream, state, snapshot.version, snapshot.head)


def _sealed(stream: str, version: int, head: str, folded_by: str, state: bytes) -> Snapshot:
    address = "\n".join((stream, str(version), head, folded_by, ""))
    return Snapshot(stream, version, head, folded_by, state, hashlib.sha256(address.encode() + state).hexdigest())


def fingerprint(aggregate: Aggregate[Any]) -> str:
    """Return what a snapshot must have been folded by: events, upcasters, classes and code of today."""
    state: Any = type(aggregate.initial)
    return _fingerprint(aggregate.name, state, aggregate.evolve)


@cache
def _fingerprint(name: str, state: type, evolve: Callable[..., Any]) -> str:
    versions = sorted((event, version) for event, (_, version) in EVENTS.items())
    modules = (sys.modules[evolve.__module__], telling, condition, pushing, upcasters, codec)
    sources = [inspect.getsource(each) for each in modules]
    whole = json.dumps([name, versions, msgspec.json.schema(state), sources], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def load_long(
    log: EventLog, snapshots: Snapshots, aggregate: Aggregate[S], stream: str, until: int | None
) -> Loaded[S]:
    """Fold a stream that may be long, up to version `until`: from its snapshot if there is one to be believed.

    A short stream costs one read of the log and nothing else.
    """
    tail = list(log.read(stream, until=until, limit=TAIL, backward=True))[::-1]
    whole = len(tail) < TAIL or tail[0].version == 1
    if whole and sum(len(commit.payload) for commit in tail) < LONG:
        return replace(fold(aggregate, stream, tail), folded=0)  # no snapshot would be looked for, so none is due
    start = _start(snapshots, aggregate, stream, tail[-1].version)
    before = log.read(stream, after=start.version - 1 if start else 0, until=tail[0].version - 1)
    return _fold_from(aggregate, stream, start, list(chain(before, tail))) or fold(
        aggregate, stream, log.read(stream, until=until)
    )


def _start(snapshots: Snapshots, aggregate: Aggregate[S], stream: str, last: int) -> Loaded[S] | None:
    """Return the stream's snapshot, if it is there, believable, and of a version up to `last`."""
    try:
        found = snapshots.find(stream)
    except UnavailableError:
        return None
    fits = found is not None and found.stream == stream and 1 <= found.version <= last
    return restore(aggregate, found) if found and fits else None


def _fold_from(
    aggregate: Aggregate[S], stream: str, start: Loaded[S] | None, commits: Sequence[Commit]
) -> Loaded[S] | None:
    """Fold on from the snapshot; None unless the log has the commit that it was taken at."""
    if start is None:
        return fold(aggregate, stream, commits)
    place = start.version - commits[0].version
    if not 0 <= place < len(commits):
        return None
    taken_at = commits[place]
    if not (taken_at.version == start.version and taken_at.hash == start.head and taken_at.intact):
        return None
    return fold(aggregate, stream, commits[place + 1 :], start)


def snapshot_faults(log: EventLog, snapshots: Snapshots) -> Iterator[Doubt]:
    """Fold every snapshot again from the log; yield those that differ.

    What other code folded is passed over, and so is a stream that does not hold: the log's own proof names it.
    """
    for snapshot in snapshots.scan():
        reason = _fault_of(log, snapshot)
        if reason:
            yield Doubt(snapshot.stream, snapshot.version, reason)


def _fault_of(log: EventLog, snapshot: Snapshot) -> str:
    key = StreamKey.find(snapshot.stream)
    if key is None:
        return "snapshot of no stream"
    aggregate = AGGREGATES[key.aggregate]
    if snapshot.fold != fingerprint(aggregate):
        return ""
    kept = restore(aggregate, snapshot)
    if kept is None:
        return "snapshot is damaged"
    try:
        true = fold(aggregate, snapshot.stream, log.read(snapshot.stream, until=snapshot.version))
    except CorruptCommitError:
        return ""
    if (true.version, true.head) != (kept.version, kept.head):
        return "snapshot of a commit that the log does not have"
    return "" if true.state == kept.state else "snapshot differs from what the log folds to"
