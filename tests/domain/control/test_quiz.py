"""Questions made of facts: nothing in them is invented, and what counts as wrong is what the fact check refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from narrowcast.domain.control.facts import check_sentence
from narrowcast.domain.control.gate import compose_quiz, object_to_quiz
from narrowcast.domain.control.quiz import BLANK, MOST_QUESTIONS, questions_of
from narrowcast.domain.draft import Brief, Draft, FactRef, FactText, Sentence
from narrowcast.domain.vocabulary import Form, Risk, Section

DEMO = Path(__file__).parents[3] / "events" / "demo" / "facts.json"
FACTS = [
    FactText(FactRef(each["key"], 1), each["text"], Section(each["section"]), Risk(each["risk"]))
    for each in json.loads(DEMO.read_text("utf-8"))
]
SECTIONS = [tuple(facts) for _, facts in groupby(FACTS, key=lambda each: each.section)]


def fact(key: str, text: str) -> FactText:
    return FactText(FactRef(key, 1), text, Section.MEDICATION, Risk.MEDICATION)


STOP = fact("stop", "血压达标后也不要自行停药。")
TELL = fact("tell", "出现头晕时，应立即告诉医生。")
CHECK = fact("check", "血压未达标时，每2周随访1次。")
LATER = fact("later", "血压达标后，每12周随访1次。")
DOSE = fact("dose", "阿司匹林不要超过每日100毫克。")


def brief(*facts: FactText) -> Brief:
    return Brief("测一测", Form.QUIZ, Section.MEDICATION, facts)


def by_ref(*facts: FactText) -> dict[FactRef, FactText]:
    return {each.ref: each for each in facts}


def shown(draft: Draft) -> list[tuple[str, list[str], str]]:
    return [(q.stem, sorted(o.text for o in q.options), q.options[q.right].text) for q in questions_of(draft)]


def test_a_prohibition_is_asked_of_against_a_duty_and_an_amount_against_another() -> None:
    assert shown(compose_quiz(brief(STOP, TELL, CHECK, LATER))) == [
        (f"血压达标后也{BLANK}自行停药。", ["不要", "应立即"], "不要"),
        (f"出现头晕时，{BLANK}告诉医生。", ["不要", "应立即"], "应立即"),
        (f"血压未达标时，{BLANK}随访1次。", ["每12周", "每2周"], "每2周"),
    ]


@pytest.mark.parametrize("facts", SECTIONS, ids=lambda facts: f"{facts[0].section}-{facts[0].ref.fact_id}")
def test_what_is_composed_of_real_facts_invents_nothing(facts: tuple[FactText, ...]) -> None:
    known = by_ref(*facts)
    for question in questions_of(compose_quiz(brief(*facts))):
        text = known[question.fact].text
        assert question.filled(question.right) == text
        for place, option in enumerate(question.options):
            assert option.text in known[option.fact].text
            assert check_sentence(question.filled(place), [text]).supported == (place == question.right)


def test_facts_of_the_demo_give_questions_and_never_too_many() -> None:
    made = [(compose_quiz(brief(*facts)), by_ref(*facts)) for facts in SECTIONS]

    assert max(len(questions_of(draft)) for draft, _ in made) == MOST_QUESTIONS
    assert [
        object_to_quiz(draft, facts) for draft, facts in made if draft.sentences and object_to_quiz(draft, facts)
    ] == []


def test_a_dose_is_never_asked_of() -> None:
    assert all("毫克" not in text for text, *_ in shown(compose_quiz(brief(DOSE, TELL, STOP))))


def test_the_same_brief_gives_the_same_quiz_and_no_question_gives_none() -> None:
    assert compose_quiz(brief(STOP, TELL)) == compose_quiz(brief(STOP, TELL))
    assert compose_quiz(brief(STOP)).sentences == ()
    assert object_to_quiz(compose_quiz(brief(STOP)), by_ref(STOP)) != ()


def quiz(*sentences: tuple[str, FactText]) -> Draft:
    return Draft("测一测", tuple(Sentence(text, (each.ref,)) for text, each in sentences))


STEM = (f"血压达标后也{BLANK}自行停药。", STOP)
RIGHT, WRONG = ("不要", STOP), ("应立即", TELL)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (quiz(STEM, RIGHT), "2–3个不同的选项"),
        (quiz(STEM, RIGHT, RIGHT), "2–3个不同的选项"),
        (quiz(STEM, WRONG, ("应", TELL)), "恰有一个选项"),
        (quiz(("血压达标后也不要自行停药。", STOP)), "2–3个不同的选项"),
        (quiz(STEM, RIGHT, ("可以", TELL)), "不是所引事实中的原文"),
        (
            quiz((f"血压达标后也{BLANK}停药。", STOP), ("不要自行", STOP), ("立即", TELL), ("不要", CHECK)),
            "不是所引事实",
        ),
        (quiz((f"出现头晕时，{BLANK}告诉医生。", STOP), RIGHT, WRONG), "不能作正确答案"),
        (quiz(STEM, RIGHT, ("不要", fact("also", "不要自行加量。"))), "2–3个不同的选项"),
    ],
)
def test_an_edited_text_that_is_no_quiz_is_refused_in_words(draft: Draft, reason: str) -> None:
    objections = object_to_quiz(draft, by_ref(STOP, TELL, CHECK, fact("also", "不要自行加量。")))

    assert any(reason in each.expected for each in objections), objections


def test_a_wrong_option_that_the_fact_supports_is_refused() -> None:
    also = fact("also", "不得自行加量，也不要自行减量。")
    text = quiz((f"血压达标后也{BLANK}自行停药。", STOP), RIGHT, ("也不要", also))

    assert any(
        "不能作错误选项" in each.expected or "原文" in each.expected
        for each in object_to_quiz(text, by_ref(STOP, also))
    )


def test_a_fact_that_is_not_there_is_a_fault() -> None:
    assert "引用的事实不存在" in object_to_quiz(quiz(STEM, RIGHT, WRONG), by_ref(STOP))[0].expected


def test_a_sentence_with_two_facts_belongs_to_no_question() -> None:
    [first, *rest] = quiz(STEM, RIGHT, WRONG).sentences

    assert questions_of(Draft("", (replace(first, facts=(STOP.ref, TELL.ref)), *rest))) == ()
