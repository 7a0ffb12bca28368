"""Wordings that contradict one another: the other side, height, moment, day or course."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TURNED = [
    ("置管侧手臂不得测量血压。", "没放管子的那只胳膊，不能量血压。"),
    ("漏服当日想起应立即补服，次日想起则跳过。", "漏服第二天才想起来，马上补上。"),
    ("漏服当日想起应立即补服，次日想起则跳过。", "漏服当天想起，那次就算了。"),
    ("起始剂量5 mg，每2周递增。", "维持的量是5毫克。"),
    ("服药前应监测血钾。", "吃药这段时间要查血钾。"),
    ("复查前2周停用质子泵抑制剂。", "复查前两周吃上质子泵抑制剂。"),
    ("袖带与心脏同高。", "袖带要绑得比心脏高。"),
    ("患肢抬高，高于心脏水平。", "把好腿垫得比心脏高。"),
    ("不得擅自调高氧流量。", "不能自己把氧气关小。"),
    ("切口渗液时应返院。", "刀口渗血了，要回医院。"),
    ("面部烫伤或面积超过手掌大小者，当日就诊。", "烫伤面积比巴掌小的，当天去看。"),
    ("应单独居室。", "应跟家人住一间屋。"),
    ("建议中等强度运动。", "建议大强度的运动。"),
    ("温水坐浴。", "冷水坐盆。"),
    ("解冻后的母乳不得再次冷冻。", "没化冻的奶不能再冻。"),
    ("卧床20分钟仍未入睡者应起床，有困意再上床。", "躺20分钟没睡着就接着躺，犯困了再起来。"),
    ("转身时避免原地急转。", "转身时原地急转就好。"),
    ("与进餐无关，固定时间注射。", "固定时间注射，与进餐有关。"),
    ("胃残余量＞200 ml时暂停喂养。", "胃里剩的超过200毫升，接着喂。"),
    ("孕妇采用胸部冲击法，成人采用腹部冲击法。", "孕妇用腹部冲击法。"),
]
KEPT = [
    ("置管侧手臂不得测量血压。", "插着管子的那只胳膊，不能量血压。"),
    ("漏服当日想起应立即补服，次日想起则跳过。", "漏服了，当天想起来就立即补上。"),
    ("服药前应监测血钾。", "吃药之前要查血钾。"),
    ("患肢抬高，高于心脏水平。", "把患肢抬高，要比心脏高。"),
    ("袖带与心脏同高。", "袖带要和心脏一样高。"),
    ("解冻后的母乳不得再次冷冻。", "解冻过的母乳，不能再次冷冻。"),
    ("起始剂量5 mg，每2周递增。", "起始剂量是5毫克。"),
]


@pytest.mark.parametrize(("fact", "sentence"), TURNED)
def test_the_contrary_is_refused(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(("fact", "sentence"), KEPT)
def test_the_same_in_other_words_passes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported
