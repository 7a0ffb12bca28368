"""Snapshots save time and are never believed over the log: whatever is wrong with one, the state is the log's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.snapshots import MemorySnapshots
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.application import snapshots as module
from narrowcast.application.ports import Snapshot, UnavailableError
from narrowcast.application.snapshots import fingerprint, restore, snapshot_faults, take
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import AGGREGATES, CONTENT, GUIDE
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.registry import EVENTS
from narrowcast.domain.content import Objection
from narrowcast.domain.guide import Event, Guide, GuidePushed, SectionQuestioned, SectionUnderstood, evolve
from narrowcast.domain.vocabulary import Channel, Section
from tests.support.newsroom import TOPIC

ACTOR = Actor("system:test")
STREAM = GUIDE.stream("renhe", "g-1")
SECTIONS = tuple(Section)
LONG = 220
"""Events of a stream, in commits of five, whose last commit is a snapshot."""


class WatchedSnapshots(MemorySnapshots):
    """Snapshots that count how often they are asked for, and may be out of reach."""

    def __init__(self, *, reachable: bool = True) -> None:
        super().__init__()
        self.asked, self.reachable = 0, reachable

    def find(self, stream: str) -> Snapshot | None:
        self.asked += 1
        self._reach()
        return super().find(stream)

    def keep(self, snapshot: Snapshot) -> None:
        self._reach()
        super().keep(snapshot)

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("dynamodb: Throttled")


def events() -> Iterator[Event]:
    """What is told of a guide: message after message about it, answer after answer."""
    for number in count(1):
        yield GuidePushed(f"g-1.{number}", Channel.SMS)
        yield SectionUnderstood(SECTIONS[number % len(SECTIONS)])


def a_store(snapshots: MemorySnapshots | None = None) -> Store:
    return Store(MemoryEventLog(), FixedClock(), SequentialIds(), MemorySnapshots() if snapshots is None else snapshots)


def write(store: Store, total: int, *, each: int = 5) -> Store:
    """Write so many events in commits of `each`."""
    told = events()
    for _ in range(total // each):
        batch = [next(told) for _ in range(each)]
        store.execute(GUIDE, "renhe", "g-1", lambda _, batch=batch: batch, ACTOR)  # type: ignore[misc]
    return store


def load(store: Store, until: int | None = None) -> Any:
    """Return the guide with the store's snapshots; it must be what the log alone gives."""
    loaded = store.load(GUIDE, "renhe", "g-1", until=until)
    alone = replace(store, snapshots=None).load(GUIDE, "renhe", "g-1", until=until)
    assert replace(loaded, folded=0) == replace(alone, folded=0)
    return loaded


def kept(store: Store) -> Snapshot:
    assert store.snapshots is not None
    found = store.snapshots.find(STREAM)
    assert found is not None
    return found


def put_in_place(store: Store, snapshot: Snapshot) -> None:
    assert isinstance(store.snapshots, MemorySnapshots)
    store.snapshots._snapshots[STREAM] = snapshot


def test_a_snapshot_is_taken_of_a_long_stream_each_time_enough_was_folded() -> None:
    store = a_store()
    versions = []
    for _ in range(60):
        write(store, 5)
        versions += [each.version for each in [store.snapshots.find(STREAM)] if each and each.version not in versions]  # type: ignore[union-attr]
    assert versions == [34, 44, 54]


def test_a_load_begins_at_the_snapshot() -> None:
    store = write(a_store(), LONG + 10)
    assert load(store).folded == 10
    log: Any = store.log
    log._streams[STREAM][0] = replace(log._streams[STREAM][0], payload=b"[]")
    assert store.load(GUIDE, "renhe", "g-1").version == (LONG + 10) // 5
    with pytest.raises(CorruptCommitError):
        replace(store, snapshots=None).load(GUIDE, "renhe", "g-1")


def test_damage_after_the_snapshot_is_named() -> None:
    store = write(a_store(), LONG + 10)
    log: Any = store.log
    log._streams[STREAM][-1] = replace(log._streams[STREAM][-1], payload=b"[]")
    with pytest.raises(CorruptCommitError, match=f"version {(LONG + 10) // 5}"):
        store.load(GUIDE, "renhe", "g-1")


@pytest.mark.parametrize("until", [1, 32, 33, 43, 44, 45, 46, 99])
def test_an_earlier_version_is_folded_to_just_there(until: int) -> None:
    store = write(a_store(), LONG + 10)
    assert kept(store).version == 44
    assert load(store, until).version == min(until, 46)


def test_a_short_stream_asks_for_no_snapshot() -> None:
    snapshots = WatchedSnapshots()
    store = write(a_store(snapshots), 160)
    load(store)
    assert (snapshots.asked, list(snapshots.scan())) == (0, [])


def test_few_but_large_commits_are_a_long_stream_too() -> None:
    snapshots = WatchedSnapshots()
    store = write(a_store(snapshots), 1000, each=250)
    assert load(store).folded == 0
    assert snapshots.asked > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, state=s.state.replace(b"g-1.1", b"g-1.x")),
        lambda s: replace(s, state=b"{"),
        lambda s: replace(s, head="0" * 64),
        lambda s: replace(s, version=s.version - 1),
        lambda s: replace(s, version=10**6),
        lambda s: replace(s, version=0),
        lambda s: replace(s, fold="of another day"),
        lambda s: replace(s, digest=""),
        lambda s: module._sealed(s.stream, s.version, "0" * 64, s.fold, s.state),
        lambda s: module._sealed(s.stream, s.version - 1, s.head, s.fold, s.state),
        lambda s: module._sealed(s.stream, s.version + 10**6, s.head, s.fold, s.state),
        lambda s: module._sealed(s.stream, s.version, s.head, s.fold, b'{"edition":"x"}'),
        lambda s: module._sealed(s.stream, s.version, s.head, s.fold, b"[" * 10_000),
        lambda s: module._sealed("renhe/guide#g-2", s.version, s.head, s.fold, s.state),
    ],
    ids=count(),
)
def test_in_any_doubt_the_stream_is_folded_from_its_beginning(change: Callable[[Snapshot], Snapshot]) -> None:
    store = write(a_store(), LONG + 10)
    put_in_place(store, change(kept(store)))
    assert load(store).folded == LONG + 10


def test_a_snapshot_that_cannot_be_reached_is_done_without() -> None:
    snapshots = WatchedSnapshots()
    store = write(a_store(snapshots), LONG)
    snapshots.reachable = False
    write(store, 10)
    assert load(store).folded == LONG + 10


def test_what_may_be_shown_to_a_patient_is_never_read_from_a_snapshot() -> None:
    snapshots = WatchedSnapshots()
    store = a_store(snapshots)
    objections = tuple(Objection(0, "new_claim", "", "") for _ in range(3))
    for number in range(LONG + 10):
        store.execute(CONTENT, "renhe", "c-1", lambda _, n=number: [_checked(n, objections)], ACTOR)  # type: ignore[misc]
    store.load(CONTENT, "renhe", "c-1")
    assert (snapshots.asked, list(snapshots.scan())) == (0, [])
    assert not CONTENT.grows


def _checked(number: int, objections: tuple[Objection, ...]) -> Any:
    return replace(TOPIC, title=f"第{number}次，{len(objections)}处")


@given(st.lists(st.lists(st.integers(0, len(SECTIONS) - 1), min_size=1, max_size=4), max_size=30), st.integers(0, 30))
def test_with_snapshots_or_without_the_state_is_the_same(batches: list[list[int]], until: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EVERY", 7)
        patch.setattr(module, "TAIL", 3)
        store = a_store()
        for batch in batches:
            told = [SectionQuestioned(SECTIONS[n]) if n % 2 else SectionUnderstood(SECTIONS[n]) for n in batch]
            store.execute(GUIDE, "renhe", "g-1", lambda _, told=told: told, ACTOR)  # type: ignore[misc]
        load(store)
        load(store, until)
        assert list(snapshot_faults(store.log, store.snapshots or MemorySnapshots())) == []


class TestFingerprint:
    def test_another_fold_ignores_the_snapshots_of_this_one(self) -> None:
        store = write(a_store(), LONG)
        changed = replace(GUIDE, evolve=_evolve_otherwise)
        assert restore(GUIDE, kept(store)) is not None
        assert restore(changed, kept(store)) is None

    def test_each_aggregate_has_its_own(self) -> None:
        assert len({fingerprint(each) for each in AGGREGATES.values()}) == len(AGGREGATES)

    def test_a_new_version_of_an_event_changes_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module._fingerprint.cache_clear()
        before = fingerprint(GUIDE)
        module._fingerprint.cache_clear()
        monkeypatch.setitem(EVENTS, "GuidePushed", (GuidePushed, 99))
        assert fingerprint(GUIDE) != before
        module._fingerprint.cache_clear()


def _evolve_otherwise(state: Guide, event: Any) -> Guide:
    return replace(evolve(state, event), edition=0)


class TestFaults:
    def faults(self, store: Store) -> list[tuple[str, int, str]]:
        return [(*each,) for each in snapshot_faults(store.log, store.snapshots or MemorySnapshots())]

    def test_what_was_taken_is_what_the_log_folds_to(self) -> None:
        assert self.faults(write(a_store(), LONG + 10)) == []

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda s: replace(s, state=b"{}"), "snapshot is damaged"),
            (
                lambda s: module._sealed(s.stream, s.version, s.head, s.fold, b"{}"),
                "snapshot differs from what the log",
            ),
            (lambda s: module._sealed(s.stream, s.version, "0", s.fold, s.state), "of a commit that the log does not"),
            (lambda s: module._sealed(s.stream, 10**6, s.head, s.fold, s.state), "of a commit that the log does not"),
            (lambda s: replace(s, stream="renhe/cat#1"), "snapshot of no stream"),
        ],
    )
    def test_a_snapshot_that_is_not_what_the_log_says_is_named(
        self, change: Callable[[Snapshot], Snapshot], reason: str
    ) -> None:
        store = write(a_store(), LONG + 10)
        put_in_place(store, change(kept(store)))
        [(_, _, told)] = self.faults(store)
        assert reason in told

    def test_one_that_other_code_folded_is_nobodys_concern(self) -> None:
        store = write(a_store(), LONG)
        put_in_place(store, replace(kept(store), fold="of another day"))
        assert self.faults(store) == []

    def test_one_whose_log_is_damaged_is_left_to_the_logs_own_proof(self) -> None:
        store = write(a_store(), LONG)
        log: Any = store.log
        log._streams[STREAM][3] = replace(log._streams[STREAM][3], payload=b"[]")
        assert self.faults(store) == []


def test_a_taken_state_is_restored_as_it_was() -> None:
    store = write(a_store(), LONG + 10)
    loaded = load(store)
    restored = restore(GUIDE, take(GUIDE, loaded))
    assert restored == replace(loaded, folded=0)
