"""Whom a sentence speaks of: people, their ages, and those who look after them."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

ASPIRIN = "阿司匹林可用于退热。"
TETRACYCLINE = "四环素应餐后服用，服药期间避免日晒。"
FEVER = "发热超过3天应就诊；不推荐布洛芬与对乙酰氨基酚交替使用，禁用酒精擦浴。"
IRON = "服用铁剂期间大便可发黑，停药后消失。"
OTHERS = [
    (
        "6到14岁的大人用孟鲁司特钠咀嚼片，一次5毫克。",
        "孟鲁司特钠片15岁及以上者每次10mg，6～14岁儿童每次5mg（咀嚼片）。",
    ),
    ("一到两岁的大人，蒙脱石散一天吃一到两袋。", "蒙脱石散：1岁以下每日1袋，1～2岁每日1～2袋。"),
    ("6岁以下的成人用气雾剂时请配上储雾罐。", "成人按需吸入；6岁以下儿童使用气雾剂时应配合储雾罐。"),
    ("大人发烧超过了3天，请立即就医。", "儿童发热超过3天应立即就医。"),
    ("孩子可以用阿司匹林退热。", ASPIRIN),
    ("娃退热可以用。", ASPIRIN),
    ("孩子吃四环素要在饭后。", TETRACYCLINE),
    ("孕妇发烧超过3天，要去看医生。", FEVER),
    ("2岁以下的孩子发烧超过3天，要去看医生。", FEVER),
    ("孩子每次500毫克，间隔6小时。", "对乙酰氨基酚每次500mg，间隔6小时；不得与酒同服。"),
    ("化疗病人的家属也不应接种减毒活疫苗。", "化疗期间不应接种减毒活疫苗。"),
]
SPOKEN_OF = [
    ("大人用糠酸莫米松，每天一次。", "糠酸莫米松成人每日1次。"),
    ("大人要在旁边看着孩子吃药。", "家长应在旁监督患儿服药。"),
    (
        "6到14岁的孩子用孟鲁司特钠咀嚼片，一次5毫克。",
        "孟鲁司特钠片15岁及以上者每次10mg，6～14岁儿童每次5mg（咀嚼片）。",
    ),
    ("18岁以上的大人每天一次。", "18岁以上成人每日1次。"),
    ("孩子发烧超过3天，要去看医生。", FEVER),
    ("不要用酒精给娃擦身。", FEVER),
    ("娃吃铁剂这段时间大便可能发黑，停药就没了。", IRON),
]


@pytest.mark.parametrize(("sentence", "fact"), OTHERS)
def test_other_people_than_the_fact_speaks_of_are_refused(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(("sentence", "fact"), SPOKEN_OF)
def test_the_people_of_a_fact_may_be_named_in_other_words(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()
