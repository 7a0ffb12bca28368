"""Attributes limit what is said of their things: lost or turned ones are refused, reworded ones are kept."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

PUNCTURE = "穿刺侧肢体应制动6小时。"
FISTULA = "造瘘侧手臂不得提重物。"
OPERATED = "术侧眼睛应避免碰撞和揉搓。"
ECZEMA = "局限性湿疹可外用糠酸莫米松乳膏，每日1次。"
POLYP = "带蒂的息肉可在门诊切除。"
CLOT = "凝固的血块应及时清除。"
CORN = "足底的鸡眼可外贴水杨酸贴膏，每3天更换1次。"
DRY = "干燥的患处可涂抹凡士林。"
EAR = "手机应与起搏器保持15 cm以上距离，用对侧耳朵接听。"
OLD_OR_ILL = "老年或合并冠心病的甲减患者，左甲状腺素起始剂量为每日12.5～25微克。"

ACCEPTED = [
    (PUNCTURE, "穿刺那侧的肢体要制动6小时。"),
    (FISTULA, "造瘘那边的手臂不能提重物。"),
    (OPERATED, "手术那只眼睛要避免碰撞和揉搓。"),
    (ECZEMA, "局限性的湿疹可以外用糠酸莫米松乳膏，一天一次。"),
    (POLYP, "带蒂的息肉可以在门诊切除。"),
    (CLOT, "凝固的血块要及时清掉。"),
    (CORN, "脚底的鸡眼可以贴水杨酸贴膏，3天换1次。"),
    (DRY, "干燥的患处可以涂凡士林。"),
    (EAR, "手机离起搏器15厘米以上，打电话用另一边的耳朵听。"),
    (OLD_OR_ILL, "老年甲减患者，左甲状腺素起始剂量每天12.5到25微克。"),
]
REFUSED = [
    (PUNCTURE, "肢体应制动6小时。"),
    (FISTULA, "手臂不得提重物。"),
    (OPERATED, "眼睛应避免碰撞和揉搓。"),
    (ECZEMA, "湿疹可外用糠酸莫米松乳膏，每天1次。"),
    (POLYP, "息肉可在门诊切除。"),
    (CLOT, "血块应及时清除。"),
    (CORN, "鸡眼可外贴水杨酸贴膏，每3天换1次。"),
    (DRY, "患处可涂抹凡士林。"),
]


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_an_attribute_that_is_kept_in_other_words_is_accepted(fact: str, sentence: str) -> None:
    verdict = check_sentence(sentence, [fact])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(("fact", "sentence"), REFUSED)
def test_a_lost_or_turned_attribute_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
