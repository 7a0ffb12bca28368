"""Cases in JSON lines: one answer a line, and no line can stop the next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from narrowcast.domain.control.facts.cases import judge_lines

FACT = {"id": "f1", "text": "成人每日食盐摄入量不超过5克。"}


def case(**changes: Any) -> str:
    """Return a supported case as a line, with some fields changed."""
    whole = {"id": "c1", "facts": [FACT], "sentence": FACT["text"], "fact_ids": ["f1"]}
    return json.dumps({**whole, **changes}, ensure_ascii=False)


def test_a_case_is_answered_under_its_id() -> None:
    assert list(judge_lines([case()])) == [{"id": "c1", "supported": True, "reasons": []}]


def test_an_unknown_fact_id_is_a_wrong_citation() -> None:
    (answer,) = judge_lines([case(fact_ids=["f1", "f9"])])
    assert answer["reasons"] == [{"kind": "wrong_citation", "expected": "", "found": "f9"}]


def test_a_case_without_facts_must_be_a_connective() -> None:
    answers = judge_lines([case(fact_ids=[], sentence="您好。"), case(fact_ids=[])])
    assert [answer["supported"] for answer in answers] == [True, False]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        b"\xff\xfe",
        case(sentence=None),
        case(facts="f1"),
        case(facts=[{"id": "f1"}]),
        case(fact_ids=[1]),
        case(facts=[FACT, {"id": "f1", "text": "成人每日食盐摄入量不超过6克。"}]),
        "[" * 100_000,
    ],
)
def test_a_malformed_line_is_reported_by_number_and_the_rest_goes_on(line: str | bytes) -> None:
    answers = list(judge_lines([case(), "", line, case(id="c2")]))
    assert [answer.get("id") for answer in answers] == ["c1", None, "c2"]
    assert answers[1]["line"] == 3
    assert answers[1]["error"]
