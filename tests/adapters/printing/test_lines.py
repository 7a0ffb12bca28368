"""Lines that keep their words, their width and the order of Chinese punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.adapters.printing.lines import balance, wrap

TEXTS = st.text(st.sampled_from("糖尿病患者，。（）《》；、2型7.0%mmol/L 年月日"), max_size=80)


def measure(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize("broken", [wrap, balance])
@given(text=TEXTS, width=st.integers(6, 40))
def test_no_word_is_lost_and_no_line_is_too_wide(broken: type, text: str, width: int) -> None:
    lines = broken(text, width, measure)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure(line) <= width for line in lines)


def test_punctuation_stays_with_what_it_closes_or_opens() -> None:
    assert wrap("二甲双胍随餐服用，（或餐后）可以。", 8, measure) == ["二甲双胍随餐", "服用，（或餐", "后）可以。"]


def test_a_number_with_its_unit_and_a_date_stay_whole() -> None:
    assert wrap("血糖低于3.9mmol/L即为低血糖，应处理", 11, measure)[0] == "血糖低于"
    assert wrap("审核签发日期（2026年11月22日）", 14, measure) == ["审核签发日期", "（2026年11月22日）"]


def test_the_last_line_of_a_paragraph_is_no_lone_character() -> None:
    assert wrap("请告诉医生您正在服用二甲双胍", 13, measure) == ["请告诉医生您正在服用", "二甲双胍"]


def test_a_title_is_broken_evenly() -> None:
    assert balance("开始服用二甲双胍：怎么吃，注意什么", 14, measure) == ["开始服用二甲双胍：", "怎么吃，注意什么"]
