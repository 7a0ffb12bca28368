from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.search.fusion import fuse

RANKING = st.lists(st.sampled_from("abcdefgh"), unique=True)


def _names(words: list[str], vector: list[str], weight: float = 0.6) -> list[str]:
    fused = fuse({"words": words, "vector": vector}, {"words": weight, "vector": 1}, 20)
    return [each.name for each in fused]


def test_what_both_ways_name_comes_first() -> None:
    assert _names(["a", "b"], ["c", "b"]) == ["b", "c", "a"]


def test_of_one_way_alone_the_order_stands() -> None:
    assert _names(["b", "a", "c"], []) == ["b", "a", "c"]


def test_a_way_without_a_weight_counts_nothing() -> None:
    assert _names(["z"], ["b", "a"], weight=0) == ["b", "a", "z"]


def test_equals_are_in_order_of_name() -> None:
    assert _names(["b"], ["a"], weight=1) == ["a", "b"]


def test_each_tells_its_ranks() -> None:
    (first, *_) = fuse({"words": ["a"], "vector": ["b", "a"]}, {"words": 1, "vector": 1}, 20)
    assert (first.name, dict(first.ranks)) == ("a", {"words": 1, "vector": 2})
    assert first.score == pytest.approx(1 / 21 + 1 / 22)


@given(RANKING, RANKING)
def test_everything_that_was_ranked_is_there_once_and_nothing_else(words: list[str], vector: list[str]) -> None:
    assert sorted(_names(words, vector)) == sorted({*words, *vector})


@given(RANKING, RANKING, st.sampled_from("abcdefgh"))
def test_a_better_rank_never_harms(words: list[str], vector: list[str], name: str) -> None:
    before = _names([*words, *({name} - set(words))], vector)
    after = _names([name, *(each for each in words if each != name)], vector)
    assert after.index(name) <= before.index(name)
