"""Faithful sentences, each beside its twin: the same turn of speech with one thing that the fact does not say."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

STROKE = "缺血性脑卒中发病4.5小时内符合条件者可行静脉溶栓，出现口角歪斜应立即拨打120。"
GLAUCOMA = "窄角型青光眼患者禁用左旋多巴。"
LEVODOPA = "服用左旋多巴类药物不得突然停药，以免引起高热、肌强直。"
RINSING = "过敏性鼻炎患者可用生理盐水冲洗鼻腔，每日1～2次。"
FLUID = "严重心衰患者每日液体摄入量限制在1.5～2.0L，轻中度患者无需严格限水。"
THYROID = "服用抗甲状腺药物期间出现发热、咽痛，应立即停药并查血常规。"
FOOT = "糖尿病患者出现足部破溃，须及时就医，不可自行用药。"
JAUNDICE = "出生24小时内出现黄疸属病理性，须当日就诊。"
MISSED = "癫痫患者漏服1次药物应尽快补服，接近下次服药时间时跳过漏服剂量，不可一次服双倍剂量。"
CLOTS = "抗凝期间出现黑便、血尿或头部外伤，应立即就医。"

TWINS = [
    (
        STROKE,
        "缺血性脑卒中发病4.5小时以内、符合条件的患者可以静脉溶栓。",
        "脑出血发病4.5小时内符合条件者可行静脉溶栓。",
    ),
    (GLAUCOMA, "窄角型青光眼的病人不能用左旋多巴。", "开角型青光眼患者禁用左旋多巴。"),
    (
        LEVODOPA,
        "吃左旋多巴类药物不能突然停药，以免引起高热和肌强直。",
        "服用左旋多巴类药物不得突然停药，以免引起高热、肌强直和幻觉。",
    ),
    (
        RINSING,
        "过敏性鼻炎患者可以用生理盐水冲洗鼻腔，每天一到两次。",
        "过敏性鼻炎患者可以用自来水冲洗鼻腔，每天一到两次。",
    ),
    (
        FLUID,
        "严重心衰患者每天液体要限制在1.5～2升，轻中度心衰患者无需严格限水。",
        "轻中度心衰患者每天液体要限制在1.5～2升，严重心衰患者无需严格限水。",
    ),
    (
        THYROID,
        "吃抗甲状腺药物期间出现发热、嗓子疼，要立即停药，并查血常规。",
        "服用抗甲状腺药物期间应立即停药并查血常规。",
    ),
    (FOOT, "糖尿病患者足部破溃了，须及时就医，别自己用药。", "糖尿病患者须及时就医，不可自行用药。"),
    (JAUNDICE, "出生24小时内出现黄疸属于病理性，须当日就诊。", "出生24小时后出现黄疸属于病理性，须当日就诊。"),
    (MISSED, "癫痫患者漏服后，不可以一次吃双份药。", "癫痫患者漏服药物时，跳过漏服剂量，不可一次服双倍剂量。"),
    (MISSED, "如果快到下一次服药时间了，就跳过漏服的这一次。", "漏服的这一次就跳过。"),
    (CLOTS, "抗凝期间一出现黑便或头部外伤，就要立即就医。", "抗凝期间一出现黑便或头部外伤，就说明抗凝药多了。"),
]


@pytest.mark.parametrize(("fact", "sentence"), [(fact, faithful) for fact, faithful, _ in TWINS])
def test_a_faithful_sentence_is_accepted(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()


@pytest.mark.parametrize(("fact", "sentence"), [(fact, twin) for fact, _, twin in TWINS])
def test_its_twin_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
