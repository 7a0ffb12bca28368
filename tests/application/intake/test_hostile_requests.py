"""A short run of the fuzzers: nothing crashes a reader, and every answer is well formed."""

from __future__ import annotations

import pytest

from tests.bench.fuzz_intake import READERS, fuzz


@pytest.mark.parametrize("reader", READERS)
def test_hostile_requests_are_answered(reader: str) -> None:
    figures = fuzz(reader, inputs=1_500, seed=3)
    assert (figures.crashes, figures.broken, figures.slow) == ([], [], 0)
    assert len(figures.ends) > 1
