"""The demo hospital's quizzes ask of what its guides tell, and the fact check has nothing against them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from narrowcast.domain.control.gate import compose_quiz, judge_channels, object_to_quiz
from narrowcast.domain.control.quiz import questions_of
from narrowcast.domain.draft import Brief, FactRef, FactText
from narrowcast.domain.vocabulary import Form, Risk, Section

DEMO = Path(__file__).parents[2] / "events" / "demo"
FACTS = {each["key"]: each for each in json.loads((DEMO / "facts.json").read_text("utf-8"))}
TOPICS = json.loads((DEMO / "topics.json").read_text("utf-8"))
QUIZZES = json.loads((DEMO / "quizzes.json").read_text("utf-8"))
each_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda each: each["key"])


def facts_of(quiz: dict[str, Any]) -> tuple[FactText, ...]:
    return tuple(
        FactText(FactRef(key, 1), FACTS[key]["text"], Section(quiz["section"]), Risk(FACTS[key]["risk"]))
        for key in quiz["fact_keys"]
    )


@each_quiz
def test_a_quiz_has_two_or_three_questions_and_no_check_stops_it(quiz: dict[str, Any]) -> None:
    facts = facts_of(quiz)
    draft = compose_quiz(Brief(quiz["title"], Form.QUIZ, Section(quiz["section"]), facts))

    assert 2 <= len(questions_of(draft)) <= 3
    assert object_to_quiz(draft, {each.ref: each for each in facts}) == ()
    [patient] = [verdict for verdict in judge_channels(draft) if verdict.channel == "patient"]
    assert patient.label != "block"


@each_quiz
def test_a_quiz_goes_with_a_piece_that_tells_all_it_asks_of(quiz: dict[str, Any]) -> None:
    fitting = [each for each in TOPICS if set(quiz["fact_keys"]) <= set(each["fact_keys"])]
    assert any((each["section"], each["codes"]) == (quiz["section"], quiz["codes"]) for each in fitting)


@each_quiz
def test_a_quiz_is_signed_by_somebody_else_than_the_one_author_of_its_risky_facts(quiz: dict[str, Any]) -> None:
    risky = [FACTS[key] for key in quiz["fact_keys"] if Risk(FACTS[key]["risk"]).high]
    assert {each["author"] for each in risky} != {quiz["signer"]}
