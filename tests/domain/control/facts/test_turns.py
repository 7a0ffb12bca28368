"""How a choice, a preference, a content or a count of things is put in speech, and what is no such turn."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

ANTICOAGULANT = "服用抗凝药或抗血小板药者是否停药，由医生评估决定。"
OXALATE = "草酸钙结石患者应少吃菠菜、浓茶等高草酸食物，但不必限制正常钙摄入。"
IODINE = "甲亢患者应忌食海带、紫菜等富碘食物。"
CHOKING = "1岁以上儿童气道异物梗阻、不能说话时，采用腹部冲击法。"
PRESSURE = "中重度阻塞性睡眠呼吸暂停患者首选持续气道正压通气，每晚使用不少于4小时。"
POTASSIUM = "呋塞米服药期间定期监测血钾。"
IRON = "血红蛋白恢复正常后仍需继续补铁4～6个月。"
THYROID = "达标后甲状腺功能可每6～12个月复查1次。"

TOLD = [
    (ANTICOAGULANT, "吃抗血小板药的病人，停不停药由医生评估决定。"),
    (ANTICOAGULANT, "抗凝药停还是不停，让医生评估了再决定。"),
    (OXALATE, "草酸钙结石患者要少吃草酸含量高的食物，比如菠菜、浓茶。"),
    (IODINE, "海带、紫菜这类含碘丰富的食物，甲亢患者不要吃。"),
    (CHOKING, "一岁以上的孩子气道异物梗阻，讲不出话时，要用腹部冲击法。"),
    (PRESSURE, "中重度阻塞性睡眠呼吸暂停患者，首选的治疗是持续气道正压通气，每晚用至少4小时。"),
    (POTASSIUM, "吃呋塞米期间，要定期查血钾。"),
    (IRON, "血红蛋白恢复正常以后，仍然需要再补四到六个月的铁。"),
    (THYROID, "达标后，甲状腺功能可以改为每6到12个月复查一次。"),
]
NOT_TOLD = [
    (ANTICOAGULANT, "吃抗血小板药的病人，停不停药自己决定。"),
    (ANTICOAGULANT, "吃抗血小板药的病人，停不停药您看着办。"),
    (OXALATE, "草酸钙结石患者要少吃嘌呤含量高的食物，比如菠菜、浓茶。"),
    (IODINE, "海带、紫菜这类含碘少的食物，甲亢患者不要吃。"),
    (IODINE, "海带、紫菜这类含钾丰富的食物，甲亢患者不要吃。"),
    (PRESSURE, "中重度阻塞性睡眠呼吸暂停患者，首选的治疗是手术，每晚用至少4小时。"),
    (POTASSIUM, "吃呋塞米期间，要定期查血钠。"),
    (IRON, "血红蛋白恢复正常以后，仍然需要再补四到六个月的锌。"),
    (THYROID, "达标后，甲状腺功能不可以改为每6到12个月复查一次。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TOLD)
def test_a_turn_of_speech_says_what_it_stands_for(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), NOT_TOLD)
def test_the_same_turn_with_another_word_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
