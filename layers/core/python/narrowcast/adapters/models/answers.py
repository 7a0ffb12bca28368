"""Reads a model's answer, or refuses it: the one parser of every model adapter.

Refused is whatever is not exactly the asked shape. The title is the brief's own: a model's title would be a sentence
that no fact supports and no check reads.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from narrowcast.adapters.models.prompt import MAX_CHARACTERS, MAX_SENTENCES, labels
from narrowcast.application.ports import DrafterError
from narrowcast.domain.draft import Brief, Draft, FactRef, Sentence

MAX_ANSWER: Final = 8 * MAX_CHARACTERS
"""Characters of JSON, names, blanks and escapes included."""

MAX_SENTENCE: Final = 1000
"""Characters. Several times the longest fact: what is longer was not meant to be read."""

_FENCE: Final = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def read_text(answer: str, brief: Brief) -> Draft:
    """Return the draft in a model's text, which must be the JSON alone, in at most one Markdown fence. DrafterError."""
    if len(answer) > MAX_ANSWER:
        raise DrafterError("the answer is too long")
    fenced = _FENCE.match(answer)
    try:
        parsed = json.loads(fenced[1] if fenced else answer, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise DrafterError("the answer is not JSON") from None
    return read_object(parsed, brief)


def read_object(answer: object, brief: Brief) -> Draft:
    """Return the draft in a parsed answer. DrafterError."""
    fields = _fields(answer, {"title": str, "sentences": list})
    known = labels(brief)
    sentences = tuple(_sentence(sentence, known) for sentence in fields["sentences"])
    if not 0 < len(sentences) <= MAX_SENTENCES:
        raise DrafterError(f"the answer has {len(sentences)} sentences")
    if sum(len(sentence.text) for sentence in sentences) > MAX_CHARACTERS:
        raise DrafterError("the answer is too long")
    return Draft(brief.title, sentences)


def _sentence(answer: object, known: Mapping[str, FactRef]) -> Sentence:
    fields = _fields(answer, {"text": str, "fact_ids": list})
    return Sentence(_text(fields["text"]), tuple(_ref(label, known) for label in fields["fact_ids"]))


def _text(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= MAX_SENTENCE:
        raise DrafterError(f"a sentence has {len(text)} characters")
    if any(unicodedata.category(character) in _UNSEEN for character in text):
        raise DrafterError("a sentence has characters that cannot be seen")
    if _MARKUP.search(text):
        raise DrafterError("a sentence has markup")
    return text


def _ref(label: object, known: Mapping[str, FactRef]) -> FactRef:
    if not isinstance(label, str) or label not in known:
        raise DrafterError("a sentence cites a fact that was not given")
    return known[label]


def _fields(answer: object, types: Mapping[str, type]) -> dict[str, Any]:
    if not isinstance(answer, dict) or answer.keys() != types.keys():
        raise DrafterError("the answer has other fields than asked for")
    for name, kind in types.items():
        if not isinstance(answer[name], kind):
            raise DrafterError(f"{name} is not a {kind.__name__}")
    return answer


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise DrafterError("the answer has a field twice")
    return fields
