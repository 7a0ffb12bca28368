"""Words that no table brings together: which of them mean about the same, and which only look it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.resemblance import is_like, likeness, resembles

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=8)


@pytest.mark.parametrize(
    ("one", "other"),
    [("年纪大", "老年"), ("慢慢加", "逐步"), ("轻生的想法", "自杀意念"), ("呼吸困难", "气促"), ("小肚子", "下腹")],
)
def test_words_of_one_meaning_are_alike(one: str, other: str) -> None:
    assert is_like(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("肝功能不全", "肾功能不全"),
        ("阴性", "阳性"),
        ("健侧", "患侧"),
        ("升高", "降低"),
        ("结肠", "回肠"),
        ("宠物", "家庭"),
    ],
)
def test_words_that_share_a_part_and_differ_in_the_other_are_not(one: str, other: str) -> None:
    assert not is_like(one, other)


@given(CHINESE, CHINESE)
def test_likeness_is_a_cosine_the_same_in_both_directions(one: str, other: str) -> None:
    assert -1.000001 <= likeness(one, other) <= 1.000001
    assert likeness(one, other) == pytest.approx(likeness(other, one))


@given(CHINESE.filter(bool))
def test_a_phrase_without_known_pieces_is_like_nothing(phrase: str) -> None:
    assert likeness(phrase, phrase) == pytest.approx(1) or likeness(phrase, phrase) == 0


def test_a_phrase_of_a_medicine_or_an_amount_stands_for_nothing() -> None:
    assert not resembles("阿司匹林肠溶", "阿司匹林100mg每日1次")


def test_a_word_that_no_table_has_passes_where_the_fact_has_one_like_it() -> None:
    fact = "肝性脑病发作时蛋白质暂时限制，缓解后逐步恢复。"
    assert check_sentence("肝性脑病缓解后，蛋白质慢慢加回来。", [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("吗啡缓释片每12小时一次，按时吃不会上瘾。", "吗啡缓释片每12小时1次，整片吞服。"),
        ("拔牙后两小时可以吃温凉软食，还能止血。", "拔牙后2小时可进温凉软食。"),
        ("家里一起住的人也宜同时治疗，宠物也要驱虫。", "同住家庭成员宜同时接受治疗。"),
        ("体温高于38.5℃以物理降温为主。", "体温高于38.5℃可用布洛芬，低于38.5℃以物理降温为主。"),
        ("服药期间肝功能不全的人喝水量要遵医嘱。", "心功能不全者饮水量遵医嘱。"),
    ],
)
def test_a_new_claim_is_refused_however_near_its_words_are(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
