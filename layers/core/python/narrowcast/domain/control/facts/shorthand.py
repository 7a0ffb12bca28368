"""Abbreviations and short turns of key points written out, in normalized text, the same for facts and sentences.

Which abbreviation stands for what is for the table; units and codes of frequency that are words are for `lexer`.
"""

from __future__ import annotations

from narrowcast.domain.control.facts.tables.short_turns import SHORT_TURNS
from narrowcast.domain.control.facts.tables.shorthand import SHORTHAND

STEPS = (*SHORT_TURNS, *SHORTHAND)
