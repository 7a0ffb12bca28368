"""The event log in a dictionary: for tests and tools, with the same refusals as the real one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from narrowcast.application.ports import CommitTooLargeError, ConflictError
from narrowcast.contracts.commit import Commit

LARGEST_PAYLOAD = 399 * 1024
"""Deflated: what one DynamoDB item has room for."""


class MemoryEventLog:
    """Keeps commits by stream, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._streams: dict[str, list[Commit]] = {}

    def append(self, commit: Commit) -> None:
        commits = self._streams.setdefault(commit.stream, [])
        if commit in commits:
            return
        if len(zlib.compress(commit.payload)) > LARGEST_PAYLOAD:
            message = f"{commit.stream}: a commit of {len(commit.payload)} bytes does not fit one item"
            raise CommitTooLargeError(message)
        if commit.version != len(commits) + 1:
            message = f"{commit.stream} is at version {len(commits)}"
            raise ConflictError(message)
        commits.append(commit)

    def read(self, stream: str, *, after: int = 0) -> Iterator[Commit]:
        yield from tuple(self._streams.get(stream, ()))[after:]

    def scan(self) -> Iterator[Commit]:
        for commits in tuple(self._streams.values()):
            yield from tuple(commits)
