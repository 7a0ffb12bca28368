"""Proof that the log is whole: every hash, every link of the chain, every signature, recomputed from what is stored.

Against the sealed roots, a stream that was cut short, written anew or removed is named too. What was written after the
last root is proved by its chain alone. A stream's commits are held in memory one stream at a time.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from narrowcast.application.folding import fold
from narrowcast.application.ports import EventLog, SigningKey
from narrowcast.application.streams import CONTENT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError, Envelope, decode
from narrowcast.contracts.commit import Commit
from narrowcast.contracts.root import Root, SealedHead
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Gate


@dataclass(frozen=True, slots=True)
class Fault:
    """The first commit of a stream that does not hold, and why."""

    stream: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sealing:
    """A head and the number of the root that sealed it."""

    number: int
    head: SealedHead


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the roots say: their statements, each stream's sealed heads in order, and the roots that do not hold."""

    roots: list[Root] = field(default_factory=list)
    heads: dict[str, list[Sealing]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, stream: str) -> Sequence[Sealing]:
        """Return the stream's sealed heads, oldest first."""
        return self.heads.get(stream, ())

    def last(self, stream: str) -> SealedHead | None:
        """Return the stream's newest sealed head."""
        sealings = self.of(stream)
        return sealings[-1].head if sealings else None

    def gone(self, present: Container[str]) -> Iterator[Fault]:
        """Yield the sealed streams that are not there."""
        for stream, sealings in self.heads.items():
            if stream not in present:
                last = sealings[-1]
                yield Fault(stream, 1, f"the stream is gone; root {last.number} sealed its version {last.head.version}")


NOTHING_SEALED = Sealed()


@dataclass(frozen=True, slots=True)
class Proof:
    """Counts of what was recomputed, and the faults found, in order of stream. `unsealed` commits have no root yet."""

    streams: int = 0
    commits: int = 0
    events: int = 0
    signatures: int = 0
    roots: int = 0
    unsealed: int = 0
    faults: tuple[Fault, ...] = field(default=())


def verify_log(log: EventLog, key: SigningKey, sealed: Sealed = NOTHING_SEALED) -> Proof:
    """Recompute the whole log and hold it against what was sealed."""
    proofs = {stream: _verify_stream(stream, commits, key, sealed.of(stream)) for stream, commits in by_stream(log)}
    proof = Proof(roots=len(sealed.roots))
    for stream in sorted(proofs):
        proof = _add(proof, proofs[stream])
    return _add(proof, Proof(faults=(*sealed.gone(proofs), *sealed.faults)))


def by_stream(log: EventLog) -> Iterator[tuple[str, list[Commit]]]:
    """Yield each stream with its commits in order, as a scan brings them.

    A stream that a scan brings in pieces comes again, read as a whole: the last that is said of a stream counts.
    """
    seen = set[str]()
    for stream, piece in groupby(log.scan(), key=attrgetter("stream")):
        commits = list(piece) if stream not in seen else list(log.read(stream))
        seen.add(stream)
        yield stream, sorted(commits, key=attrgetter("version"))


def first_break(stream: str, commits: Sequence[Commit]) -> Fault | None:
    """Return the first commit that breaks the stream's chain."""
    previous = ""
    for place, commit in enumerate(commits, start=1):
        reason = _break(commit, place, previous)
        if reason:
            return Fault(stream, commit.version, reason)
        previous = commit.hash
    return None


def unsealed(stream: str, commits: Sequence[Commit], sealings: Sequence[Sealing]) -> Fault | None:
    """Return the first sealed head that the stream no longer has."""
    hashes = {commit.version: commit.hash for commit in commits} if sealings else {}
    for sealing in sealings:
        version = sealing.head.version
        if hashes.get(version) != sealing.head.hash:
            was = "is not what it was" if version in hashes else "is gone"
            return Fault(stream, version, f"{was} when root {sealing.number} sealed it")
    return None


def _add(one: Proof, other: Proof) -> Proof:
    return Proof(
        one.streams + other.streams,
        one.commits + other.commits,
        one.events + other.events,
        one.signatures + other.signatures,
        one.roots + other.roots,
        one.unsealed + other.unsealed,
        one.faults + other.faults,
    )


def _verify_stream(stream: str, commits: list[Commit], key: SigningKey, sealings: Sequence[Sealing]) -> Proof:
    since = sealings[-1].head.version if sealings else 0
    later = sum(commit.version > since for commit in commits)
    replaced = unsealed(stream, commits, sealings)
    faults = (replaced,) if replaced else ()
    broken = first_break(stream, commits)
    if broken:
        return Proof(1, len(commits), unsealed=later, faults=(broken, *faults))
    try:
        decoded = [decode(commit) for commit in commits]
    except CorruptCommitError:
        return Proof(1, len(commits), unsealed=later, faults=(_undecodable(stream, commits), *faults))
    signatures, forged = _verify_signatures(stream, commits, decoded, key)
    return Proof(1, len(commits), sum(map(len, decoded)), signatures, 0, later, (*forged, *faults))


def _break(commit: Commit, place: int, previous: str) -> str:
    if StreamKey.find(commit.stream) is None:
        return "not a stream key"
    if commit.version != place:
        return f"version {place} is missing"
    if commit.previous != previous:
        return "does not follow the commit before"
    return "" if commit.intact else "hash does not fit the content"


def _undecodable(stream: str, commits: Sequence[Commit]) -> Fault:
    """Return the first commit whose payload is not ours, though its hash fits."""
    for commit in commits:
        try:
            decode(commit)
        except CorruptCommitError as error:
            return Fault(stream, commit.version, str(error))
    raise ValueError(f"{stream}: every commit decodes")


def _verify_signatures(
    stream: str, commits: list[Commit], decoded: list[list[Envelope]], key: SigningKey
) -> tuple[int, list[Fault]]:
    """Check each signature over the state at the commit that carries it."""
    signed = [place for place, events in enumerate(decoded) if any(e.type == "ContentSigned" for e in events)]
    forged = [place for place in signed if not _holds(StreamKey.parse(stream), commits[: place + 1], key)]
    return len(signed), [Fault(stream, commits[place].version, "signature does not verify") for place in forged]


def _holds(key: StreamKey, commits: list[Commit], signing_key: SigningKey) -> bool:
    state: Content = fold(CONTENT, commits[-1].stream, commits).state
    return Gate(signing_key.verify).signed(key.hospital, key.key, state)
