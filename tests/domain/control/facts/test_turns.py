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

TARGETS = "痛风患者血尿酸应控制在360 μmol/L以下，有痛风石者应控制在300 μmol/L以下。"
UPRIGHT = "不能保持直立30分钟者禁用阿仑膦酸钠。"
SALTS = "口服补液盐Ⅲ每袋用250mL温开水一次冲完，不得分次冲泡。"
BATH = "禁止用酒精擦浴为儿童降温。"
RASH = "带状疱疹应在皮疹出现72小时内开始抗病毒治疗。"

TOLD = [
    (TARGETS, "已经有痛风石的朋友，血尿酸的目标更低一些，要在300微摩尔每升以下。"),
    (UPRIGHT, "如果您不能坐直或站直30分钟，阿仑膦酸钠就不能用。"),
    (SALTS, "补液盐Ⅲ一袋配250毫升温开水，要一次性冲好，不能分几次泡。"),
    (BATH, "给孩子降温，千万不要拿酒精擦身。"),
    (RASH, "带状疱疹，疹子冒出来72小时之内就该开始抗病毒治疗。"),
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
    (TARGETS, "已经有痛风石的朋友，血尿酸的目标更高一些，要在300微摩尔每升以下。"),
    (UPRIGHT, "如果您不能平躺30分钟，阿仑膦酸钠就不能用。"),
    (SALTS, "补液盐Ⅲ一袋配250毫升温开水，要一次性喝完，不能分几次泡。"),
    (BATH, "给孩子降温，千万不要拿酒精漱口。"),
    (RASH, "带状疱疹，疹子消退72小时之内就该开始抗病毒治疗。"),
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
