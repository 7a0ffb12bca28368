"""The score, and that each item sees what it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, Sentence

PLAIN = ("高血压是一种常见病。", "请您每天早上量一次血压。", "头晕时请坐下休息。", "下次复诊请带上记录。")


def _draft(*texts: str, title: str = "怎样管好血压") -> Draft:
    return Draft(title, tuple(map(Sentence, texts)))


def _items(*texts: str, title: str = "怎样管好血压") -> set[str]:
    return {reason.item for reason in assess(_draft(*texts, title=title)).reasons}


def test_a_plain_text_scores_full_marks() -> None:
    assert assess(_draft(*PLAIN)).score == 100


def test_an_empty_text_scores_nothing() -> None:
    empty = assess(_draft())
    assert empty.score == 0
    assert not empty.is_plain


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("PEMAT-4", "请注意晕厥。"),
        ("PEMAT-6", "请在1、3、5、7、9点各量1次。"),
        ("PEMAT-7", "请用体重除以身高的平方来计算，结果应低于24。"),
        ("long_sentence", "请您" + "慢慢地" * 20 + "走。"),
        ("address", "你要按时吃药。"),
        ("acronym", "请查 HBA1C。"),
        ("PEMAT-22", "请注意休息，避免劳累，坚持服用药物，记得复查，不要喝酒。"),
    ],
)
def test_an_item_sees_what_it_is_about(item: str, text: str) -> None:
    assert item in _items(*PLAIN, text)
    assert item not in _items(*PLAIN)


def test_a_term_with_its_plain_word_is_explained() -> None:
    assert "PEMAT-4" not in _items(*PLAIN, "如果晕厥（昏倒），请拨打120。")


def test_a_text_without_an_action_or_an_address_is_told_so() -> None:
    assert {"PEMAT-20", "PEMAT-21"} <= _items("高血压是一种常见病。")


def test_a_long_text_wants_a_summary() -> None:
    assert "PEMAT-11" in _items(*PLAIN, *PLAIN)
    assert "PEMAT-11" not in _items(*PLAIN, *PLAIN, "记住：按时量血压。")


def test_a_missing_title_is_told() -> None:
    assert "PEMAT-1" in _items(*PLAIN, title=" ")


def test_the_hospitals_own_glossary_counts() -> None:
    draft = _draft(*PLAIN, "请留意窦缓。")
    assert "PEMAT-4" in {reason.item for reason in assess(draft, {"窦缓": "心跳慢"}).reasons}


def test_a_reason_points_at_the_sentence() -> None:
    (reason,) = (reason for reason in assess(_draft(*PLAIN, "你好好休息。")).reasons if reason.item == "address")
    assert reason.sentences == (4,)


@given(st.lists(st.text(max_size=60), max_size=12), st.text(max_size=40))
def test_any_text_gets_a_score_and_more_reasons_never_score_more(texts: list[str], title: str) -> None:
    result = assess(_draft(*texts, title=title))
    assert 0 <= result.score <= 100
    assert (result.score == 100) == (result.reasons == ())
