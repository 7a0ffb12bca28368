"""Makes a projection anew beside the live one, compares the two, and swaps.

Nothing is lost and nobody reads half of it. While two generations exist, every consumer of the stream writes to both,
and each looks which there are after its event was appended: an event whose consumer saw but one generation was in the
log before the rebuild read it. What a stream gives is written under the stream's version on either side, so it does
not matter who comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from narrowcast.application.folding import fold
from narrowcast.application.ports import Entry, EventLog, Generation
from narrowcast.application.projections import Projection
from narrowcast.application.streams import AGGREGATES, StreamKey
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.commit import Commit

SEGMENTS = 4
LOOKS, BETWEEN_LOOKS = 4, 0.5
"""How often two generations are compared before a difference is one, and seconds in between: consumers may be late."""
SAID_EVERY = 1_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the two generations differ: missing, extra, behind or ahead in the live one; or other bytes."""

    place: str
    kind: str
    live: int | None
    rebuilt: int | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to. `damaged` are streams that could not be folded: they are left out."""

    projection: str
    version: int
    streams: int
    damaged: list[str]
    differences: list[Difference]
    swapped: bool


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """Rebuilds one projection; `begin` starts its second generation, `pause` waits seconds."""

    log: EventLog
    projection: Projection
    begin: Callable[[], Generation]
    pause: Callable[[float], object]

    def rebuild(self, *, swap: bool = True, segments: int = SEGMENTS, say: Say = lambda _: None) -> Rebuilt:
        """Rebuild and compare; swap unless only the comparison is wanted. The generation not in use is dropped."""
        generation = self.begin()
        try:
            work = Work(self.log, self.projection, generation, say)
            work.fold_all(segments)
            differences = self._settled_differences(work, generation)
            swapped = swap and generation.swap()
        finally:
            generation.drop_others()
        return Rebuilt(
            projection=self.projection.name,
            version=self.projection.version,
            streams=len(work.folded.keys() | work.damaged),
            damaged=sorted(work.damaged),
            differences=differences,
            swapped=swapped,
        )

    def _settled_differences(self, work: Work, generation: Generation) -> list[Difference]:
        """Compare until only what stays is left: a consumer that is just behind is no difference."""
        for look in range(LOOKS):
            work.catch_up()
            found = list(differences(*generation.entries()))
            passing = [each for each in found if each.kind in ("missing", "behind", "ahead")]
            if not passing or look == LOOKS - 1:
                break
            self.pause(BETWEEN_LOOKS)
        return found


@dataclass(frozen=True, slots=True)
class Work:
    """The folding of one rebuild: how far each stream came, and which could not be folded."""

    log: EventLog
    projection: Projection
    target: Any
    say: Say
    folded: dict[str, int] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)

    def fold_all(self, segments: int) -> None:
        """Fold every stream of the log, as many segments of it at a time."""
        with ThreadPoolExecutor(segments) as threads:
            list(threads.map(lambda segment: self._fold_segment(segment, segments), range(segments)))
        self.say(f"{len(self.folded)} streams folded")

    def _fold_segment(self, segment: int, segments: int) -> None:
        scanned = self.log.scan(segment=segment, segments=segments)
        for stream, commits in groupby(scanned, key=lambda commit: commit.stream):
            self.fold_stream(stream, list(commits))
            if len(self.folded) % SAID_EVERY == 0:
                self.say(f"{len(self.folded)} streams folded")

    def catch_up(self) -> None:
        """Fold again what was appended since."""
        for stream, version in newest(self.log).items():
            if version > self.folded.get(stream, 0) and stream not in self.damaged:
                self.fold_stream(stream)

    def fold_stream(self, stream: str, commits: Sequence[Commit] = ()) -> None:
        """Fold one stream, from these commits if they are the whole of it; note it as damaged if it cannot be.

        From the log alone: a snapshot would spare time and hide damage.
        """
        try:
            self._fold(StreamKey.parse(stream), stream, commits if is_whole(commits) else [*self.log.read(stream)])
        except (CorruptCommitError, ValueError):
            self.damaged.add(stream)

    def _fold(self, key: StreamKey, stream: str, commits: Sequence[Commit]) -> None:
        if key.aggregate in self.projection.aggregates:
            self.projection.write(self.target, key, fold(AGGREGATES[key.aggregate], stream, commits))
        self.folded[stream] = commits[-1].version


def is_whole(commits: Sequence[Commit]) -> bool:
    """Whether these are a stream from its first commit on, without a gap."""
    return bool(commits) and [each.version for each in commits] == list(range(1, len(commits) + 1))


def differences(live: Mapping[str, Entry], rebuilt: Mapping[str, Entry]) -> Iterator[Difference]:
    """Yield where two generations differ, in order of place."""
    for place in sorted(live.keys() | rebuilt.keys()):
        old, new = live.get(place), rebuilt.get(place)
        if old != new:
            yield Difference(place, _kind(old, new), old.version if old else None, new.version if new else None)


def _kind(old: Entry | None, new: Entry | None) -> str:
    if old is None:
        return "missing"
    if new is None:
        return "extra"
    if old.version == new.version:
        return "differs"
    return "behind" if old.version < new.version else "ahead"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a projection came: the streams that it is behind in, each with its version and the one folded."""

    projection: str
    version: int
    streams: int
    behind: list[tuple[str, int, int]]


def standing(log: EventLog, projection: Projection, live: Mapping[str, Entry]) -> Standing:
    """Compare what a projection holds with the log; a stream that need not have a place is not behind without one."""
    heads = {stream: version for stream, version in newest(log).items() if _concerns(projection, stream)}
    behind = []
    for stream, version in sorted(heads.items()):
        kept = live.get(projection.place(StreamKey.parse(stream)))
        folded = kept.version if kept else 0 if projection.complete else version
        if folded < version:
            behind.append((stream, version, folded))
    return Standing(projection.name, projection.version, len(heads), behind)


def newest(log: EventLog) -> dict[str, int]:
    """Return every stream's last version."""
    heads: dict[str, int] = {}
    for commit in log.scan():
        heads[commit.stream] = max(commit.version, heads.get(commit.stream, 0))
    return heads


def _concerns(projection: Projection, stream: str) -> bool:
    key = StreamKey.find(stream)
    return key is not None and key.aggregate in projection.aggregates
