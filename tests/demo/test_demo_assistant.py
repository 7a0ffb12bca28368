"""What the demo hospital says to somebody who asks holds together: forms, facts, signers, checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from narrowcast.adapters.models.recombiner import Recombiner
from narrowcast.domain.control.gate import judge_channels, object_to
from narrowcast.domain.conversation import Kind
from narrowcast.domain.draft import Brief, FactRef, FactText
from narrowcast.domain.vocabulary import Form, Risk, Section
from tests.support.front_desk import FrontDesk, demo_desk
from tests.support.newsroom import REPORT

DEMO = Path(__file__).parents[2] / "events" / "demo"
OWN = {
    Form.EMERGENCY: 1,
    Form.HANDOFF: 1,
    Form.QA: 2,
    Form.VISIT_PREPARATION: 1,
    Form.PROCEDURE: 1,
    Form.SERVICE: 3,
    Form.GLOSSARY: 3,
    Form.SCRIPT: 1,
}


def load(name: str) -> Any:
    return json.loads((DEMO / name).read_text("utf-8"))


FACTS = {fact["key"]: fact for fact in (*load("facts.json"), *load("assistant/facts.json"))}
TOPICS = load("assistant/topics.json")
SIGNERS = {signer["signer"] for signer in load("signers.json")}
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic["key"])


@pytest.fixture(scope="module")
def desk() -> FrontDesk:
    return demo_desk()


def test_there_is_something_to_say_in_every_form_that_askers_need() -> None:
    forms = [Form(topic["form"]) for topic in TOPICS]
    assert {form: forms.count(form) for form in set(forms)} == OWN


@pytest.mark.parametrize("name", ["facts.json", "topics.json"])
def test_no_key_stands_twice(name: str) -> None:
    keys = [each["key"] for each in (*load(name), *load(f"assistant/{name}"))]
    assert len(set(keys)) == len(keys)


@each_topic
def test_a_piece_is_made_of_known_facts_and_no_check_stops_it(topic: dict[str, Any]) -> None:
    assert topic["signer"] in SIGNERS
    facts = [
        FactText(FactRef(key, 1), FACTS[key]["text"], Section(topic["section"]), Risk(FACTS[key]["risk"]))
        for key in topic["fact_keys"]
    ]
    draft = Recombiner().draft(Brief(topic["title"], Form(topic["form"]), Section(topic["section"]), tuple(facts)))
    assert object_to(draft, {fact.ref: fact for fact in facts}, ()) == ()
    [patient] = [verdict for verdict in judge_channels(draft) if verdict.channel == "patient"]
    assert patient.label != "block"


def test_the_emergency_text_names_120_before_anything_else() -> None:
    [topic] = [each for each in TOPICS if each["form"] == "emergency"]
    assert "120" in FACTS[topic["fact_keys"][0]]["text"]


@pytest.mark.parametrize(
    ("question", "kind", "content"),
    [
        ("血压正常了能停降压药吗", Kind.ANSWER, "ask-stop-htn"),
        ("糖化血红蛋白多久查一次", Kind.ANSWER, "ask-hba1c"),
        ("什么是糖化血红蛋白", Kind.ANSWER, "word-hba1c"),
        ("二甲双胍饭前吃还是饭后吃", Kind.ANSWER, "met-start"),
        ("怎么预约挂号", Kind.HANDOFF, "serve-booking"),
        ("费用清单在哪里查", Kind.HANDOFF, "serve-bills"),
        ("医保怎么报销", Kind.HANDOFF, "serve-insurance"),
        ("复诊前要准备什么", Kind.ANSWER, "prepare-visit"),
        ("冠状动脉造影是怎么做的？", Kind.ANSWER, "explain-cag"),
        ("什么是他汀", Kind.ANSWER, "word-statin"),
        ("我能不能把二甲双胍加到三片", Kind.HANDOFF, "say-handoff"),
        ("我爸突然嘴歪了，说话不清楚，左手抬不起来", Kind.EMERGENCY, "say-emergency"),
    ],
)
def test_each_is_said_when_it_is_asked_for(desk: FrontDesk, question: str, kind: Kind, content: str) -> None:
    reply = desk.ask(question)
    assert (reply.kind, {sentence.content for sentence in reply.sentences}) == (kind, {content})


def test_a_term_of_an_answer_is_explained_from_the_glossary_unless_the_answer_does(desk: FrontDesk) -> None:
    told = desk.ask("糖化血红蛋白多久查一次").explained
    assert [(each.term, each.sentence.content) for each in told] == [("糖化血红蛋白", "word-hba1c")]
    assert desk.ask("什么是糖化血红蛋白").explained == ()


def test_what_is_said_to_askers_stands_in_no_guide(desk: FrontDesk) -> None:
    accepted = desk.world.visit(REPORT)
    made = desk.world.guide(accepted.visit_id).made
    told = {piece.content_id for section in made.sections for piece in section.pieces}
    assert "dm-know" in told
    assert not told & {topic["key"] for topic in TOPICS if not Form(topic["form"]).for_guides}
