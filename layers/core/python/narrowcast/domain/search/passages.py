"""The passages of a text that are turned into vectors: whole sentences, none longer than a model reads well."""

from __future__ import annotations

import re
from collections.abc import Iterator

PASSAGE = 300
"""Characters. Answers of data/retrieval have 107 on average; a model of 512 tokens reads about 600."""
MOST = 64
"""Passages of one piece; what comes after them is found by its words alone."""
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]*|[。！？；!?;\n]+")


def passages(title: str, text: str) -> tuple[str, ...]:
    """Return the text's passages, each headed by the title; the title alone if there is no text."""
    packed = list(_packed(text))[:MOST]
    return tuple(f"{title}\n{each}".strip() for each in packed or [""] if title or each)


def _packed(text: str) -> Iterator[str]:
    passage = ""
    for part in _parts(text):
        if passage and len(passage) + len(part) > PASSAGE:
            yield passage.strip()
            passage = ""
        passage += part
    if passage.strip():
        yield passage.strip()


def _parts(text: str) -> Iterator[str]:
    """Yield the sentences, those that are longer than a passage in pieces."""
    for sentence in _SENTENCE.findall(text):
        yield from (sentence[start : start + PASSAGE] for start in range(0, len(sentence), PASSAGE))
