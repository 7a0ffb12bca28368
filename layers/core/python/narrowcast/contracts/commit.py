"""The unit of the log: what one command wrote, chained to the commit before by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream ends: the last commit's version and hash; version 0 and no hash where nothing was written."""

    version: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """1..n events of one command. `payload` is the codec's canonical JSON of them.

    `version` counts a stream's commits from 1; `previous` is the hash of the commit before ("" for the first).
    """

    stream: str
    version: int
    commit_id: str
    recorded_at: str
    payload: bytes
    previous: str
    hash: str

    @property
    def intact(self) -> bool:
        """Whether the hash still fits what the commit says."""
        address = (self.previous, self.stream, str(self.version), self.commit_id, self.recorded_at)
        return _digest(self.payload, *address) == self.hash

    @property
    def head(self) -> Head:
        """Where the stream ends if this is its last commit."""
        return Head(self.version, self.hash)


def seal(*, stream: str, version: int, commit_id: str, recorded_at: str, payload: bytes, previous: str) -> Commit:
    """Return the commit with its place in the chain: the SHA-256 over the hash before, the address and the payload."""
    digest = _digest(payload, previous, stream, str(version), commit_id, recorded_at)
    return Commit(stream, version, commit_id, recorded_at, payload, previous, digest)


def _digest(payload: bytes, *address: str) -> str:
    head = "\n".join((*address, ""))
    return hashlib.sha256(head.encode() + payload).hexdigest()
