"""What a collection is made of, and how far each way of searching is believed for it: weights are data, by measuring.

A question is like an answer in what it means, and like another question in its very words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_ASKS: Final = re.compile(r"[?？]|[吗呢]|怎么|什么|如何|怎样|咋|请问")
"""Found in 79 % of what patients ask and in 6 % of what doctors answer."""
_MOST: Final = 0.5


class Route(StrEnum):
    """From a question to what answers it, or to questions like it."""

    ANSWERS = "question-answer"
    QUESTIONS = "question-question"


@dataclass(frozen=True, slots=True)
class Weights:
    """How far each way of searching is believed."""

    words: float
    vector: float


WEIGHTS: Final = {Route.ANSWERS: Weights(0.4, 0.6), Route.QUESTIONS: Weights(0.65, 0.35)}


def route_to(texts: Iterable[str]) -> Route:
    """Return the route to a collection: to questions if most of its texts ask, else to answers."""
    asking = [bool(_ASKS.search(text)) for text in texts]
    return Route.QUESTIONS if sum(asking) > _MOST * len(asking) else Route.ANSWERS
