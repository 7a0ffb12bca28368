"""Proof that the log is whole: every hash, every link of the chain, every signature, recomputed from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from narrowcast.application.ports import EventLog, SigningKey
from narrowcast.application.store import fold
from narrowcast.application.streams import CONTENT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError, decode
from narrowcast.contracts.commit import Commit
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate


@dataclass(frozen=True, slots=True)
class Fault:
    """The first commit of a stream that does not hold, and why."""

    stream: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Counts of what was recomputed, and the faults found, in order of stream."""

    streams: int = 0
    commits: int = 0
    events: int = 0
    signatures: int = 0
    faults: tuple[Fault, ...] = field(default=())


def verify_log(log: EventLog, key: SigningKey) -> Proof:
    """Recompute the whole log."""
    commits = sorted(log.scan(), key=lambda commit: (commit.stream, commit.version))
    proof = Proof()
    for stream, of_stream in groupby(commits, key=lambda commit: commit.stream):
        proof = _add(proof, _verify_stream(stream, list(of_stream), key))
    return proof


def _add(one: Proof, other: Proof) -> Proof:
    return Proof(
        one.streams + other.streams,
        one.commits + other.commits,
        one.events + other.events,
        one.signatures + other.signatures,
        one.faults + other.faults,
    )


def _verify_stream(stream: str, commits: list[Commit], key: SigningKey) -> Proof:
    fault = next(_chain_faults(stream, commits), None)
    if fault:
        return Proof(1, len(commits), faults=(fault,))
    events = sum(len(decode(commit)) for commit in commits)
    signatures, forged = _verify_signatures(stream, commits, key)
    return Proof(1, len(commits), events, signatures, tuple(forged))


def _chain_faults(stream: str, commits: list[Commit]) -> Iterator[Fault]:
    """Yield what breaks the chain, from the first commit on."""
    previous = ""
    for place, commit in enumerate(commits, start=1):
        reason = _fault_of(commit, place, previous)
        if reason:
            yield Fault(stream, commit.version, reason)
        previous = commit.hash


def _fault_of(commit: Commit, place: int, previous: str) -> str:
    if StreamKey.find(commit.stream) is None:
        return "not a stream key"
    if commit.version != place:
        return f"version {place} is missing"
    if commit.previous != previous:
        return "does not follow the commit before"
    if not commit.intact:
        return "hash does not fit the content"
    try:
        decode(commit)
    except CorruptCommitError as error:
        return str(error)
    return ""


def _verify_signatures(stream: str, commits: list[Commit], key: SigningKey) -> tuple[int, list[Fault]]:
    """Check each signature over the state at the commit that carries it."""
    where = StreamKey.parse(stream)
    signed = [commit for commit in commits if any(e.type == "ContentSigned" for e in decode(commit))]
    forged = [commit for commit in signed if not _holds(where, commits[: commit.version], key)]
    return len(signed), [Fault(stream, c.version, "signature does not verify") for c in forged]


def _holds(key: StreamKey, commits: list[Commit], signing_key: SigningKey) -> bool:
    state: Content = fold(CONTENT, commits[-1].stream, commits).state
    return Gate(signing_key.verify).signed(key.hospital, key.key, state)
