"""Which way an amount goes: 增加5mg and 提前1小时 one way, 减少5mg and 推迟1小时 the other.

Reads the words directly before an amount; whether two amounts go the same way is for `agreement`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrowcast.domain.control.facts.lexer import Token

_TO = "(?:了|到|至|约|大约|大概|至少|不超过|最多|为|成|上|出|去|掉)*$"
_UP = re.compile(f"(?:(?<![最不至更])[大高多长]|升高?|增加?|加量?|延长|提前|提高|上调|上升|(?<![更外])加大?|涨){_TO}")
_DOWN = re.compile(f"(?:(?<![最不至更])[小低少短]|下?降低?|减少?|减量|缩短|推迟|延后|延迟|下调|减小|往下){_TO}")
_NEAR = 3
"""Tokens before an amount that may tell its way."""


def direction_at(tokens: Sequence[Token], index: int) -> int:
    """Return 1 or -1 for the way of the amount at an index, 0 where none is told."""
    before = "".join(token.text for token in tokens[max(index - _NEAR, 0) : index])
    return 1 if _UP.search(before) else -1 if _DOWN.search(before) else 0
