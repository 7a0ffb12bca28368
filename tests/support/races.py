"""Two writers, each with a connection of its own, at the same place of the same stream at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from narrowcast.application.ports import ConflictError, EventLog
from narrowcast.contracts.commit import Commit
from tests.support.audit import Audit, audit
from tests.support.written_events import sealed

LENGTH = 50
"""Races run on one stream before the next one begins."""

WRITERS = ("one", "two")


@dataclass(frozen=True)
class Told:
    """How the races went: by writer, how many appends were acknowledged and how many refused; what the log holds."""

    races: int
    won: Counter[str]
    refused: Counter[str]
    audit: Audit

    @property
    def fair(self) -> bool:
        """Whether every race had one winner and one loser, who was told so."""
        pairs = self.won.total() == self.refused.total() == self.races
        return pairs and self.won["one"] == self.refused["two"]


@dataclass
class _Track:
    """What the two writers share: a starting line and, after each race, its result."""

    line: Barrier = field(default_factory=lambda: Barrier(len(WRITERS)))
    acknowledged: list[str] = field(default_factory=list)


def run_races(count: int, one: EventLog, two: EventLog) -> Told:
    """Race `count` times; a writer that lost reads the winner's commit and goes on from it."""
    track = _Track()
    with ThreadPoolExecutor(len(WRITERS)) as pool:
        running = [pool.submit(_run, name, log, count, track) for name, log in zip(WRITERS, (one, two), strict=True)]
        results = {name: future.result() for name, future in zip(WRITERS, running, strict=True)}
    won = Counter({name: sum(result) for name, result in results.items()})
    refused = Counter({name: len(result) - sum(result) for name, result in results.items()})
    return Told(count, won, refused, audit(one, track.acknowledged))


def _run(writer: str, log: EventLog, count: int, track: _Track) -> list[bool]:
    """Run one writer's side of every race; whether it won each. What it is not told as a conflict ends the run."""
    try:
        return list(_sides(writer, log, count, track))
    except BaseException:
        track.line.abort()
        raise


def _sides(writer: str, log: EventLog, count: int, track: _Track) -> Iterator[bool]:
    head = ""
    for race in range(count):
        lap, version = race // LENGTH, race % LENGTH + 1
        commit = sealed(
            b'[{"race":%d}]' % race,
            stream=f"renhe/visit#race-{lap}",
            version=version,
            previous=head if version > 1 else "",
            commit_id=f"{writer}-{race}",
        )
        track.line.wait()
        won = _append(log, commit)
        if won:
            track.acknowledged.append(commit.commit_id)
        head = commit.hash if won else _head(log, commit)
        yield won


def _append(log: EventLog, commit: Commit) -> bool:
    try:
        log.append(commit)
    except ConflictError:
        return False
    return True


def _head(log: EventLog, refused: Commit) -> str:
    """Return the hash of the commit that was first; whoever was refused must find it."""
    [winner] = [c for c in log.read(refused.stream, after=refused.version - 1) if c.version == refused.version]
    return winner.hash
