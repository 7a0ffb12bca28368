"""What people say at home for what a leaflet says, and the limits that no plain wording may lose."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.phrases import plainly

BLACK_STOOL = "服用阿司匹林期间如出现黑便，应立即停药并就医。"
CHEST_PAIN = "冠心病患者胸痛发作时，可舌下含服硝酸甘油0.5毫克，5分钟不缓解应拨打120。"
INHALER = "支气管哮喘患者外出时应随身携带沙丁胺醇气雾剂，急性发作时每次吸入1至2喷。"
TWO_INHALERS = "同时使用两种吸入剂时，应先吸沙丁胺醇，5分钟后再吸布地奈德。"
SALT = "高血压患者可用富钾盐代替普通钠盐，肾功能不全者除外。"

ACCEPTED = [
    (BLACK_STOOL, "吃阿司匹林的时候要是拉黑便，要马上停药去看医生。"),
    (SALT, "除了肾功能不全的人，高血压患者可以用富钾盐代替普通钠盐。"),
    ("布地奈德吸入后应立即漱口，以减少口腔真菌感染。", "吸完布地奈德要马上漱口，可以减少口腔真菌感染。"),
    ("部分患者服用硝苯地平后可能出现脚踝水肿。", "有些人吃了硝苯地平以后，可能会脚踝肿。"),
    ("慢性心力衰竭患者应每天早晨称体重。", "慢性心衰的病人要每天早上称一次体重。"),
    ("两次间隔不少于6小时。", "两次间隔6小时或更长。"),
    ("胰岛素开封后可保存4周。", "胰岛素启用以后能保存28天。"),
    ("儿童发热38.5℃以上时，可口服布洛芬。", "儿童体温38.5℃以上时，可口服布洛芬。"),
    ("服用降压药期间不要突然停药。", "吃降压药期间可不能说停就停。"),
    ("拔牙后24小时内不要漱口。", "拔完牙，24小时之内别漱口。"),
    ("多巴丝肼应在餐前1小时或餐后1.5小时服用。", "多巴丝肼要在饭前1个小时，或者饭后一个半小时吃。"),
    ("癫痫发作时不要往嘴里塞东西。", "癫痫发作时，嘴里不要塞任何东西。"),
]
REFUSED = [
    (BLACK_STOOL, "服用阿司匹林期间应立即停药并就医。", "condition_dropped"),
    (CHEST_PAIN, "冠心病患者可舌下含服硝酸甘油0.5毫克，5分钟不缓解应拨打120。", "condition_dropped"),
    (INHALER, "支气管哮喘患者外出时应随身携带沙丁胺醇气雾剂，每次吸入1至2喷。", "condition_dropped"),
    ("偏头痛患者突发剧烈头痛伴呕吐应立即就医。", "偏头痛患者应立即就医。", "condition_dropped"),
    ("胆囊切除术后4周内应低脂饮食，每日脂肪摄入不超过40g。", "每日脂肪摄入不超过40g。", "condition_dropped"),
    ("硝酸甘油片开封后6个月内有效。", "硝酸甘油片6个月内有效。", "condition_dropped"),
    ("类风湿关节炎缓解期可进行游泳锻炼。", "类风湿关节炎可进行游泳锻炼。", "condition_dropped"),
    ("肾绞痛伴发热时应立即就医。", "肾绞痛时应立即就医。", "condition_dropped"),
    ("漏服12小时以内应立即补服。", "应立即补服。", "condition_dropped"),
    ("妊娠期禁用卡托普利。", "妊娠早期禁用卡托普利。", "new_claim"),
    (TWO_INHALERS, "同时使用两种吸入剂时，应先吸布地奈德，5分钟后再吸沙丁胺醇。", "timing"),
    (SALT, "高血压患者可用普通钠盐代替富钾盐，肾功能不全者除外。", "new_claim"),
    ("运动中出现胸痛时应立即停止运动。", "运动中出现头痛时应立即停止运动。", "new_claim"),
    ("喷药时应朝向鼻腔外侧。", "喷药时应朝向鼻腔内侧。", "new_claim"),
    ("秋水仙碱首剂1毫克，1小时后再服0.5毫克。", "秋水仙碱首剂1毫克，1小时后再服1毫克。", "dose"),
    ("不要超过医生规定的剂量。", "不要低于医生规定的剂量。", "comparator"),
    ("每日食盐摄入量应少于5克。", "每天吃盐别超过5克。", "comparator"),
]
TURNS = [
    ("测一测血糖", "测血糖"),
    ("拔完牙，不要漱口", "拔牙后，不要漱口"),
    ("比140低", "低于140"),
    ("别睡超过30分钟", "睡不超过30分钟"),
    ("不要提超过5公斤的重物", "不要提超过5公斤的重物"),
    ("除了孕妇，都可以用", "孕妇除外，都可以用"),
    ("除了吃药，还要运动", "除了吃药，还要运动"),
]


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_plain_words_for_the_same_statement_are_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence", "kind"), REFUSED)
def test_a_limit_an_order_or_a_side_is_not_lost_in_plain_words(fact: str, sentence: str, kind: str) -> None:
    assert kind in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(("said", "plain"), TURNS)
def test_a_turn_of_phrase_is_rewritten_as_what_it_stands_for(said: str, plain: str) -> None:
    assert plainly(normalize(said)) == plain
