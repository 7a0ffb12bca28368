"""Steps that facts number, and what is told of the first so long or of the beginning."""

from __future__ import annotations

import pytest

from narrowcast.domain.control.facts import check_sentence

TAPER = "术后用1%醋酸泼尼松龙滴眼液：第1周每日4次，第2周每日3次，第3周每日2次，第4周每日1次，随后停用。"
WEEKLY = "甲氨蝶呤每周1次，起始7.5mg，每2～4周增加2.5mg，最大25mg/周；不可每日服用。"


@pytest.mark.parametrize(
    "sentence",
    [
        "术后头两周，醋酸泼尼松龙滴眼液一天滴四次。",
        "术后头一周，醋酸泼尼松龙滴眼液一天滴三次。",
        "术后前三周，醋酸泼尼松龙滴眼液每天滴两次。",
    ],
)
def test_the_first_so_long_has_the_values_of_all_its_steps(sentence: str) -> None:
    assert "frequency" in {reason.kind for reason in check_sentence(sentence, [TAPER]).reasons}


def test_the_first_step_may_be_told_as_the_first_so_long() -> None:
    assert check_sentence("术后头一周，醋酸泼尼松龙滴眼液一天滴四次。", [TAPER]).supported


@pytest.mark.parametrize("sentence", ["甲氨蝶呤一周只吃一次，从2.5毫克开始。", "甲氨蝶呤每周1次，起始25毫克。"])
def test_a_treatment_begins_with_no_dose_of_a_later_step(sentence: str) -> None:
    assert "dose" in {reason.kind for reason in check_sentence(sentence, [WEEKLY]).reasons}


def test_a_treatment_begins_with_the_dose_that_its_fact_says() -> None:
    assert check_sentence("甲氨蝶呤一周只吃一次，从7.5毫克开始。", [WEEKLY]).supported
