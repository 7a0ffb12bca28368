"""Which signed quizzes go with a guide, and what simpler piece stands ready for a wrong answer. Pure, as the assembly.

A quiz asks only of facts that the guide itself tells, in the version in which it tells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from narrowcast.domain.assembly import barring
from narrowcast.domain.control.quiz import MOST_QUESTIONS, Question
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import GuideAssembled, pieces_of
from narrowcast.domain.reading import QuizAsked, Simpler
from narrowcast.domain.shelves import Candidate, fits
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Literacy, Section


@dataclass(frozen=True, slots=True)
class Quiz:
    """A signed quiz and its questions."""

    candidate: Candidate
    questions: tuple[Question, ...]

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """The facts that are asked of."""
        return tuple(question.fact for question in self.questions)


def quizzes_for(
    made: GuideAssembled, quizzes: Iterable[Quiz], library: Iterable[Candidate], situation: Situation
) -> tuple[QuizAsked, ...]:
    """Return the quizzes that go with a guide, in the order of its sections, with MOST_QUESTIONS questions at most."""
    order = list(Section)
    simple = [each for each in library if each.tags.literacy is Literacy.BASIC and _may_get(each, situation)]
    fitting = [each for each in quizzes if _goes_with(each, made) and _may_get(each.candidate, situation)]
    fitting.sort(key=lambda each: (order.index(each.candidate.section), each.candidate.piece.content_id))
    return tuple(_asked(each, made, simple) for each in _few(fitting))


def _may_get(candidate: Candidate, situation: Situation) -> bool:
    return fits(candidate.tags, situation) and barring(candidate, situation) is None


def _goes_with(quiz: Quiz, made: GuideAssembled) -> bool:
    pieces = [piece for part in made.sections if part.section is quiz.candidate.section for piece in part.pieces]
    told = {fact for piece in pieces for fact in piece.facts}
    return bool(quiz.questions) and set(quiz.facts) <= told


def _few(quizzes: Iterable[Quiz]) -> Iterator[Quiz]:
    left = MOST_QUESTIONS
    for quiz in quizzes:
        if len(quiz.questions) <= left:
            left -= len(quiz.questions)
            yield quiz


def _asked(quiz: Quiz, made: GuideAssembled, simple: Iterable[Candidate]) -> QuizAsked:
    piece, section = quiz.candidate.piece, quiz.candidate.section
    shown = pieces_of(made)
    found = [
        each.piece
        for each in simple
        if each.section is section and each.piece.content_id not in shown and set(quiz.facts) <= set(each.piece.facts)
    ]
    best = min(found, key=lambda each: (len(each.facts), each.content_id), default=None)
    simpler = Simpler(best.content_id, best.revision, best.document_hash) if best else None
    return QuizAsked(piece.content_id, piece.revision, piece.document_hash, section, quiz.facts, simpler)
