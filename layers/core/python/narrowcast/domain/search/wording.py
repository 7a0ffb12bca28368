"""A question as it is put to an engine: without what says nothing, no longer than helps, with other names beside it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from narrowcast.domain.search.names import named

LONGEST = 200
"""Characters of a question that are searched for; the rest of a long story makes a search slow and no better."""
_MOST_NAMES = 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's text, and for each thing that it names, the other names of it (its own first)."""

    text: str
    names: tuple[tuple[str, ...], ...] = ()


def word(question: str) -> Wording:
    """Return how a question is searched for; an empty text if it says nothing."""
    text = _BLANK.sub(" ", _CONTROL.sub(" ", unicodedata.normalize("NFKC", question))).strip()[:LONGEST]
    return Wording(text, tuple(group for group in named(text) if len(group) > 1)[:_MOST_NAMES])
