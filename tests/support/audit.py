"""Compares what writers were told with what the log holds: the measure of every proof of the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from narrowcast.application.ports import EventLog
from narrowcast.contracts.commit import Commit


@dataclass(frozen=True)
class Audit:
    """What is wrong with a log, in numbers; all of them are 0 in a sound one."""

    lost: int
    """Commits that were acknowledged and are not in the log."""
    doubled: int
    """Commits that are in the log more than once."""
    unclaimed: int
    """Commits in the log whose writer was never told that they are."""
    broken: int
    """Streams with a gap, a foreign predecessor or a hash that does not fit."""

    @property
    def sound(self) -> bool:
        return self == SOUND


SOUND = Audit(0, 0, 0, 0)


def audit(log: EventLog, acknowledged: Collection[str]) -> Audit:
    """Read the whole log and compare it with the commit ids that writers were told are in it."""
    commits = list(log.scan())
    found = Counter(commit.commit_id for commit in commits)
    return Audit(
        lost=len(set(acknowledged) - found.keys()),
        doubled=sum(times - 1 for times in found.values()),
        unclaimed=len(found.keys() - set(acknowledged)),
        broken=sum(not _holds(stream) for stream in _by_stream(commits)),
    )


def _by_stream(commits: list[Commit]) -> list[list[Commit]]:
    streams = defaultdict[str, list[Commit]](list)
    for commit in commits:
        streams[commit.stream].append(commit)
    return [sorted(stream, key=lambda commit: commit.version) for stream in streams.values()]


def _holds(stream: list[Commit]) -> bool:
    """Whether the commits are intact, numbered from 1 without gaps, each on top of the one before."""
    heads = ["", *(commit.hash for commit in stream)]
    return all(
        commit.intact and commit.version == place and commit.previous == head
        for place, (commit, head) in enumerate(zip(stream, heads, strict=False), start=1)
    )
