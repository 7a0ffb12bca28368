"""The JSON Lines contract of `narrowcast check claims`."""

from __future__ import annotations

import json

from narrowcast.domain.control.claims.cases import judge_lines


def test_a_case_is_answered_with_its_hits() -> None:
    line = json.dumps({"id": "a", "text": "保证治愈", "channel": "douyin"})
    (answer,) = judge_lines([line])
    assert answer["id"] == "a"
    assert answer["label"] == "block"
    assert set(answer["hits"][0]) == {"start", "end", "text", "rule", "law", "severity", "suggestion"}


def test_a_malformed_line_is_told_by_number_and_the_rest_is_judged() -> None:
    good = json.dumps({"id": "a", "text": "首选低盐饮食", "channel": "patient"})
    answers = list(judge_lines([good, "{", "[]", "", json.dumps({"id": "b", "text": "x", "channel": "tv"}), good]))
    assert [answer.get("line") for answer in answers] == [None, 2, 3, 5, None]
    assert [answer.get("label") for answer in answers] == ["pass", None, None, None, "pass"]


def test_a_missing_field_is_named() -> None:
    (answer,) = judge_lines(['{"id": "a", "channel": "patient"}'])
    assert "text" in answer["error"]
