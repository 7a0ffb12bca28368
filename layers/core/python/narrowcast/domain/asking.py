"""Which signed quizzes go with a guide, and what simpler piece stands ready for a wrong answer. Pure, as the assembly.

A quiz asks only of facts that the guide itself tells, in the version in which it tells them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from narrowcast.domain.assembly import barring
from narrowcast.domain.control.quiz import MOST_QUESTIONS, Question
from narrowcast.domain.draft import FactRef
from narrowcast.domain.guide import GuideAssembled, pieces_of
from narrowcast.domain.reading import QuizAsked, Simpler
from narrowcast.domain.shelves import Candidate, fits
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Section


@dataclass(frozen=True, slots=True)
class Quiz:
    """A signed quiz and its questions."""

    candidate: Candidate
    questions: tuple[Question, ...]

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """The facts that are asked of."""
        return tuple(question.fact for question in self.questions)


Simple = Callable[[Section, tuple[FactRef, ...]], Iterable[Candidate]]
"""Pieces of a section in the plainest words that tell all of the facts; those that tell least first, then by id."""


def quizzes_for(
    made: GuideAssembled, quizzes: Iterable[Quiz], simple: Simple, situation: Situation
) -> tuple[QuizAsked, ...]:
    """Return the quizzes that go with a guide, in the order of its sections, with MOST_QUESTIONS questions at most.

    `simple` yields the plainest pieces of a section that tell certain facts; the best of those that she may get stands
    ready: the one that tells least, of equal ones the least id.
    """
    order = list(Section)
    fitting = [each for each in quizzes if _goes_with(each, made) and may_get(each.candidate, situation)]
    fitting.sort(key=lambda each: (order.index(each.candidate.section), each.candidate.piece.content_id))
    return tuple(_asked(each, made, simple, situation) for each in _few(fitting))


def may_get(candidate: Candidate, situation: Situation) -> bool:
    """Whether a piece is meant for such a patient and harms her in nothing."""
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


def _asked(quiz: Quiz, made: GuideAssembled, simple: Simple, situation: Situation) -> QuizAsked:
    piece, section = quiz.candidate.piece, quiz.candidate.section
    shown = pieces_of(made)
    best = next(
        (
            each.piece
            for each in simple(section, quiz.facts)
            if each.piece.content_id not in shown and may_get(each, situation)
        ),
        None,
    )
    simpler = Simpler(best.content_id, best.revision, best.document_hash) if best else None
    return QuizAsked(piece.content_id, piece.revision, piece.document_hash, section, quiz.facts, simpler)
