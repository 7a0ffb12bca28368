"""Parts of facts are tried within a bound: beyond it a sentence counts as one that no part carries."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import carrying
from narrowcast.domain.control.facts.carrying import MOST_EFFORT, Effort
from narrowcast.domain.control.facts.checker import check_sentence

WARFARIN = "华法林：起始治疗时每周测INR 2～3次，稳定后每4周1次，加用或停用其他药物时应增加监测。"
STABLE = "稳定后，华法林每4周测1次INR。"
"""Carried by what one segment of the fact says, and not by the whole."""
BRANCHED = (
    "阿莫西林颗粒用于2岁以下急性中耳炎患儿，疗程10天；2岁及以上疗程5～7天。",
    "血压控制目标：一般高血压患者＜140/90mmHg，能耐受者可降至＜130/80mmHg；合并糖尿病者＜130/80mmHg。",
    "便秘者可口服乳果糖15mL，每日1～2次；花生或牛奶过敏者慎用。",
    "踝关节扭伤后不能负重行走4步，或外踝骨性压痛明显者，应拍摄X线片排除骨折。",
)


def test_an_effort_is_spent_to_its_last_pair_and_no_further() -> None:
    effort = Effort([], 10)
    assert effort.allows(4)
    assert effort.allows(6)
    assert not effort.allows(1)


def test_what_is_spent_in_vain_is_gone() -> None:
    effort = Effort([], 10)
    assert not effort.allows(11)
    assert not effort.allows(1)


def test_a_sentence_that_a_part_carries_is_refused_below_the_bound_and_accepted_above(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert check_sentence(STABLE, [WARFARIN]).supported
    monkeypatch.setattr(carrying, "MOST_EFFORT", 100)
    refused = check_sentence(STABLE, [WARFARIN])
    assert not refused.supported
    assert refused.reasons
    monkeypatch.setattr(carrying, "MOST_EFFORT", MOST_EFFORT)
    assert check_sentence(STABLE, [WARFARIN]).supported


def test_no_more_parts_are_tried_than_the_bound_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def carries(said: object, parts: object) -> bool:
        tried.append((said, parts))
        return False

    monkeypatch.setattr(carrying, "is_carried", carries)
    counts = []
    for most in (MOST_EFFORT // 4, MOST_EFFORT, 10 * MOST_EFFORT):
        tried.clear()
        monkeypatch.setattr(carrying, "MOST_EFFORT", most)
        check_sentence(STABLE, [WARFARIN, *BRANCHED])
        counts.append(len(tried))
    assert 0 < counts[0] < counts[1] < counts[2]
