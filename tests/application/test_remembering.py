"""What is remembered within one answer, and within a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.remembering import Lately
from narrowcast.application.store import Store
from narrowcast.application.streams import CONTENT
from narrowcast.contracts.commit import Commit
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.support.newsroom import PROFILE, World


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
    made = replace(world.store, log=log)
    write(made, world.key, Hospital().library(3))
    return made


def test_one_reading_reads_a_stream_once(store: Store) -> None:
    log: Any = store.log
    once = store.reading_once()
    first = once.load(CONTENT, HOSPITAL, "s-000001")
    before = log.given
    assert once.load(CONTENT, HOSPITAL, "s-000001") is first
    assert log.given == before
    assert store.load(CONTENT, HOSPITAL, "s-000001").version == first.version
    assert log.given == before + first.version


def test_what_was_used_longest_ago_makes_room() -> None:
    kept: Lately[str, int] = Lately(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
