"""The event log in a dictionary: for tests and tools, with the same refusals as the real one."""

from __future__ import annotations

from collections.abc import Iterator

from narrowcast.application.ports import ConflictError
from narrowcast.contracts.commit import Commit


class MemoryEventLog:
    """Keeps commits by stream, in order."""

    def __init__(self) -> None:
        """Start empty."""
        self._streams: dict[str, list[Commit]] = {}

    def append(self, commit: Commit) -> None:
        commits = self._streams.setdefault(commit.stream, [])
        if commit in commits:
            return
        if commit.version != len(commits) + 1:
            message = f"{commit.stream} is at version {len(commits)}"
            raise ConflictError(message)
        commits.append(commit)

    def read(self, stream: str, *, after: int = 0) -> Iterator[Commit]:
        yield from tuple(self._streams.get(stream, ()))[after:]

    def scan(self) -> Iterator[Commit]:
        for commits in tuple(self._streams.values()):
            yield from tuple(commits)
