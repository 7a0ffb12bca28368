"""Objections as an editor reads them."""

from __future__ import annotations

import re

import pytest

from narrowcast.domain.content import Objection
from narrowcast.domain.control.facts import KINDS
from narrowcast.domain.control.gate import MISSHAPEN, SECOND_OPINION
from narrowcast.domain.control.highlights import OMISSION, WORDS, Highlight, highlights, in_words


def test_every_kind_has_a_word_of_its_own() -> None:
    assert set(WORDS) == {*KINDS, MISSHAPEN, OMISSION, SECOND_OPINION}
    assert len(set(WORDS.values())) == len(WORDS)


@pytest.mark.parametrize(
    ("objection", "words"),
    [
        (Objection(0, "dose", "0.5克", "5克"), "剂量：事实为“0.5克”，写成“5克”"),
        (Objection(0, "condition_dropped", "必要时", ""), "漏掉限定条件：“必要时”"),
        (Objection(0, "new_claim", "", "根治"), "事实以外的内容：“根治”没有依据"),
        (Objection(0, "negation", "", ""), "否定或禁止"),
        (Objection(3, "omission", "低血糖时吃糖。", ""), "漏掉必须写明的安全事实：“低血糖时吃糖。”"),
        (Objection(0, SECOND_OPINION, "population", "只说了成人"), "模型复核（人群）：只说了成人"),
    ],
)
def test_an_objection_is_said_in_chinese(objection: Objection, words: str) -> None:
    assert in_words(objection) == words
    assert not re.search(r"[a-z_]{3,}", words)


def test_each_place_is_highlighted_once_with_each_reason_once_in_reading_order() -> None:
    dose, claim = Objection(2, "dose", "1克", "2克"), Objection(0, "new_claim", "", "根治")
    assert highlights((dose, claim, dose, Objection(2, "unit", "克", "片"))) == (
        Highlight(0, (in_words(claim),)),
        Highlight(2, (in_words(dose), "单位：事实为“克”，写成“片”")),
    )
    assert highlights(()) == ()
