from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.search.names import groups, named
from narrowcast.domain.search.wording import LONGEST, word


@pytest.mark.parametrize(
    ("asked", "also"),
    [
        ("拜阿司匹灵饭后吃吗", "阿司匹林"),
        ("阿司匹灵能停吗", "阿司匹林"),
        ("我爸中风了", "脑卒中"),
        ("心梗以后能爬山吗", "心肌梗死"),
        ("格华止怎么吃", "二甲双胍"),
        ("吃降血糖药会头晕吗", "降糖药"),
        ("TIA是什么", "短暂性脑缺血发作"),
        ("缠腰龙", "带状疱疹"),
    ],
)
def test_a_popular_name_brings_the_proper_one(asked: str, also: str) -> None:
    assert any(also in names for names in word(asked).names)


def test_the_longest_name_is_meant() -> None:
    assert [names[0] for names in named("妊娠期糖尿病")] == ["妊娠期糖尿病"]


def test_letters_within_a_word_are_no_name() -> None:
    assert named("tiara") == ()
    assert named("做过mri") != ()


def test_no_name_is_a_single_character() -> None:
    assert all(len(name) > 1 for names in groups().values() for name in names)


def test_full_width_and_invisible_characters_are_plain() -> None:
    assert word("２型\u200b糖尿病\u3000\n怎么 办？").text == "2型 糖尿病 怎么 办?"


@given(st.text(max_size=400))
def test_any_question_can_be_worded(question: str) -> None:
    wording = word(question)
    assert len(wording.text) <= LONGEST
    assert word(wording.text).text == wording.text.strip()
    assert all(len(names) > 1 for names in wording.names)
