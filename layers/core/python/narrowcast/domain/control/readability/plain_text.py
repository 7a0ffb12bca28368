"""A text as a file holds it, cut into title and sentences for the score. Cites nothing; judges nothing."""

from __future__ import annotations

import re

from narrowcast.domain.draft import Draft, Sentence

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[”’」』）)]*|[。！？!?；;]+")
_ENDS = tuple("。！？!?；;：:”")
_MARKS = "#*- \t\u3000\ufeff"


def draft_of(text: str) -> Draft:
    """Return the first line as the title, if it does not end like a sentence, and the rest as sentences."""
    lines = [line for line in (each.strip(_MARKS) for each in text.splitlines()) if line]
    titled = bool(lines) and not lines[0].endswith(_ENDS)
    body = lines[1:] if titled else lines
    sentences = (part.strip() for line in body for part in _SENTENCE.findall(line))
    return Draft(lines[0] if titled else "", tuple(Sentence(part) for part in sentences if part))
