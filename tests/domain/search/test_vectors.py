from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from narrowcast.domain.search.vectors import LARGEST, cosine, whole

NUMBERS = st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=8, max_size=8)


@given(NUMBERS)
def test_parts_are_8_bit_whole_numbers(vector: list[float]) -> None:
    assert all(isinstance(part, int) and -LARGEST <= part <= LARGEST for part in whole(vector))


@given(NUMBERS)
def test_what_is_whole_stays_as_it_is(vector: list[float]) -> None:
    assert whole(whole(vector)) == whole(vector)


@given(NUMBERS, NUMBERS)
def test_directions_stay(one: list[float], other: list[float]) -> None:
    lengths = sqrt(sum(p * p for p in one)) * sqrt(sum(p * p for p in other))
    assume(min(max(map(abs, one)), max(map(abs, other))) > 0.01)
    exact = sum(p * q for p, q in zip(one, other, strict=True)) / lengths
    assert cosine(whole(one), whole(other)) == pytest.approx(exact, abs=0.02)


def test_no_direction_is_near_nothing() -> None:
    assert whole([0.0, 0.0]) == (0, 0)
    assert cosine((0, 0), (1, 0)) == 0
    assert cosine((1, 0), (1, 0, 0)) == 0
