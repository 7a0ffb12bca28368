"""What a patient does with her guide once she has it: opens it, reads, is asked whether she understood, needs a person.

Part of the guide's stream. Everything here may come twice, late or out of order, and is recorded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Section


class QuestionNotInGuide(Refusal):
    """The guide asks no such question, or no longer."""


@dataclass(frozen=True, slots=True)
class GuideOpened:
    """A person looked at this edition: told by her page or by what she pressed, never by a GET."""

    edition: int


@dataclass(frozen=True, slots=True)
class SectionRead:
    """The end of a section was seen."""

    section: Section


@dataclass(frozen=True, slots=True)
class Simpler:
    """A signed piece, as it stood, that tells the same in simpler words."""

    content_id: str
    revision: int
    document_hash: str


@dataclass(frozen=True, slots=True)
class QuizAsked:
    """A signed quiz that goes with the guide, as it stood; `facts` are those that it asks of.

    `simpler` stands ready for whoever answers it wrong.
    """

    content_id: str
    revision: int
    document_hash: str
    section: Section
    facts: tuple[FactRef, ...]
    simpler: Simpler | None


@dataclass(frozen=True, slots=True)
class QuizzesChosen:
    """Which quizzes go with the guide from here on."""

    quizzes: tuple[QuizAsked, ...]


@dataclass(frozen=True, slots=True)
class QuizAnswered:
    """She chose an option (both by place, from 0) of a question; `right` is what the signed text says of it."""

    content_id: str
    revision: int
    question: int
    option: int
    right: bool
    section: Section


@dataclass(frozen=True, slots=True)
class SimplerGiven:
    """After a wrong answer she is given the same in simpler words."""

    section: Section
    piece: Simpler


@dataclass(frozen=True, slots=True)
class HelpNeeded:
    """She has a question, or did not understand and there is nothing simpler to give: a nurse is to explain."""

    section: Section


Event = GuideOpened | SectionRead | QuizzesChosen | QuizAnswered | SimplerGiven | HelpNeeded


@dataclass(frozen=True, slots=True)
class Reading:
    """The present state. `answers` are the last ones, by quiz and question; `wrong` every section ever missed."""

    opened: frozenset[int] = frozenset()
    read: frozenset[Section] = frozenset()
    quizzes: tuple[QuizAsked, ...] = ()
    answers: Mapping[str, QuizAnswered] = field(default_factory=dict)
    simpler: Mapping[Section, Simpler] = field(default_factory=dict)
    wrong: frozenset[Section] = frozenset()
    helped: frozenset[Section] = frozenset()

    def quiz(self, content_id: str, revision: int) -> QuizAsked:
        """Return a quiz of the guide; QuestionNotInGuide."""
        for each in self.quizzes:
            if (each.content_id, each.revision) == (content_id, revision):
                return each
        raise QuestionNotInGuide("这份健康指南没有这道题，或题目已更新，请刷新页面", field="quiz")

    def answer_to(self, content_id: str, revision: int, question: int) -> QuizAnswered | None:
        """Return the last answer to a question; None if there is none."""
        return self.answers.get(_name(content_id, revision, question))


def evolve(state: Reading, event: Event) -> Reading:
    """Fold one event."""
    match event:
        case GuideOpened(edition):
            return replace(state, opened=state.opened | {edition})
        case SectionRead(section):
            return replace(state, read=state.read | {section})
        case QuizzesChosen(quizzes):
            return replace(state, quizzes=quizzes)
        case QuizAnswered():
            name = _name(event.content_id, event.revision, event.question)
            wrong = state.wrong if event.right else state.wrong | {event.section}
            return replace(state, answers={**state.answers, name: event}, wrong=wrong)
        case SimplerGiven(section, piece):
            return replace(state, simpler={**state.simpler, section: piece})
        case HelpNeeded(section):
            return replace(state, helped=state.helped | {section})


def _name(content_id: str, revision: int, question: int) -> str:
    return f"{content_id}.{revision}.{question}"


def open_guide(state: Reading, *, edition: int) -> tuple[Event, ...]:
    """Record that a person looked at an edition, once."""
    return () if edition in state.opened else (GuideOpened(edition),)


def read_section(state: Reading, *, section: Section) -> tuple[Event, ...]:
    """Record that the end of a section was seen, once."""
    return () if section in state.read else (SectionRead(section),)


def choose_quizzes(state: Reading, quizzes: tuple[QuizAsked, ...]) -> tuple[Event, ...]:
    """Record which quizzes go with the guide; the same ones again change nothing."""
    return () if quizzes == state.quizzes else (QuizzesChosen(quizzes),)


def answer_quiz(state: Reading, answered: QuizAnswered, simpler: Simpler | None) -> tuple[Event, ...]:
    """Record an answer; the same one again changes nothing.

    The first wrong one in a section gives the simpler piece, if there is one that may be shown; the next, or the
    first without any, calls a nurse, once a section.
    """
    state.quiz(answered.content_id, answered.revision)
    if state.answer_to(answered.content_id, answered.revision, answered.question) == answered:
        return ()
    return (answered, *(() if answered.right else _help(state, answered.section, simpler)))


def _help(state: Reading, section: Section, simpler: Simpler | None) -> tuple[Event, ...]:
    if simpler and section not in state.simpler:
        return (SimplerGiven(section, simpler),)
    return call_nurse(state, section)


def call_nurse(state: Reading, section: Section) -> tuple[Event, ...]:
    """Have a nurse explain a section, once."""
    return () if section in state.helped else (HelpNeeded(section),)
