"""What a model is asked, and how its answer can fail: the same for every transport and for every use of a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class UnusableAnswerError(Exception):
    """The model's answer is not what was asked for. Never holds the answer itself."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call: what is wanted (a word, and a phrase in Chinese), instructions, data, and the answer's JSON Schema."""

    wanted: str
    purpose: str
    system: str
    message: str
    schema: dict[str, Any]


class Model(Protocol):
    """A way to a model."""

    @property
    def name(self) -> str:
        """Transport and model, for the record."""

    def ask(self, question: Question) -> object:
        """Return the parsed JSON of one answer, unchecked. UnusableAnswerError, UnavailableError."""


def as_data(value: Mapping[str, object]) -> str:
    """Return a value as JSON on one line with `<` escaped: no text within can close a delimiter or pose as markup."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
