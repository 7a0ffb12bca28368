"""`kill -9` at each step boundary of an append: load, decide, look at the commit before, put, take a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from narrowcast.application.folding import fold
from narrowcast.application.ports import EventLog
from narrowcast.application.streams import GUIDE
from narrowcast.contracts.codec import decode
from tests.support.crash_zygote import PACKED
from tests.support.crashes import Nursery, sweep

STREAM_LENGTH = 40
"""Commands that go to one stream before the next one begins: long enough for snapshots."""


@dataclass(frozen=True)
class Appended:
    """What became of the commands whose process was killed; each was given again to a clean process.

    `unheard` were in the log though their process did not live to say so. Of the others, none is right but 0.
    """

    kills: int
    boundaries: int
    commands: int
    unheard: int
    torn: int
    lost: int
    doubled: int


def kill_appends(nursery: Nursery, log: EventLog, times: int, *, stride: int = 1) -> Appended:
    """Kill `times` processes in the middle of an append."""
    commands, unheard, boundaries = list[tuple[str, str]](), 0, set[int]()

    def attempt(number: int, boundary: int) -> bool:
        nonlocal unheard
        command, key = f"command-{number}", f"g-{number // STREAM_LENGTH}"
        commands.append((key, command))
        end = nursery.run("append", kill_at=boundary, command=command, key=key)
        if end.killed:
            before = log.head(_stream(key)).version
            unheard += nursery.run("append", command=command, key=key).answer == before
        return end.killed

    boundaries.update(sweep(times, attempt, stride=stride))
    commits, events = _found(log, {key for key, _ in commands})
    names = [command for _, command in commands]
    return Appended(
        kills=times,
        boundaries=len(boundaries),
        commands=len(names),
        unheard=unheard,
        torn=sum(events[name] != PACKED * commits[name] for name in names),
        lost=sum(commits[name] == 0 for name in names),
        doubled=sum(commits[name] > 1 for name in names),
    )


def _found(log: EventLog, keys: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Count commits and events by command; CorruptCommitError if a chain does not hold."""
    commits, events = Counter[str](), Counter[str]()
    for key in keys:
        stream = list(log.read(_stream(key)))
        fold(GUIDE, _stream(key), stream)
        for commit in stream:
            commands = [envelope.causation_id for envelope in decode(commit)]
            commits.update(set(commands))
            events.update(commands)
    return commits, events


def _stream(key: str) -> str:
    return GUIDE.stream("renhe", key)
