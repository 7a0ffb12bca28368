"""What can happen to a stored log: a changed byte, a commit that is gone, two commits in each other's place.

Damage is done to the items as they lie in the table, byte by byte, not to commits.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from narrowcast.adapters.dynamodb.event_log import from_image, pack
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.contracts.commit import Commit

Image = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Damage:
    """What was done, and to which places: a proof must name one of them."""

    kind: str
    places: frozenset[tuple[str, int]]
    log: MemoryEventLog

    def named_by(self, faults: Iterable[Any]) -> bool:
        """Whether a fault names a damaged commit or the one behind it, or a stream that is gone as a whole."""
        told = {(fault.stream, fault.version) for fault in faults}
        near = {(stream, version + step) for stream, version in self.places for step in (0, 1)}
        return bool(told & (near | {(stream, 1) for stream, _ in self.places}))


def image_of(commit: Commit) -> dict[str, dict[str, Any]]:
    """Return the item of a commit as the stream's records and the wire have it."""
    encoding, stored = pack(commit.payload)
    texts = {name: getattr(commit, name) for name in ("stream", "commit_id", "recorded_at", "previous", "hash")}
    return {
        **{name: {"S": text} for name, text in texts.items()},
        "version": {"N": str(commit.version)},
        "encoding": {"S": encoding},
        "payload": {"B": base64.b64encode(stored).decode()},
    }


def flipped(image: Image, name: str, place: int, by: int) -> Image | None:
    """Return the image with one byte of one attribute changed; None if that is no text or number any more."""
    [(kind, value)] = image[name].items()
    raw = bytearray(base64.b64decode(value) if kind == "B" else value.encode())
    raw[place] ^= by
    try:
        changed = base64.b64encode(raw).decode() if kind == "B" else raw.decode()
        return {**image, name: {kind: str(int(changed)) if kind == "N" else changed}}
    except ValueError:
        return None


def length(image: Image, name: str) -> int:
    """Return how many bytes an attribute has."""
    [(kind, value)] = image[name].items()
    return len(base64.b64decode(value) if kind == "B" else value.encode())


def flips(commits: list[Commit], chance: Random, count: int) -> Iterator[Damage]:
    """Yield logs with one byte changed, each attribute as often as the others."""
    done = 0
    while done < count:
        commit = chance.choice(commits)
        image = image_of(commit)
        name = sorted(image)[done % len(image)]
        if not length(image, name):
            name = "hash"
        changed = flipped(image, name, chance.randrange(length(image, name)), chance.randrange(1, 256))
        if changed is None:
            continue
        done += 1
        moved = from_image(changed)
        kept = [each for each in commits if each is not commit and (each.stream, each.version) != _place(moved)]
        yield Damage(f"byte of {name}", frozenset({_place(commit), _place(moved)}), log_of([*kept, moved]))


def deletions(commits: list[Commit], chance: Random, count: int) -> Iterator[Damage]:
    """Yield logs without one commit: the first, the last or any other of a stream; or without a stream."""
    streams = sorted({commit.stream for commit in commits})
    for place in range(count):
        stream = chance.choice(streams)
        own = [commit for commit in commits if commit.stream == stream]
        gone = (own, own[:1], own[-1:], [chance.choice(own)])[place % 4]
        kind = ("whole stream", "first commit", "last commit", "any commit")[place % 4]
        yield Damage(kind, frozenset(map(_place, gone)), log_of([each for each in commits if each not in gone]))


def swaps(commits: list[Commit], chance: Random, count: int) -> Iterator[Damage]:
    """Yield logs in which two commits lie under each other's key, of one stream or of two."""
    for _ in range(count):
        one, other = chance.sample(commits, 2)
        changed = {_place(one): _moved(other, one), _place(other): _moved(one, other)}
        kind = "two of one stream" if one.stream == other.stream else "two of two streams"
        yield Damage(kind, frozenset(changed), log_of([changed.get(_place(each), each) for each in commits]))


def log_of(commits: Iterable[Commit]) -> MemoryEventLog:
    """Return a log that holds these commits, whatever they are."""
    log = MemoryEventLog()
    for commit in commits:
        log._streams.setdefault(commit.stream, []).append(commit)
    return log


def _place(commit: Commit) -> tuple[str, int]:
    return commit.stream, commit.version


def _moved(commit: Commit, to: Commit) -> Commit:
    key = {name: value for name, value in image_of(to).items() if name in ("stream", "version")}
    return from_image({**image_of(commit), **key})
