"""What an outsider's file may hold: whatever a line is, it is answered, and so is the next."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.domain.case_lines import Case, MalformedCaseError, answers, list_of, text_of


def _length(case: Case) -> dict[str, Any]:
    return {"length": len(text_of(case, "text"))}


GOOD = '{"id": "a", "text": "您好"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "JSON"),
        ("[]", "对象"),
        ("null", "对象"),
        ("[" * 100_000, "嵌套"),
        (b"\xc4\xfa\xba\xc3", "UTF-8"),
        ('{"text": "x"}', "id"),
        ('{"id": true, "text": "x"}', "id"),
        ('{"id": 1.5, "text": "x"}', "id"),
        ('{"id": "b"}', "text"),
        ('{"id": "b", "text": ["x"]}', "text"),
    ],
)
def test_a_malformed_line_is_reported_by_number_and_the_rest_goes_on(line: str | bytes, reason: str) -> None:
    first, told, last = answers([GOOD, "", line, GOOD], _length)
    assert first == last == {"id": "a", "length": 2}
    assert told["line"] == 3
    assert reason in told["error"]


@pytest.mark.parametrize("line", [f"\ufeff{GOOD}", GOOD.encode("utf-8-sig"), f"{GOOD}\r\n", f"  {GOOD}\n".encode()])
def test_a_byte_order_mark_and_other_line_ends_do_no_harm(line: str | bytes) -> None:
    assert list(answers([line], _length)) == [{"id": "a", "length": 2}]


def test_an_id_is_given_back_as_it_came_and_may_come_twice() -> None:
    lines = [json.dumps({"id": each, "text": ""}) for each in (7, "7", 7)]
    assert [answer["id"] for answer in answers(lines, _length)] == [7, "7", 7]


@given(st.lists(st.binary(max_size=30) | st.text(max_size=30)))
def test_every_line_that_is_not_blank_gets_one_answer_in_order(lines: list[bytes | str]) -> None:
    numbers = [answer["line"] for answer in answers(lines, _length)]
    assert numbers == sorted(numbers)
    texts = [line.decode(errors="replace") if isinstance(line, bytes) else line for line in lines]
    assert len(numbers) == sum(bool(text.removeprefix("\ufeff").strip()) for text in texts)


def test_a_byte_order_mark_by_itself_is_a_blank_line() -> None:
    assert list(answers([b"\xef\xbb\xbf", "\ufeff\n"], _length)) == []


def test_a_list_has_one_kind_of_members() -> None:
    assert list_of({"ids": ["a"]}, "ids", str) == ["a"]
    with pytest.raises(MalformedCaseError, match="ids"):
        list_of({"ids": ["a", 1]}, "ids", str)
