"""Reads a model's answer, or refuses it: the one parser of every use of a model.

Refused is whatever is not exactly the asked shape. A draft's title is the brief's own: a model's title would be a
sentence that no fact supports and no check reads.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from narrowcast.adapters.models.model import UnusableAnswerError
from narrowcast.adapters.models.prompt import MAX_CHARACTERS, MAX_SENTENCES, labels
from narrowcast.domain.draft import Brief, Draft, FactRef, Sentence

MAX_ANSWER: Final = 8 * MAX_CHARACTERS
"""Characters of JSON, names, blanks and escapes included."""

MAX_SENTENCE: Final = 1000
"""Characters. Several times the longest fact: what is longer was not meant to be read."""

_FENCE: Final = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def parse(answer: str) -> object:
    """Return the value in a model's text: the JSON alone, in at most one Markdown fence. UnusableAnswerError."""
    if len(answer) > MAX_ANSWER:
        raise UnusableAnswerError("the answer is too long")
    fenced = _FENCE.match(answer)
    try:
        return json.loads(fenced[1] if fenced else answer, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise UnusableAnswerError("the answer is not JSON") from None


def read_draft(answer: object, brief: Brief) -> Draft:
    """Return the draft in a parsed answer. UnusableAnswerError."""
    told = fields(answer, {"title": str, "sentences": list})
    known = labels(brief)
    sentences = tuple(_sentence(sentence, known) for sentence in told["sentences"])
    if not 0 < len(sentences) <= MAX_SENTENCES:
        raise UnusableAnswerError(f"the answer has {len(sentences)} sentences")
    if sum(len(sentence.text) for sentence in sentences) > MAX_CHARACTERS:
        raise UnusableAnswerError("the answer is too long")
    return Draft(brief.title, sentences)


def _sentence(answer: object, known: Mapping[str, FactRef]) -> Sentence:
    told = fields(answer, {"text": str, "fact_ids": list})
    text = plain_text(told["text"], "a sentence", MAX_SENTENCE)
    return Sentence(text, tuple(_ref(label, known) for label in told["fact_ids"]))


def plain_text(text: str, what: str, longest: int) -> str:
    """Return the text without blanks around it: neither empty nor too long, no markup, nothing that cannot be seen."""
    text = text.strip()
    if not 0 < len(text) <= longest:
        raise UnusableAnswerError(f"{what} has {len(text)} characters")
    if any(unicodedata.category(character) in _UNSEEN for character in text):
        raise UnusableAnswerError(f"{what} has characters that cannot be seen")
    if _MARKUP.search(text):
        raise UnusableAnswerError(f"{what} has markup")
    return text


def _ref(label: object, known: Mapping[str, FactRef]) -> FactRef:
    if not isinstance(label, str) or label not in known:
        raise UnusableAnswerError("a sentence cites a fact that was not given")
    return known[label]


def fields(answer: object, types: Mapping[str, type]) -> dict[str, Any]:
    """Return an object that has exactly the named fields, each of its type."""
    if not isinstance(answer, dict) or answer.keys() != types.keys():
        raise UnusableAnswerError("the answer has other fields than asked for")
    for name, kind in types.items():
        if not isinstance(answer[name], kind):
            raise UnusableAnswerError(f"{name} is not a {kind.__name__}")
    return answer


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise UnusableAnswerError("the answer has a field twice")
    return told
