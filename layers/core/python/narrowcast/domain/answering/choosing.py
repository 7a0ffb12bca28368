"""Choosing: a signed question and answer word for word, else sentences of one piece, else nothing.

The thresholds were chosen on questions about the demo hospital's library, half of them without an answer in it
(tests/domain/answering).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrowcast.domain.answering.understanding import DRUG, Understood, asks, speaks_of, tells, understand

MOST_SENTENCES = 5
"""Sentences of an answer, those that must come along not counted."""
ENOUGH = 0.6
"""The part of what a question speaks of that an answer must speak of too; of subjects all."""
SAME_QUESTION = 0.7
"""How much of what two questions speak of they must share to be one."""
SUBJECT, WORD, ASKED, ALIKE = 3.0, 2.0, 2.0, 1.0
NEAR = 0.6
"""A sentence with less than this part of the best one's score is not quoted."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A signed piece as the chooser sees it: sentences by place.

    `linking` are those without a fact of their own: never quoted alone. `carried` always come along.
    """

    content_id: str
    title: str
    sentences: tuple[str, ...]
    verbatim: bool
    carried: frozenset[int] = frozenset()
    linking: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """Sentences of one piece, by their places, in its order. `confidence` is the part of the question they speak of."""

    content_id: str
    places: tuple[int, ...]
    confidence: float
    composer: str


def choose(asked: Understood, passages: Sequence[Passage]) -> Choice | None:
    """Return what answers the question, or None in any doubt. Passages stand best first, as the search ranked them."""
    for passage in passages:
        if passage.verbatim and _same_question(asked, passage.title):
            return Choice(passage.content_id, tuple(range(len(passage.sentences))), 1.0, "verbatim")
    composed = [found for passage in passages if (found := _compose(asked, passage))]
    return max(composed, key=lambda each: each[0], default=(0.0, None))[1]


def candidates(asked: Understood, passage: Passage) -> tuple[int, ...]:
    """Return the places of sentences that speak of something that the question speaks of."""
    return tuple(place for place, score in enumerate(_scores(asked, passage)) if score > 0)


def enough(asked: Understood, passage: Passage, places: Iterable[int]) -> float:
    """Return how much of the question the sentences speak of; 0 if they leave out what they must speak of."""
    chosen = [passage.sentences[place] for place in places]
    if not chosen:
        return 0.0
    spoken = frozenset().union(speaks_of(passage.title), *map(speaks_of, chosen))
    if not asked.subjects <= spoken or _about_another_drug(asked, passage, chosen):
        return 0.0
    told = frozenset().union(*map(tells, chosen))
    if not asked.asks <= told | {"may_have"} or _leaves_out_unknown(asked, "".join((passage.title, *chosen))):
        return 0.0
    named = asked.words | asked.subjects
    return len(named & spoken) / len(named) if named else 0.0


def _compose(asked: Understood, passage: Passage) -> tuple[float, Choice] | None:
    scores = _scores(asked, passage)
    best = max(scores, default=0.0)
    near = [place for place, score in enumerate(scores) if score and score >= NEAR * best]
    near = sorted(sorted(near, key=lambda place: (-scores[place], place))[:MOST_SENTENCES])
    confidence = enough(asked, passage, near)
    if confidence < ENOUGH:
        return None
    places = tuple(sorted({*near, *passage.carried}))
    return confidence + best / 100, Choice(passage.content_id, places, confidence, "composed")


def _scores(asked: Understood, passage: Passage) -> list[float]:
    return [
        0.0 if place in passage.linking else _score(asked, sentence) for place, sentence in enumerate(passage.sentences)
    ]


def _score(asked: Understood, sentence: str) -> float:
    """Return how much a sentence says of what is asked; 0 if it says nothing of it."""
    spoken, told = speaks_of(sentence), tells(sentence)
    hits = SUBJECT * len(asked.subjects & spoken) + WORD * len(asked.words & spoken)
    answered = asked.asks & told
    if not hits and not answered:
        return 0.0
    return hits + ASKED * len(answered) + ALIKE * _alike(asked.text, sentence)


def _alike(one: str, other: str) -> float:
    """Return the part of a text's pairs of characters that another has too."""
    pairs = _pairs(one)
    return len(pairs & _pairs(other)) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _same_question(asked: Understood, title: str) -> bool:
    other = understand(title)
    mine, its = asked.subjects | asked.words, other.subjects | other.words
    if asked.subjects != other.subjects or asked.asks - {"may_have"} != other.asks - {"may_have"} or asked.unknown:
        return False
    return bool(its) and len(mine & its) / len(mine | its) >= SAME_QUESTION


def _about_another_drug(asked: Understood, passage: Passage, chosen: Iterable[str]) -> bool:
    """Whether a piece about a drug would answer a question that names no such drug."""
    drugs = {group for group in speaks_of(passage.title) if group.startswith(DRUG)}
    named = {group for group in asked.subjects if group.startswith(DRUG)}
    if named:
        return False
    told = {group for text in chosen for group in speaks_of(text) if group.startswith(DRUG)}
    return bool(drugs | told)


def _leaves_out_unknown(asked: Understood, text: str) -> bool:
    """Whether the question names something that no dictionary knows and the answer does not name."""
    return any(run not in text for run in asked.unknown)


__all__ = ["Choice", "Passage", "asks", "candidates", "choose", "enough"]
