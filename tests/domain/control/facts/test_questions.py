"""Questions with their answers: what is asked is no claim, what is named in asking is."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.questions import asked_plainly

THYROXINE = "左甲状腺素钠片应于早餐前30～60分钟空腹服用，每日1次，用白开水送服。"
COURSE = "根除幽门螺杆菌推荐铋剂四联方案，疗程10～14天。"
IBUPROFEN = "布洛芬适用于6月龄以上儿童，每次5～10mg/kg，间隔6～8小时。"
SEIZURE = "一次发作持续超过5分钟，或两次发作之间意识未恢复，应立即拨打120。"
CREAM = "润肤剂每日至少使用2次，沐浴后3分钟内涂抹，成人每周用量500g，儿童每周250g。"
WARFARIN = "服用华法林期间不可自行停药。"


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("疗程多长？10天。", "疗程？10天。"),
        ("药什么时候吃呢？饭后。", "药吃呢？饭后。"),
        ("什么情况下要停药？出血时。", "要停药？出血时。"),
        ("什么时候吃都行？", "什么时候吃都行？"),
        ("怎么能停药？", "怎么能停药？"),
        ("多大？", "多大？"),
        ("多喝水。", "多喝水。"),
    ],
)
def test_what_a_question_asks_for_is_taken_out_of_it(asked: str, left: str) -> None:
    assert asked_plainly(asked) == left
    assert asked_plainly(left) == left


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("左甲状腺素什么时候吃呢？早餐前30到60分钟，空腹服用。", THYROXINE),
        ("左甲状腺素怎么吃？早餐前半小时到一小时，空腹吃。", THYROXINE),
        ("疗程多长？推荐的铋剂四联方案要吃10天至两周。", COURSE),
        ("根除幽门螺杆菌的疗程是多久？10到14天。", COURSE),
        ("多大的孩子可以用布洛芬？它适用于6个月龄以上的儿童。", IBUPROFEN),
        ("什么时候该叫120？一次发作持续超过五分钟，或是两次发作之间意识没有恢复。", SEIZURE),
        ("润肤剂要用多少呢？成人每周半公斤，儿童每周250g。", CREAM),
    ],
)
def test_a_question_with_its_answer_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("左甲状腺素什么时候吃呢？早餐后30到60分钟。", THYROXINE),
        ("左甲状腺素什么时候吃都行吗？是的，什么时候都行。", THYROXINE),
        ("氨氯地平什么时候吃？早餐前30到60分钟，空腹服用。", THYROXINE),
        ("疗程多长？推荐的铋剂四联方案要吃14天至三周。", COURSE),
        ("多大的孩子可以用布洛芬？它适用于3个月龄以上的儿童。", IBUPROFEN),
        ("什么时候该叫120？一次发作持续超过十五分钟。", SEIZURE),
        ("润肤剂要用多少呢？儿童每周半公斤，成人每周250g。", CREAM),
        ("什么时候可以停华法林？可以自行停药。", WARFARIN),
        ("怎么停华法林？自己停就行。", WARFARIN),
    ],
)
def test_a_question_with_another_answer_or_of_another_medicine_is_refused(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
