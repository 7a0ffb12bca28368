from __future__ import annotations

import time

import pytest

from narrowcast.adapters.memory.time_and_ids import START, FixedClock
from narrowcast.adapters.system import RandomIds


def test_ids_of_different_moments_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([9, 10, 1_767_600_000_000, 99_999_999_999_999])
    monkeypatch.setattr(time, "time_ns", lambda: next(moments) * 1_000_000)
    made = [RandomIds().new_id() for _ in range(4)]
    assert made == sorted(made)


def test_two_ids_of_one_moment_share_nothing_but_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_767_600_000_000_000_000)
    one, other = (RandomIds().new_id().split("-") for _ in range(2))
    assert one[0] == other[0]
    differing = (int(one[1], 16) ^ int(other[1], 16)).bit_count()
    assert len(one[1]) == 32
    assert 20 < differing < 108


def test_a_fixed_clock_stands_until_told() -> None:
    clock = FixedClock()
    assert clock.now() == clock.now() == START
