"""Cases in JSON Lines, answered one by one: what the offline checks have in common.

One answer a line, in order; a line that is no case becomes an error with its number, and the rest goes on. Reads no
file and prints nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Case = Mapping[str, Any]
"""A parsed line: it has an `id`, a string or an integer; its other fields are for who judges it to look at."""


class MalformedCaseError(ValueError):
    """The line is no case; the message says in Chinese what it lacks."""


def answers(lines: Iterable[str | bytes], judge: Callable[[Case], Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield `{"id", **judge(case)}` for each case, `{"line","error"}` for each other line that is not blank.

    Lines count from 1; bytes must be UTF-8, with or without a byte order mark. `judge` raises MalformedCaseError.
    """
    for number, line in enumerate(lines, start=1):
        try:
            said = _decoded(line)
            if said.strip():
                case = _parsed(said)
                yield {"id": case["id"], **judge(case)}
        except MalformedCaseError as fault:
            yield {"line": number, "error": str(fault)}


def text_of(case: Case, field: str) -> str:
    """Return a field that must be a string. Raises MalformedCaseError."""
    value = case.get(field)
    if not isinstance(value, str):
        raise MalformedCaseError(f"字段 {field} 缺失或不是字符串")
    return value


def list_of(case: Case, field: str, kind: type[Any]) -> list[Any]:
    """Return a field that must be a list of that kind. Raises MalformedCaseError."""
    value = case.get(field)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise MalformedCaseError(f"字段 {field} 缺失或不是由 {kind.__name__} 组成的列表")
    return value


def _decoded(line: str | bytes) -> str:
    try:
        said = line if isinstance(line, str) else line.decode()
    except UnicodeDecodeError:
        raise MalformedCaseError("这一行不是 UTF-8 编码") from None
    return said.removeprefix("\ufeff")


def _parsed(said: str) -> Case:
    try:
        case = json.loads(said)
    except RecursionError:
        raise MalformedCaseError("不是合法的 JSON：嵌套过深") from None
    except ValueError as fault:
        raise MalformedCaseError(f"不是合法的 JSON：{fault}") from None
    if not isinstance(case, dict):
        raise MalformedCaseError("这一行不是一个对象")
    if isinstance(case.get("id"), bool) or not isinstance(case.get("id"), str | int):
        raise MalformedCaseError("字段 id 缺失，或不是字符串或整数")
    return case
