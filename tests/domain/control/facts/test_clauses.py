"""Two clauses of one fact: nothing may cross from one to the other, be it true of the other."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TWO_PHASES = "伐尼克兰前3周每次0.5mg，每日1次，之后每次1mg，每日2次。"
TWO_WEEKS = "利伐沙班前21天每次15mg，每日2次，之后每次20mg，每日1次。"
CYCLE = "卡培他滨连续服用14天后停药7天。"
TWO_FEVERS = "体温高于38.5℃可用布洛芬，低于38.5℃以物理降温为主。"

REFUSED = [
    (TWO_PHASES, "伐尼克兰前3周每天1次，每次1毫克，之后每天2次，每次0.5毫克。", "dose"),
    (TWO_PHASES, "伐尼克兰前3周每天2次，每次0.5毫克。", "frequency"),
    (TWO_PHASES, "伐尼克兰3周之后每次0.5毫克。", "dose"),
    (TWO_WEEKS, "利伐沙班头21天每次20毫克，一天一次，之后每次15毫克，一天两次。", "dose"),
    ("补钙前2周每日1片，2周后每日2片。", "补钙前2周每日2片，2周后每日1片。", "dose"),
    (
        "阿奇霉素第1天服用500mg，第2~5天每天服用250mg。",
        "阿奇霉素第1天服用250mg，第2~5天每天服用500mg。",
        "dose",
    ),
    ("卡培他滨连用14天，停7天。", "卡培他滨连用14天停14天。", "duration"),
    (CYCLE, "卡培他滨连续服用7天后停药14天。", "duration"),
    ("卡培他滨连用2周停1周。", "卡培他滨连用1周停2周。", "duration"),
    (TWO_FEVERS, "体温高于38.5℃以物理降温为主。", "comparator"),
    (TWO_FEVERS, "体温低于38.5℃可用布洛芬。", "comparator"),
    ("出现黑便应立即就医，咳嗽加重应及时复诊。", "出现黑便应及时就医。", "certainty"),
    ("出现黑便应立即就医，咳嗽加重应及时复诊。", "咳嗽加重应立即复诊。", "certainty"),
    ("布洛芬与阿司匹林不宜同时使用。", "布洛芬与布洛芬不宜同时使用。", "drug"),
    ("可能出现恶心、呕吐、腹泻。", "可能出现恶心、恶心、腹泻。", "new_claim"),
    ("少吃动物内脏、海鲜和浓肉汤。", "少吃动物内脏、动物内脏和浓肉汤。", "new_claim"),
    ("高血压患者可选富钾盐代替普通钠盐。", "高血压患者可选富钠盐代替普通钠盐。", "new_claim"),
    ("肾功能不全者慎用富钾低钠盐，钠盐摄入不超过5g。", "肾功能不全者慎用富钠低钠盐。", "new_claim"),
    ("羟氯喹每次0.2g，每日2次。", "氯喹每次0.2g，每日2次。", "new_claim"),
    ("高原反应加重应转往低海拔地区。", "高原反应加重应转往高海拔地区。", "new_claim"),
    ("术后如出现皮肤发黄、尿色加深或发热，应立即就医。", "术后应立即就医。", "condition_dropped"),
]
ACCEPTED = [
    (TWO_PHASES, "伐尼克兰前三周一天一次，一次0.5毫克；之后一天两次，一次1毫克。"),
    (TWO_WEEKS, "利伐沙班前21天，每次15毫克，每天两次。"),
    ("阿奇霉素第1天服用500mg，第2~5天每天服用250mg。", "阿奇霉素第1天吃500毫克，第2到5天每天吃250毫克。"),
    (CYCLE, "卡培他滨连用14天，然后停7天。"),
    ("卡培他滨连用14天，停7天。", "卡培他滨连吃两周，停一周。"),
    ("胸痛超过15分钟应立即拨打120。", "胸痛超过15分钟要马上打120。"),
    ("胸痛超过15分钟应立即拨打120。", "胸痛超过15分钟，赶紧打120。"),
    ("咳嗽加重应及时复诊。", "咳嗽加重要尽快复诊。"),
    ("布洛芬与阿司匹林不宜同时使用。", "阿司匹林和布洛芬不要一起用。"),
    ("肾功能不全者慎用富钾低钠盐。", "肾功能不全的人慎用含钾丰富的低钠盐。"),
    (TWO_FEVERS, "体温超过38.5℃可以用布洛芬，低于38.5℃时以物理降温为主。"),
]


@pytest.mark.parametrize(("fact", "sentence", "kind"), REFUSED)
def test_what_one_clause_says_is_not_said_of_the_other(fact: str, sentence: str, kind: str) -> None:
    assert kind in {reason.kind for reason in check_sentence(sentence, [fact]).reasons}


@pytest.mark.parametrize(("fact", "sentence"), ACCEPTED)
def test_each_clause_in_other_words_is_supported(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()
