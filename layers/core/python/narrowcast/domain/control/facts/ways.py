"""On which side of an amount a text stands, and which way an amount goes.

超过12小时 and 12小时后 are above it, 不足12小时 and 12小时内 below; 增加5mg and 减少5mg go two ways. Reads what stands
directly around an amount; whether two go the same way is for those who compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrowcast.domain.control.facts.lexer import Token

UP = frozenset({"gt", "ge", "from", "full"})
DOWN = frozenset({"lt", "le", "upto"})
_TO = "(?:了|到|至|约|大约|大概|至少|不超过|最多|为|成|上|出|去|掉)*$"
_GROWS = re.compile(
    f"(?:(?<![最不至更])[大高多长]|升高?|增加?|加量?|延长|提前|提高|上调|上升|(?<![更外])加大?|涨){_TO}"
)
_SHRINKS = re.compile(f"(?:(?<![最不至更])[小低少短]|下?降低?|减少?|减量|缩短|推迟|延后|延迟|下调|减小|往下){_TO}")
_NEAR = 3
"""Tokens before an amount that may tell its way."""


def way_of(comparator: str, relation: str = "") -> int:
    """Return 1 for above, -1 for below, 0 where neither is said."""
    if comparator in UP or (relation == "after" and not comparator):
        return 1
    return -1 if comparator in DOWN or relation == "within" else 0


def way_at(tokens: Sequence[Token], index: int) -> int:
    """Return the way of the amount at an index, by what stands directly around it."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    told = way_of(before.value) if before and before.kind == "before" else 0
    return told or (way_of(after.value, _relation(after.text)) if after and after.kind in {"after", "bound"} else 0)


def _relation(bound: str) -> str:
    return "after" if "后" in bound else "within" if bound[-1:] in {"内", "里"} else ""


def direction_at(tokens: Sequence[Token], index: int) -> int:
    """Return 1 or -1 for the way of the amount at an index, 0 where none is told."""
    before = "".join(token.text for token in tokens[max(index - _NEAR, 0) : index])
    return 1 if _GROWS.search(before) else -1 if _SHRINKS.search(before) else 0
