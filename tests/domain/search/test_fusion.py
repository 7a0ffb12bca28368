from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.search.fusion import Scored, Way, fuse

SCORED = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 50)).map(
    lambda scores: sorted(((name, float(score)) for name, score in scores.items()), key=lambda each: -each[1])
)


def _names(words: list[Scored], vector: list[Scored], weight: float = 0.5) -> list[str]:
    return [each.name for each in fuse({"words": Way(words, weight), "vector": Way(vector, 0.5)})]


def test_what_both_ways_name_well_comes_first() -> None:
    assert _names([("a", 9), ("b", 8), ("c", 1)], [("c", 0.9), ("b", 0.8), ("d", 0.1)])[0] == "b"


def test_of_one_way_alone_the_order_stands() -> None:
    assert _names([("b", 3), ("a", 2), ("c", 1)], []) == ["b", "a", "c"]


def test_a_large_gap_counts_more_than_a_better_rank() -> None:
    words = [("clear", 30.0), ("other", 11.0), ("third", 10.0)]
    near = [("other", 0.82), ("clear", 0.81), ("third", 0.70)]
    assert _names(words, near)[0] == "clear"


def test_a_way_without_a_weight_counts_nothing() -> None:
    assert _names([("z", 2), ("y", 1)], [("b", 2), ("a", 1)], weight=0) == ["b", "a", "y", "z"]


def test_equals_are_in_order_of_name() -> None:
    assert _names([("b", 2), ("c", 1)], [("a", 2), ("d", 1)]) == ["a", "b", "c", "d"]


def test_the_only_piece_with_a_word_of_the_question_gains_by_it() -> None:
    ways = {"words": Way([("a", 5)], 0.5, unnamed=0), "vector": Way([("b", 0.6), ("a", 0.59), ("c", 0.1)], 0.5)}
    assert [each.name for each in fuse(ways)] == ["a", "b", "c"]


def test_each_tells_its_ranks() -> None:
    (first, *_) = fuse({"words": Way([("a", 5), ("c", 1)], 0.5), "vector": Way([("b", 2), ("a", 2), ("c", 1)], 0.5)})
    assert (first.name, dict(first.ranks)) == ("a", {"words": 1, "vector": 2})
    assert first.score == pytest.approx(0.5 * 2 + 0.5 * 1 / (2 / 9) ** 0.5)


def test_nothing_that_was_named_is_nothing() -> None:
    assert fuse({"words": Way([], 0.5, unnamed=0), "vector": Way([], 0.5)}) == []


@given(SCORED, SCORED)
def test_everything_that_was_named_is_there_once_and_nothing_else(words: list[Scored], vector: list[Scored]) -> None:
    assert sorted(_names(words, vector)) == sorted({name for name, _ in (*words, *vector)})


@given(SCORED, SCORED, st.sampled_from([0.25, 2, 8]), st.sampled_from([-4, 0, 16]))
def test_neither_scale_nor_origin_of_a_ways_scores_matters(
    words: list[Scored], vector: list[Scored], scale: float, origin: float
) -> None:
    before = {each.name: each.score for each in fuse({"words": Way(words, 0.5), "vector": Way(vector, 0.5)})}
    moved = [(name, scale * score + origin) for name, score in vector]
    after = {each.name: each.score for each in fuse({"words": Way(words, 0.5), "vector": Way(moved, 0.5)})}
    assert after == pytest.approx(before)
