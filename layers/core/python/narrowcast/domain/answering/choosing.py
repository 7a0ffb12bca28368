"""Choosing: a signed question and answer word for word, else sentences of one piece, else nothing.

The thresholds were chosen on questions about the demo hospital's library, half of them without an answer in it
(tests/domain/answering).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrowcast.domain.answering.understanding import (
    DRUG,
    WORD,
    Meant,
    Understood,
    is_subject,
    speaks_of,
    tells,
    understand,
)
from narrowcast.domain.control.facts.normalization import normalize

MOST_SENTENCES = 5
"""Sentences of an answer: ANSWERING of them at most because they answer, the others because they warn."""
ANSWERING = 3
ENOUGH = 0.6
"""The part of what a question speaks of that an answer must speak of too; of subjects all."""
SAME_QUESTION = 0.7
"""How much of what two questions speak of they must share to be one."""
SUBJECT, NAMED, ASKED, ALIKE = 3.0, 2.0, 2.0, 1.0
TITLED = 0.1
"""What a title adds for each subject or word of the question that it names, when pieces are compared."""
_MARKS = re.compile(r"[\W_]+")
NEAR = 0.6
"""A sentence with less than this part of the best one's score is not quoted."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A signed piece as the chooser sees it, sentences by place. One that is `verbatim` is said whole to its title.

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
        if passage.verbatim and _bare(passage.title) == _bare(asked.text):
            return Choice(passage.content_id, tuple(range(len(passage.sentences))), 1.0, "verbatim")
    if asked.vague:
        return None
    for passage in passages:
        if passage.verbatim and _same_question(asked, passage.title):
            return Choice(passage.content_id, tuple(range(len(passage.sentences))), 1.0, "verbatim")
    composed = [found for passage in passages if (found := _compose(asked, passage))]
    return max(composed, key=lambda each: each[0], default=(0.0, None))[1]


def candidates(asked: Understood, passage: Passage) -> tuple[int, ...]:
    """Return the places of sentences that speak of something that the question speaks of."""
    return tuple(place for place, score in enumerate(closeness(asked, passage)) if score > 0)


def enough(asked: Understood, passage: Passage, places: Iterable[int]) -> float:
    """Return how much of the question the sentences speak of; 0 if they leave out what they must speak of."""
    chosen = [passage.sentences[place] for place in places]
    title = speaks_of(passage.title)
    if not any(_answers(asked, title, sentence) for sentence in chosen):
        return 0.0
    if _about_another_drug(asked, passage) or _leaves_out_unknown(asked, "".join((passage.title, *chosen))):
        return 0.0
    if not asked.wanted <= frozenset().union(*map(tells, chosen)):
        return 0.0
    spoken = title.union(*map(speaks_of, chosen))
    named = asked.words | asked.subjects
    return _among(named, spoken) / len(named) if named else 0.0


def _answers(asked: Understood, title: frozenset[str], sentence: str) -> bool:
    """Whether one sentence speaks, with its title, of every subject (without any, of all), and tells what is asked."""
    spoken = title | speaks_of(sentence)
    if not all(meant & spoken for meant in asked.subjects or asked.words) or _about_another(asked, speaks_of(sentence)):
        return False
    return not asked.wanted or bool(asked.wanted & tells(sentence))


def _about_another(asked: Understood, spoken: frozenset[str]) -> bool:
    """Whether a sentence names diseases or drugs, and none that was asked about; what harms leads to many diseases."""
    kinds = DRUG if "harm" in asked.wanted else (DRUG, WORD)
    named = {group for group in spoken if is_subject(group) and group.startswith(kinds)}
    return bool(named) and not any(meant & named for meant in asked.subjects)


def _compose(asked: Understood, passage: Passage) -> tuple[float, Choice] | None:
    scores = closeness(asked, passage)
    best = max(scores, default=0.0)
    near = [
        place
        for place, score in enumerate(scores)
        if score and score >= NEAR * best and (not asked.wanted or asked.wanted & tells(passage.sentences[place]))
    ]
    near = sorted(sorted(near, key=lambda place: (-scores[place], place))[:ANSWERING])
    confidence = enough(asked, passage, near)
    if confidence < ENOUGH:
        return None
    places = with_warnings(passage, near, scores)
    titled = speaks_of(passage.title)
    fit = _among(asked.subjects | asked.words, titled)
    return confidence + TITLED * fit + best / 100, Choice(passage.content_id, places, confidence, "composed")


def with_warnings(passage: Passage, places: Iterable[int], scores: Sequence[float]) -> tuple[int, ...]:
    """Return the places in order, with the piece's own warnings that are nearest to the question beside them."""
    chosen = tuple(places)
    warnings = sorted(passage.carried - set(chosen), key=lambda place: (-scores[place], place))
    return tuple(sorted((*chosen, *warnings[: MOST_SENTENCES - ANSWERING])))


def closeness(asked: Understood, passage: Passage) -> list[float]:
    """Return how much each sentence says of what is asked, by its place."""
    return [
        0.0 if place in passage.linking else _score(asked, sentence) for place, sentence in enumerate(passage.sentences)
    ]


def _score(asked: Understood, sentence: str) -> float:
    """Return how much a sentence says of what is asked; 0 if it says nothing of it."""
    spoken, told = speaks_of(sentence), tells(sentence)
    hits = SUBJECT * _among(asked.subjects, spoken) + NAMED * _among(asked.words, spoken)
    answered = asked.asks & told
    if not hits and not answered:
        return 0.0
    return hits + ASKED * len(answered) + ALIKE * _alike(asked.text, sentence)


def _among(named: frozenset[Meant], spoken: frozenset[str]) -> int:
    return sum(bool(meant & spoken) for meant in named)


def _alike(one: str, other: str) -> float:
    """Return the part of a text's pairs of characters that another has too."""
    pairs = _pairs(one)
    return len(pairs & _pairs(other)) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _bare(question: str) -> str:
    """Return a question without marks and blanks."""
    return _MARKS.sub("", normalize(question))


def _same_question(asked: Understood, title: str) -> bool:
    other = understand(title)
    mine, its = asked.subjects | asked.words, other.subjects | other.words
    if asked.subjects != other.subjects or asked.wanted != other.wanted or asked.unknown:
        return False
    return bool(its) and len(mine & its) / len(mine | its) >= SAME_QUESTION


def _about_another_drug(asked: Understood, passage: Passage) -> bool:
    """Whether a piece about a drug would answer a question that names no drug."""
    drugs = {group for group in speaks_of(passage.title) if group.startswith(DRUG)}
    return bool(drugs) and not any(group.startswith(DRUG) for meant in asked.subjects for group in meant)


def _leaves_out_unknown(asked: Understood, text: str) -> bool:
    """Whether the question names something that no dictionary knows and the answer does not name."""
    return any(run not in text for run in asked.unknown)
