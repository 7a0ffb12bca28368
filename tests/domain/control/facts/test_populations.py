"""Whom a sentence speaks of: people, their ages, and those who look after them."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

OTHERS = [
    (
        "6到14岁的大人用孟鲁司特钠咀嚼片，一次5毫克。",
        "孟鲁司特钠片15岁及以上者每次10mg，6～14岁儿童每次5mg（咀嚼片）。",
    ),
    ("一到两岁的大人，蒙脱石散一天吃一到两袋。", "蒙脱石散：1岁以下每日1袋，1～2岁每日1～2袋。"),
    ("6岁以下的成人用气雾剂时请配上储雾罐。", "成人按需吸入；6岁以下儿童使用气雾剂时应配合储雾罐。"),
    ("大人发烧超过了3天，请立即就医。", "儿童发热超过3天应立即就医。"),
]
SPOKEN_OF = [
    ("大人用糠酸莫米松，每天一次。", "糠酸莫米松成人每日1次。"),
    ("大人要在旁边看着孩子吃药。", "家长应在旁监督患儿服药。"),
    (
        "6到14岁的孩子用孟鲁司特钠咀嚼片，一次5毫克。",
        "孟鲁司特钠片15岁及以上者每次10mg，6～14岁儿童每次5mg（咀嚼片）。",
    ),
    ("18岁以上的大人每天一次。", "18岁以上成人每日1次。"),
]


@pytest.mark.parametrize(("sentence", "fact"), OTHERS)
def test_other_people_than_the_fact_speaks_of_are_refused(sentence: str, fact: str) -> None:
    assert not check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(("sentence", "fact"), SPOKEN_OF)
def test_the_people_of_a_fact_may_be_named_in_other_words(sentence: str, fact: str) -> None:
    assert check_sentence(sentence, [fact]).reasons == ()
