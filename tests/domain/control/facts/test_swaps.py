"""Two things told with what belongs to each other, and moments turned to their other side."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts.checker import check_sentence

COLD = "术后48小时内局部冷敷，48小时后改为热敷。"
CALCIUM = "元素钙摄入量每日1000～1200mg，维生素D每日800IU。"
BREAST = "他莫昔芬每次10mg，每日2次，用于绝经前患者；来曲唑2.5mg，每日1次，用于绝经后患者。"
CAESAREAN = "剖宫产术后6小时内禁食，6小时后可进流质饮食，肛门排气前避免牛奶、豆浆等产气食物。"
CONTRAST = "检查前4小时禁食，可少量饮水，检查后24小时内饮水量不少于2000ml。"
EYES = "羟氯喹每次0.2g，每日2次，用药前及之后每年检查1次眼底。"
POLLEN = "季节性过敏性鼻炎应在花粉期前2～4周开始预防性用药。"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("术后48小时内局部热敷，48小时后改为冷敷。", COLD),
        ("维生素D每日1000～1200mg，元素钙每日800IU。", CALCIUM),
        ("绝经前的患者用来曲唑，绝经后的患者用他莫昔芬。", BREAST),
        ("还没绝经的患者吃来曲唑，已经绝经的患者吃他莫昔芬。", BREAST),
    ],
)
def test_two_things_do_not_exchange_what_is_said_of_them(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("肛门排气之后要避免牛奶、豆浆等产气食物。", CAESAREAN),
        ("肛门排气以后避免喝牛奶、豆浆。", CAESAREAN),
        ("检查前24小时内饮水量不少于2000ml。", CONTRAST),
        ("检查后4小时禁食。", CONTRAST),
        ("应在花粉期开始后2～4周用药。", POLLEN),
        ("应在花粉期到来之后2～4周用药。", POLLEN),
    ],
)
def test_a_moment_does_not_turn_to_its_other_side(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("术后头48小时内局部冷敷，过了48小时改为热敷。", COLD),
        ("维生素D每天800IU，元素钙每天1000～1200mg。", CALCIUM),
        ("绝经前的患者用他莫昔芬，绝经后的患者用来曲唑。", BREAST),
        ("肛门排气之前避免牛奶、豆浆等产气食物。", CAESAREAN),
        ("检查以后24小时内饮水量不少于2000毫升。", CONTRAST),
        ("用药前要查眼底，以后每年查1次眼底。", EYES),
        ("季节性过敏性鼻炎应在花粉期开始前2～4周用药。", POLLEN),
    ],
)
def test_what_keeps_each_thing_in_its_place_passes(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).supported
