from __future__ import annotations

from datetime import timedelta

import pytest

from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.adapters.system import RandomIds, SystemClock
from narrowcast.application.ports import Clock, IdSource


@pytest.fixture(params=[FixedClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


@pytest.fixture(params=[SequentialIds, RandomIds])
def ids(request: pytest.FixtureRequest) -> IdSource:
    made: IdSource = request.param()
    return made


class TestClock:
    def test_the_time_is_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)

    def test_time_does_not_run_backwards(self, clock: Clock) -> None:
        assert clock.now() <= clock.now()


class TestIdSource:
    def test_no_id_comes_twice(self, ids: IdSource) -> None:
        made = [ids.new_id() for _ in range(1000)]
        assert len(set(made)) == 1000

    def test_ids_fit_keys_links_and_execution_names(self, ids: IdSource) -> None:
        made = ids.new_id()
        assert len(made) <= 64
        assert made.replace("-", "").isalnum()
        assert made.isascii()
