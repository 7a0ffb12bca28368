from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.search.passages import MOST, PASSAGE, passages

PROSE = st.text(st.sampled_from("药饭后吃。；\n!a "), max_size=1500)


def test_short_sentences_stand_together_under_the_title() -> None:
    assert passages("二甲双胍", "随餐服用。不要停药。") == ("二甲双胍\n随餐服用。不要停药。",)


def test_a_sentence_is_not_cut_where_the_next_passage_can_take_it() -> None:
    first, second = "长" * 200 + "。", "短" * 150 + "。"
    assert passages("", first + second) == (first, second)


def test_a_piece_without_text_is_its_title_and_nothing_is_nothing() -> None:
    assert passages("二甲双胍", "") == ("二甲双胍",)
    assert passages("", " \n") == ()


def test_an_endless_text_has_only_so_many_passages() -> None:
    assert len(passages("", "药" * PASSAGE * (MOST + 5))) == MOST


@given(PROSE)
def test_nothing_is_lost_and_nothing_is_too_long(text: str) -> None:
    found = passages("", text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(each) <= PASSAGE for each in found)


@given(PROSE, st.text(max_size=20))
def test_the_same_text_has_the_same_passages(text: str, title: str) -> None:
    assert passages(title, text) == passages(title, text)
