"""Abbreviations and short turns of key points written out, in normalized text, the same for facts and sentences.

Which abbreviation stands for what is for the table; units and codes of frequency that are words are for `lexer`.
"""

from __future__ import annotations

import re
from functools import cache

from narrowcast.domain.control.facts.tables.short_turns import SHORT_TURNS
from narrowcast.domain.control.facts.tables.shorthand import SHORTHAND
from narrowcast.domain.control.rewriting import Rewritings

_MAY_HOLD = re.compile("[a-z]|中性粒|上限|:00|内服")


@cache
def _shorthand() -> Rewritings:
    return Rewritings(SHORTHAND)


@cache
def _turns() -> Rewritings:
    return Rewritings(SHORT_TURNS)


def written_out(text: str) -> str:
    """Return a normalized text with its abbreviations written out, its short turns in plain words."""
    text = _turns().rewrite(text)
    return _shorthand().rewrite(text) if _MAY_HOLD.search(text) else text
