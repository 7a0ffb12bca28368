"""What a warm process remembers of streams never hides what the log says now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.remembering import KeptFolds, Lately
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONTENT, FACT
from narrowcast.contracts.commit import Commit
from narrowcast.domain import fact as facts
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.support.newsroom import PROFILE, World

ACTOR = Actor("system:test")


class CountedLog(MemoryEventLog):
    """Counts the commits that it gives out."""

    given = 0

    def read(self, stream: str, **asked: Any) -> Iterator[Commit]:
        for commit in super().read(stream, **asked):
            self.given += 1
            yield commit


@pytest.fixture
def store() -> Store:
    world = World().open_hospital(HOSPITAL, PROFILE)
    log = CountedLog()
    made = replace(world.store, log=log, folds=KeptFolds())
    write(made, world.key, Hospital().library(3))
    return made


def a_fact(store: Store) -> str:
    return next(commit.stream.partition("#")[2] for commit in store.log.scan() if "/fact#" in commit.stream)


def test_a_known_stream_is_folded_as_one_that_is_read_as_a_whole(store: Store) -> None:
    cold = replace(store, folds=None)
    for _ in range(3):
        assert store.load(CONTENT, HOSPITAL, "s-000001").state == cold.load(CONTENT, HOSPITAL, "s-000001").state


def test_what_is_appended_by_another_process_is_seen_at_once(store: Store) -> None:
    name = a_fact(store)
    assert not store.load(FACT, HOSPITAL, name).state.retired
    another = replace(store, folds=None)
    another.execute(FACT, HOSPITAL, name, lambda s: facts.retire(s, reason="停用", doctor="d"), ACTOR)
    assert store.load(FACT, HOSPITAL, name).state.retired
    assert store.load(FACT, HOSPITAL, name).head == another.load(FACT, HOSPITAL, name).head


def test_another_history_in_the_same_place_is_folded_anew(store: Store) -> None:
    known = store.load(CONTENT, HOSPITAL, "s-000001")
    elsewhere = World().open_hospital(HOSPITAL, PROFILE)
    write(elsewhere.store, elsewhere.key, Hospital().library(3))
    moved = replace(store, log=elsewhere.log)
    assert moved.load(CONTENT, HOSPITAL, "s-000001").head != known.head
    assert moved.load(CONTENT, HOSPITAL, "s-000001").head == elsewhere.store.load(CONTENT, HOSPITAL, "s-000001").head


def test_a_stream_that_is_gone_is_empty_and_not_remembered(store: Store) -> None:
    store.load(CONTENT, HOSPITAL, "s-000001")
    assert replace(store, log=MemoryEventLog()).load(CONTENT, HOSPITAL, "s-000001").version == 0


def test_one_reading_reads_a_stream_once(store: Store) -> None:
    log: Any = store.log
    once = store.reading_once()
    first = once.load(CONTENT, HOSPITAL, "s-000001")
    before = log.given
    assert once.load(CONTENT, HOSPITAL, "s-000001") is first
    assert log.given == before
    store.load(CONTENT, HOSPITAL, "s-000001")
    assert log.given == before + 1


def test_what_was_used_longest_ago_makes_room() -> None:
    kept: Lately[str, int] = Lately(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
