"""Judges questions in JSON Lines: one answer per line, in order; a line that is none gets an error, not a stop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from narrowcast.domain.routing import Embed, route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def judge_lines(lines: Iterable[str], embed: Embed | None) -> Iterator[dict[str, Any]]:
    """Yield `{"id","route","reason"}` for each question and `{"line","error"}` for each malformed line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(line, number, embed)


def _answer(line: str, number: int, embed: Embed | None) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return {"line": number, "error": f"不是合法的 JSON：{fault}"}
    if reason := _fault(case):
        return {"line": number, "error": reason}
    routing = route(case["text"], embed)
    return {"id": case["id"], "route": routing.route.value, "reason": routing.reason}


def _fault(case: object) -> str:
    if not isinstance(case, dict):
        return "这一行不是一个对象"
    if isinstance(case.get("id"), bool) or not isinstance(case.get("id"), str | int):
        return "字段 id 缺失，或不是字符串或整数"
    return "" if isinstance(case.get("text"), str) else "字段 text 缺失或不是字符串"
