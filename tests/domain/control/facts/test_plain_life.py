"""Life at home in plain words is what its fact writes; another food, posture, step, time or warning is not."""

from __future__ import annotations

from collections import Counter

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.facts.tables.plain_life import PLAIN_LIFE, PLAIN_LIFE_WHOLE

LINES = [line.split() for table in (PLAIN_LIFE, PLAIN_LIFE_WHOLE) for line in table.strip().splitlines()]
_SHORTEST = 2


def test_every_line_has_two_forms_at_least_and_none_twice() -> None:
    assert [line for line in LINES if len(set(line)) < max(len(line), _SHORTEST)] == []


def test_no_form_is_a_single_character() -> None:
    assert [form for line in LINES for form in line if len(form) < _SHORTEST] == []


def test_no_form_stands_for_a_written_one_twice() -> None:
    pairs = Counter((line[0], form) for line in LINES for form in line[1:])
    assert [pair for pair, count in pairs.items() if count > 1] == []


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("转身时宜走弧线，避免原地急转。", "转身的时候适合绕个弯走，别在原地猛转。"),
        ("晨僵明显者可用温水浸手10分钟。", "晨僵明显的人，可以把手泡在温水里10分钟。"),
        ("痰菌阳性期间佩戴外科口罩，单独居室。", "痰菌阳性期间要戴外科口罩，一个人住一间屋。"),
        ("纸尿裤上缘应翻折至脐部以下。", "纸尿裤上边要往下折到肚脐下面。"),
        ("膳食不足时以钙剂补充。", "饭菜里不够的时候，用钙剂补充。"),
        ("出现哭时无泪应立即就诊。", "孩子哭不出眼泪，要马上去看医生。"),
        ("服药期间禁酒。", "吃药期间，酒一滴都不能沾。"),
        ("面积超过手掌大小的烫伤应送医。", "烫伤面积比巴掌大，要送医院。"),
    ],
)
def test_life_in_plain_words_is_what_its_fact_writes(fact: str, sentence: str) -> None:
    assert check_sentence(sentence, [fact]).supported


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("转身时宜走弧线，避免原地急转。", "转身的时候适合在原地猛转，别绕弯走。"),
        ("晨僵明显者可用温水浸手10分钟。", "晨僵明显的人，可以把手泡在冰水里10分钟。"),
        ("痰菌阳性期间佩戴外科口罩，单独居室。", "痰菌阳性期间不用戴外科口罩，一个人住一间屋。"),
        ("纸尿裤上缘应翻折至脐部以下。", "纸尿裤上边不要往下折到肚脐下面。"),
        ("膳食不足时以钙剂补充。", "饭菜里够的时候，用钙剂补充。"),
        ("出现哭时无泪应立即就诊。", "孩子哭起来眼泪很多，要马上去看医生。"),
        ("服药期间禁酒。", "吃药期间，酒可以沾一点。"),
        ("面积超过手掌大小的烫伤应送医。", "烫伤面积比巴掌大，不用送医院。"),
    ],
)
def test_life_in_plain_words_is_no_more_than_its_fact_writes(fact: str, sentence: str) -> None:
    assert not check_sentence(sentence, [fact]).supported
