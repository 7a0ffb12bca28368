"""What past guides would be under other rules or tags, before anything is published. Reads the log and writes nothing.

Each guide is made twice from what the log held when its newest edition was made: once by the rules of today, once by
those to be tried. So only what the change itself does is told, and nothing that has happened since.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from narrowcast.application.assembling import visit_of
from narrowcast.application.guides import SignedLibrary
from narrowcast.application.hospitals import today
from narrowcast.application.ports import EventLog, SigningKey, UnavailableError
from narrowcast.application.proposals import candidate_of, pieces_about
from narrowcast.application.store import Store
from narrowcast.application.streams import CONTENT, GUIDE, StreamKey
from narrowcast.contracts.codec import decode
from narrowcast.contracts.commit import Commit, Head
from narrowcast.domain.assembly import assemble
from narrowcast.domain.choosing import CONFLICTS, RULES, WEIGHTS, Conflict, Rules, Weights
from narrowcast.domain.content import Tags
from narrowcast.domain.errors import Refusal
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.shelves import Shelves
from narrowcast.domain.situation import situation_of
from narrowcast.domain.tagging import check_tags
from narrowcast.domain.vocabulary import Section


class RulesUnreadable(Refusal):
    """The file of rules names something unknown, or gives it a wrong kind of value."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Rules to be tried, and other tags for some pieces: by content id those tags that change, as plain JSON."""

    rules: Rules
    tags: Mapping[str, Mapping[str, Any]]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """A file of rules: what it leaves out stays as it is; `conflicts` replaces the whole table."""

    version: str = "trial"
    weights: dict[str, int] = {}
    conflicts: tuple[Conflict, ...] = CONFLICTS
    tags: dict[str, dict[str, Any]] = {}


def read_trial(text: bytes) -> Trial:
    """Read a file of rules; RulesUnreadable with the place of what it does not understand."""
    try:
        given = msgspec.json.decode(text, type=_File)
        unknown = given.weights.keys() - set(Weights.__dataclass_fields__)
        if unknown:
            raise RulesUnreadable(f"没有这样的权重：{'、'.join(sorted(unknown))}", field="weights")
        return Trial(Rules(given.version, replace(WEIGHTS, **given.weights), given.conflicts), given.tags)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise RulesUnreadable(f"规则文件有误：{error}", field="rules") from None


def with_changes(tags: Tags, changes: Mapping[str, Any]) -> Tags:
    """Return the tags with these in place of their own; RulesUnreadable if there is no such tag or word."""
    unknown = changes.keys() - set(Tags.__dataclass_fields__)
    if unknown:
        raise RulesUnreadable(f"没有这样的标签：{'、'.join(sorted(unknown))}", field="tags")
    try:
        given = msgspec.convert({**msgspec.to_builtins(tags), **changes}, Tags)
    except msgspec.ValidationError as error:
        raise RulesUnreadable(f"标签有误：{error}", field="tags") from None
    check_tags(given)
    return given


@dataclass(frozen=True, slots=True)
class Difference:
    """How a section of a guide would differ: the pieces that would leave it and come into it."""

    section: Section
    leaves: tuple[str, ...]
    comes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A guide that would differ."""

    hospital: str
    guide_id: str
    visit_id: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of so many guides these would differ."""

    rules: str
    tried: str
    guides: int
    changed: tuple[Changed, ...]


@dataclass(slots=True)
class _Kept:
    """The commits of every stream, read once."""

    commits: dict[str, list[Commit]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, log: EventLog) -> _Kept:
        kept = cls()
        for commit in log.scan():
            kept.commits[commit.stream].append(commit)
        for stream in kept.commits.values():
            stream.sort(key=lambda commit: commit.version)
        return kept

    def streams(self, aggregate: str) -> Iterator[StreamKey]:
        """Yield the streams of an aggregate in order."""
        keys = (StreamKey.find(stream) for stream in sorted(self.commits))
        return (key for key in keys if key and key.aggregate == aggregate)


@dataclass(frozen=True, slots=True)
class _AsOf:
    """The log as it stood at a moment: an event log that is only read, and the clock that goes with it."""

    kept: _Kept
    moment: str

    def now(self) -> datetime:
        return datetime.fromisoformat(self.moment)

    def new_id(self) -> str:
        raise UnavailableError("the past takes no new events")

    def append(self, commit: Commit) -> None:
        raise UnavailableError(f"the past takes no new events: {commit.stream}")

    def read(
        self,
        stream: str,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
        backward: bool = False,
    ) -> Iterator[Commit]:
        commits = self.kept.commits.get(stream, [])
        known = commits[: bisect_right(commits, self.moment, key=lambda commit: commit.recorded_at)]
        wanted = [each for each in known if after < each.version <= (until or len(known))]
        return iter((wanted[::-1] if backward else wanted)[:limit])

    def head(self, stream: str) -> Head:
        last = next(self.read(stream, backward=True, limit=1), None)
        return last.head if last else Head()

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        of_segment = sorted(self.kept.commits)[segment::segments]
        return (commit for stream in of_segment for commit in self.read(stream))


@dataclass(frozen=True, slots=True)
class _ByCode:
    """The pieces that were ever tagged with a code, by hospital: what the index proposes."""

    pieces: Mapping[tuple[str, str], frozenset[str]]

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        return iter(sorted({each for code in codes for each in self.pieces.get((hospital, code), ())}))


@dataclass(frozen=True, slots=True)
class Simulation:
    """Replays."""

    store: Store
    key: SigningKey

    def run(self, trial: Trial, *, since: datetime, hospital: str = "") -> Outcome:
        """Make again each guide whose newest edition is not older than `since`; of one hospital, or of all."""
        kept = _Kept.of(self.store.log)
        index = self._index(kept, trial)
        changed, guides = list[Changed](), 0
        for key, made, moment in self._guides(kept, since, hospital):
            guides += 1
            past = _AsOf(kept, moment)
            store = Store(past, past, past)
            differences = tuple(self._differences(store, index, key.hospital, made, trial))
            if differences:
                changed.append(Changed(key.hospital, key.key, made.visit_id, differences))
        return Outcome(RULES.version, trial.rules.version, guides, tuple(changed))

    def _guides(self, kept: _Kept, since: datetime, hospital: str) -> Iterator[tuple[StreamKey, GuideAssembled, str]]:
        """Yield each guide's newest edition and the moment at which it was recorded."""
        for key in kept.streams(GUIDE.name):
            if hospital in ("", key.hospital):
                commits = kept.commits[GUIDE.stream(key.hospital, key.key)]
                made = [(e.event, c.recorded_at) for c in commits for e in decode(c) if e.type == "GuideAssembled"]
                if made and datetime.fromisoformat(made[-1][1]) >= since:
                    yield (key, *made[-1])

    def _differences(
        self, store: Store, index: _ByCode, hospital: str, made: GuideAssembled, trial: Trial
    ) -> Iterator[Difference]:
        visit, reader, _ = visit_of(store, hospital, made.visit_id)
        if visit.cancelled:
            return
        on = today(store, hospital)
        situation = situation_of(visit, reader, on=on)
        found = pieces_about(SignedLibrary(store, self.key), index, hospital, visit.known_codes, on=on)
        library = [candidate_of(hospital, *each) for each in found if each[1].topic.form.for_guides]
        tried = [
            replace(each, tags=with_changes(each.tags, trial.tags.get(each.piece.content_id, {}))) for each in library
        ]
        before = _pieces(assemble(made.visit_id, visit.patient, situation, Shelves(library)))
        after = _pieces(assemble(made.visit_id, visit.patient, situation, Shelves(tried, trial.rules)))
        for section in Section:
            leaves, comes = before[section] - after[section], after[section] - before[section]
            if leaves or comes:
                yield Difference(section, tuple(sorted(leaves)), tuple(sorted(comes)))

    def _index(self, kept: _Kept, trial: Trial) -> _ByCode:
        """Return what would be proposed: every piece by the codes of its tags, and by those to be tried.

        RulesUnreadable if the file names a piece that there is not, or a tag: a slip must not pass as no difference.
        """
        pieces: dict[tuple[str, str], set[str]] = defaultdict(set)
        unknown = set(trial.tags)
        for key in kept.streams(CONTENT.name):
            state = self.store.load(CONTENT, key.hospital, key.key).state
            if state.plan:
                unknown.discard(key.key)
                tried = with_changes(state.tags, trial.tags.get(key.key, {}))
                for code in (*state.tags.codes, *tried.codes):
                    pieces[key.hospital, code].add(key.key)
        if unknown:
            raise RulesUnreadable(f"没有这样的内容：{'、'.join(sorted(unknown))}", field="tags")
        return _ByCode({place: frozenset(found) for place, found in pieces.items()})


def _pieces(made: GuideAssembled) -> Mapping[Section, frozenset[str]]:
    given = {part.section: frozenset(piece.content_id for piece in part.pieces) for part in made.sections}
    return {section: given.get(section, frozenset()) for section in Section}
