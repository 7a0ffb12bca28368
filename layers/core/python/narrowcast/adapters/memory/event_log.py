"""The event log in a dictionary: for tests and tools, with the same refusals as the real one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from threading import Lock

from narrowcast.application.ports import AheadError, CommitTooLargeError, ConflictError, ForeignChainError
from narrowcast.contracts.commit import Commit, Head

LARGEST_PAYLOAD = 399 * 1024
"""Deflated: what one DynamoDB item has room for."""


class MemoryEventLog:
    """Keeps commits by stream, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._streams: dict[str, list[Commit]] = {}
        self._appending = Lock()

    def append(self, commit: Commit) -> None:
        if len(zlib.compress(commit.payload)) > LARGEST_PAYLOAD:
            raise CommitTooLargeError(commit.stream, len(commit.payload), LARGEST_PAYLOAD)
        with self._appending:
            commits = self._streams.setdefault(commit.stream, [])
            if _follows(commits, commit):
                commits.append(commit)

    def read(
        self,
        stream: str,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
        backward: bool = False,
    ) -> Iterator[Commit]:
        commits = self._streams.get(stream, [])[max(after, 0) : until if until is None else max(until, 0)]
        return islice(reversed(commits) if backward else iter(commits), limit)

    def head(self, stream: str) -> Head:
        commits = self._streams.get(stream)
        return commits[-1].head if commits else Head()

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        for commits in tuple(self._streams.values())[segment::segments]:
            yield from tuple(commits)


def _follows(commits: list[Commit], commit: Commit) -> bool:
    """Whether the commit is the stream's next; False if it is there already."""
    if commit.version < 1:
        raise ValueError(f"{commit.stream}: versions count from 1")
    if commit.version > len(commits) + 1:
        raise AheadError(f"{commit.stream} ends at version {len(commits)}, before {commit.version - 1}")
    before = commits[commit.version - 2].hash if commit.version > 1 else ""
    if before != commit.previous:
        raise ForeignChainError(f"{commit.stream} has another commit at version {commit.version - 1}")
    if commit.version == len(commits) + 1:
        return True
    stored = commits[commit.version - 1]
    if (stored.commit_id, stored.hash) != (commit.commit_id, commit.hash):
        raise ConflictError(f"{commit.stream} has a version {commit.version} already")
    return False
