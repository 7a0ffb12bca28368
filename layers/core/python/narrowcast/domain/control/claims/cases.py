"""Judges claim cases in JSON Lines: one answer per line, in order; a line that is no case gets an error, not a stop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from narrowcast.domain.control.claims import CHANNELS, PACK_VERSION, ClaimVerdict, check_claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def judge_lines(lines: Iterable[str], pack: str = PACK_VERSION) -> Iterator[dict[str, Any]]:
    """Yield for each case `{"id","label","hits"}`, for each malformed line `{"line","error"}`; blank lines are skipped.

    Raises UnknownPack.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(line, number, pack)


def _answer(line: str, number: int, pack: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return _error(number, f"不是合法的 JSON：{fault}")
    if reason := _fault(case):
        return _error(number, reason)
    return {"id": case["id"], **_as_json(check_claims(case["text"], case["channel"], pack))}


def _fault(case: object) -> str:
    if not isinstance(case, dict):
        return "这一行不是一个对象"
    for field in ("id", "text", "channel"):
        if not isinstance(case.get(field), str):
            return f"字段 {field} 缺失或不是字符串"
    return "" if case["channel"] in CHANNELS else f"未知的发布渠道：{case['channel']}"


def _error(number: int, reason: str) -> dict[str, Any]:
    return {"line": number, "error": reason}


def _as_json(verdict: ClaimVerdict) -> dict[str, Any]:
    names = ("start", "end", "text", "rule", "law", "severity", "suggestion")
    return {"label": verdict.label, "hits": [{name: getattr(hit, name) for name in names} for hit in verdict.hits]}
