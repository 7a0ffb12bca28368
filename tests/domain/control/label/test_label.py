"""What the labels say, and what counts as saying it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.label import (
    HIDDEN_FIELDS,
    LabelRefused,
    draft_label,
    faults_of_hidden,
    find_visible,
    hidden_label,
    visible_label,
)


def test_the_visible_label_names_ai_the_signer_and_the_day() -> None:
    label = visible_label(
        hospital_name="市一医院",
        department="心内科",
        signer_name="李明",
        title="主任医师",
        signed_on=date(2026, 3, 1),
    )
    assert label == "本内容由人工智能（AI）辅助生成，经市一医院心内科李明主任医师审核签发（2026年3月1日）"
    assert find_visible(label)


def test_a_draft_says_that_nobody_has_signed_it() -> None:
    assert find_visible(draft_label())
    assert "尚未经医生审核签发" in draft_label()


@pytest.mark.parametrize(
    "text", ["由AI生成", "人工智能辅助合成", "本文由 ai 辅助生成", "正文。\n本内容由人工智能（AI）辅助生成"]
)
def test_a_statement_is_found(text: str) -> None:
    assert find_visible(text)


@pytest.mark.parametrize("text", ["", "人工智能很有用", "本文非AI生成", "不是人工智能生成", "AI未参与生成", "生成AI"])
def test_silence_and_denial_are_no_statement(text: str) -> None:
    assert not find_visible(text)


def test_the_hidden_label_has_the_seven_fields_in_order() -> None:
    label = hidden_label(producer="91330100MA2", content_id="piece-7@3", propagator="91330100MA2")
    assert tuple(label["AIGC"]) == HIDDEN_FIELDS
    assert label["AIGC"]["Label"] == "1"
    assert faults_of_hidden(label["AIGC"]) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "9"},
        {"producer": ""},
        {"content_id": ""},
        {"propagator": "13800138000"},
        {"reserved_1": "li@example.org"},
        {"propagate_id": "11010119900307123X"},
    ],
)
def test_an_unknown_an_empty_or_a_personal_value_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(LabelRefused):
        hidden_label(**({"producer": "hospital", "content_id": "piece-7"} | changed))


@given(st.dictionaries(st.sampled_from(HIDDEN_FIELDS), st.text(max_size=5) | st.integers(), max_size=7))
def test_a_label_that_lacks_a_field_is_faulty(fields: dict[str, str]) -> None:
    if set(fields) != set(HIDDEN_FIELDS):
        assert faults_of_hidden(fields)
