"""Where a question goes before anything is looked up: emergency, staff, the library, or nowhere.

Cues and what the sentence resembles are weighed by a small model trained on our own sentences (tests/domain/routing).
A question is judged whole and sentence by sentence: an emergency in any of them is one, whatever stands around it.
"""

from __future__ import annotations

import json
import math
import pkgutil
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from operator import mul
from typing import Any

from narrowcast.domain.control.characters import simplified
from narrowcast.domain.routing.cues import RED_FLAGS, cues, grams

Vector = Sequence[float]
Embed = Callable[[Sequence[str]], Sequence[Vector]]
"""Turns questions into vectors of unit length, in order; the same model that the weights were trained with."""

MAX_CHARACTERS = 2000
MAX_PARTS = 16
_END = re.compile(r"[。!?;\n]+")
_NOISE = re.compile(r"[^\w,.。!?;:/<>=+%℃\n-]|_")
_LEAST_SENTENCE = 3
_LONG, _MANY = 30, 3


class Route(StrEnum):
    """Who answers."""

    EMERGENCY = "emergency"
    HANDOFF = "handoff"
    LIBRARY = "library"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Routing:
    """A route and why. `doubtful` means that 120 is named beside whatever else is said."""

    route: Route
    reason: str
    emergency: float
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Per route: the bias, the weight of each cue, of each gram, and of each dimension of a vector after `mean`."""

    bias: tuple[float, ...]
    cues: Mapping[str, tuple[float, ...]]
    grams: Mapping[str, tuple[float, ...]]
    mean: Vector
    dimensions: tuple[Vector, ...]


def route(question: str, embed: Embed | None = None) -> Routing:
    """Say where the question goes; without `embed` the cues alone are weighed."""
    parts = _parts(fold(question))
    judged = [_judged(part, vector) for part, vector in zip(parts, _vectors(parts, embed), strict=True)]
    worst = max(range(len(parts)), key=lambda at: judged[at][0] / _limit(parts[at], embed))
    danger = judged[worst][0]
    if danger >= _limit(parts[worst], embed):
        return Routing(Route.EMERGENCY, _reason(parts[worst], 0), danger)
    at = max(range(1, len(Route)), key=lambda each: judged[0][each])
    return Routing(list(Route)[at], _reason(parts[0], at), danger, doubtful=danger >= _limits()["doubt"])


def _limit(part: str, embed: Embed | None) -> float:
    """Return from where on a part is an emergency: later if it tells of no danger, and the likeness stands alone."""
    limits = _limits()
    flagged = not RED_FLAGS.isdisjoint(cues(part))
    return limits[("flagged" if flagged else "unflagged") + ("" if embed else "_by_words")]


def fold(question: str) -> str:
    """Return the question as it is judged: NFKC, simplified, lower case, without blanks, emoji and ornaments."""
    text = unicodedata.normalize("NFKC", question[: MAX_CHARACTERS * 2]).translate(_plain()).lower()
    return _NOISE.sub("", text)[:MAX_CHARACTERS]


@cache
def _plain() -> dict[int, str]:
    return str.maketrans(dict(simplified()))


def _parts(text: str) -> list[str]:
    """Return the text, its sentences, and each two clauses of a long sentence: a danger told in passing is one."""
    sentences = [part for part in _END.split(text) if len(part) >= _LEAST_SENTENCE]
    found = [part for sentence in sentences for part in (sentence, *_clauses(sentence))]
    return [text, *(part for part in dict.fromkeys(found) if part != text)][: MAX_PARTS + 1]


def _clauses(sentence: str) -> list[str]:
    clauses = sentence.split(",")
    if len(sentence) < _LONG or len(clauses) < _MANY:
        return []
    return [",".join(two) for two in pairwise(clauses)]


def _vectors(parts: Sequence[str], embed: Embed | None) -> Sequence[Vector | None]:
    return [None] * len(parts) if embed is None else embed(parts)


def _judged(text: str, vector: Vector | None) -> list[float]:
    """Return how likely each route is: by the words, and with what they resemble, each of which errs alone."""
    by_words = _chances(text, None)
    if vector is None:
        return by_words
    return [(one + two) / 2 for one, two in zip(by_words, _chances(text, vector), strict=True)]


def _chances(text: str, vector: Vector | None) -> list[float]:
    """Return how likely each route is, in order of `Route`."""
    weights = _weights(with_vector=vector is not None)
    sums = list(weights.bias)
    for row in (*map(weights.cues.get, cues(text)), *map(weights.grams.get, grams(text))):
        sums = [total + weight for total, weight in zip(sums, row, strict=True)] if row else sums
    if vector is not None:
        shifted = [value - mean for value, mean in zip(vector, weights.mean, strict=True)]
        sums = [total + sum(map(mul, row, shifted)) for total, row in zip(sums, weights.dimensions, strict=True)]
    return _softmax(sums)


def _softmax(sums: Sequence[float]) -> list[float]:
    top = max(sums)
    raised = [math.exp(each - top) for each in sums]
    return [each / sum(raised) for each in raised]


def _reason(text: str, at: int) -> str:
    """Return the cues that speak most for the route; what it resembles, when no cue does."""
    weights = _weights(with_vector=False)
    told = {cue: weights.cues[cue][at] for cue in cues(text) if cue in weights.cues and "+" not in cue}
    named = sorted((cue for cue in told if told[cue] > 0), key=lambda cue: (-told[cue], cue))[:3]
    return ", ".join(named) or "resembles such questions"


@cache
def _model() -> Mapping[str, Any]:
    raw: Mapping[str, Any] = json.loads(pkgutil.get_data(__package__, "weights.json") or b"")
    return raw


def _limits() -> Mapping[str, float]:
    limits: Mapping[str, float] = _model()["limits"]
    return limits


@cache
def _weights(*, with_vector: bool) -> Weights:
    raw = _model()["with_vector" if with_vector else "by_words"]
    by_cue = {name: tuple(row) for name, row in raw["cues"].items()}
    by_gram = {name: tuple(row) for name, row in raw["grams"].items()}
    return Weights(tuple(raw["bias"]), by_cue, by_gram, raw.get("mean", ()), tuple(raw.get("dimensions", ())))
