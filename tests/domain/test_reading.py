"""What a patient does with her guide, told twice, late or in any order, ends in the same state."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import permutations

import pytest

from narrowcast.domain.draft import FactRef
from narrowcast.domain.reading import (
    Event,
    HelpNeeded,
    QuestionNotInGuide,
    QuizAnswered,
    QuizAsked,
    QuizzesChosen,
    Reading,
    Simpler,
    SimplerGiven,
    answer_quiz,
    choose_quizzes,
    evolve,
    open_guide,
    read_section,
)
from narrowcast.domain.vocabulary import Section

SIMPLER = Simpler("met-basic", 1, "6" * 64)
ASKED = QuizAsked("met-quiz", 1, "5" * 64, Section.MEDICATION, (FactRef("met-stop", 1),), SIMPLER)
BEGUN = evolve(Reading(), QuizzesChosen((ASKED,)))


def answered(question: int = 0, *, right: bool, option: int = 0) -> QuizAnswered:
    return QuizAnswered("met-quiz", 1, question, option, right, Section.MEDICATION)


def after(*answers: QuizAnswered, simpler: Simpler | None = SIMPLER) -> tuple[Reading, list[object]]:
    state, told = BEGUN, list[object]()
    for each in answers:
        events = answer_quiz(state, each, simpler)
        told += events
        state = reduce(evolve, events, state)
    return state, told


def test_what_was_told_before_changes_nothing() -> None:
    opened = reduce(evolve, open_guide(BEGUN, edition=1), BEGUN)
    read = reduce(evolve, read_section(opened, section=Section.DIET), opened)

    assert (open_guide(read, edition=1), read_section(read, section=Section.DIET)) == ((), ())
    assert open_guide(read, edition=2) != ()
    assert choose_quizzes(read, (ASKED,)) == ()
    assert choose_quizzes(read, ()) == (QuizzesChosen(()),)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_opening_and_reading_in_any_order_end_the_same(order: tuple[int, ...]) -> None:
    steps: tuple[Callable[[Reading], tuple[Event, ...]], ...] = (
        lambda s: open_guide(s, edition=1),
        lambda s: read_section(s, section=Section.DIET),
        lambda s: read_section(s, section=Section.DISEASE),
    )
    state = BEGUN
    for number in order:
        state = reduce(evolve, steps[number](state), state)

    assert state.opened == {1}
    assert state.read == {Section.DIET, Section.DISEASE}


def test_the_first_wrong_answer_gives_the_simpler_piece_and_the_second_calls_a_nurse_once() -> None:
    wrong = [answered(number, right=False) for number in range(3)]
    state, told = after(*wrong)

    assert [each for each in told if not isinstance(each, QuizAnswered)] == [
        SimplerGiven(Section.MEDICATION, SIMPLER),
        HelpNeeded(Section.MEDICATION),
    ]
    assert dict(state.simpler) == {Section.MEDICATION: SIMPLER}
    assert state.wrong == {Section.MEDICATION}


def test_without_a_simpler_piece_the_first_wrong_answer_calls_a_nurse() -> None:
    assert after(answered(right=False), simpler=None)[1][1:] == [HelpNeeded(Section.MEDICATION)]


def test_the_same_answer_again_changes_nothing_and_another_one_counts() -> None:
    state, _ = after(answered(right=False))
    assert answer_quiz(state, answered(right=False), SIMPLER) == ()
    assert answer_quiz(state, answered(right=True, option=1), SIMPLER) == (answered(right=True, option=1),)


def test_a_quiz_of_another_edition_is_not_answered() -> None:
    with pytest.raises(QuestionNotInGuide):
        answer_quiz(Reading(), answered(right=True), None)
