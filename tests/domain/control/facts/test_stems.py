"""A word of a condition is told by the character that carries it; what only shares a character is another event."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

CHEST = "出现胸痛时应立即停止运动。"
BLEEDING = "咳血者应立即就医。"
WOUND = "伤口缝合后7天拆线。"
PANCREAS = "慢性胰腺炎恢复期可进低脂饮食。"
CHEMO = "化疗间歇期可适当散步。"
PREGNANT = "妊娠期高血压患者应每周测血压3次。"
BOWELS = "腹泻时暂停使用泻药。"
TOLD = [
    (CHEST, "胸口疼了就立即停止运动。"),
    (BLEEDING, "咳出血来，要马上看医生。"),
    (WOUND, "伤口缝好以后，第7天拆线。"),
    (PANCREAS, "慢性胰腺炎正在恢复的人，可以吃低脂饮食。"),
    (CHEMO, "化疗间歇那段时间，可以适当散散步。"),
    (PREGNANT, "妊娠期高血压的朋友，每周要测3次血压。"),
]
OTHER = [
    (CHEST, "胸闷了就立即停止运动。"),
    (CHEST, "没有胸痛时应立即停止运动。"),
    (BLEEDING, "咳嗽的人要马上看医生。"),
    (WOUND, "伤口缝合前7天拆线。"),
    (WOUND, "伤口愈合后7天拆线。"),
    (PANCREAS, "慢性胰腺炎急性期可以吃低脂饮食。"),
    (CHEMO, "化疗期间可以适当散散步。"),
    (PREGNANT, "高血压患者应每周测血压3次。"),
    (BOWELS, "腹痛时暂停使用泻药。"),
    (BOWELS, "腹胀的时候，先停用泻药。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_a_condition_told_by_its_stem_is_kept(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).reasons


@pytest.mark.parametrize(("fact", "sentence"), OTHER)
def test_another_event_is_no_stem_of_a_condition(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("肾功能每月查1次。", "肾功能不全时每月查1次。"),
        ("血压可每周测1次。", "血压平稳后可每周测1次。"),
        ("血糖可以每周测2~3天。", "血糖达标后可改为每周测2~3天。"),
    ],
)
def test_what_a_state_is_of_does_not_tell_the_state(sentence: str, fact: str) -> None:
    assert "condition_dropped" in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}
