"""The unit of the log: what one command wrote, chained to the commit before by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


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
        fresh = seal(
            stream=self.stream,
            version=self.version,
            commit_id=self.commit_id,
            recorded_at=self.recorded_at,
            payload=self.payload,
            previous=self.previous,
        )
        return fresh.hash == self.hash


def seal(*, stream: str, version: int, commit_id: str, recorded_at: str, payload: bytes, previous: str) -> Commit:
    """Return the commit with its place in the chain: the SHA-256 over the hash before, the address and the payload."""
    head = "\n".join((previous, stream, str(version), commit_id, recorded_at, ""))
    digest = hashlib.sha256(head.encode() + payload).hexdigest()
    return Commit(stream, version, commit_id, recorded_at, payload, previous, digest)
