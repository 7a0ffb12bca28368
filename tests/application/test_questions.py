"""What is learnt from questions: topics by dictionary words, counts in which nobody can be found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.application.questions import (
    FEW,
    OTHER,
    SMALLEST,
    WANTS,
    questions_backlog,
    suppressed,
    weekly,
)
from narrowcast.cli.common import UsageError
from narrowcast.cli.report import monday_of
from narrowcast.domain.conversation import Complaint
from tests.support.front_desk import FrontDesk, demo_desk
from tests.support.newsroom import HOSPITAL

MONDAY = date(2026, 1, 5)


def rows(
    *questions: tuple[str, str, list[str]], asks: tuple[str, ...] = (), words: tuple[str, ...] = ()
) -> MemoryReadTable:
    """Return a table with a conversation for each (kind, why it is unmet, terms), all asking the same."""
    table = MemoryReadTable()
    for place, (kind, unmet, terms) in enumerate(questions):
        asked = {"at": "2026-01-07T08:00:00+00:00", "kind": kind, "unmet": unmet, "terms": terms, "reported": []}
        asked |= {"asks": list(asks), "words": list(words), "route": "library"}
        name = f"c202601-{place:04}"
        table.put(f"{HOSPITAL}/conversation/202601", name, 1, {"conversation": name, "questions": [asked]})
    return table


def test_unmet_questions_cluster_under_the_word_most_asked_about() -> None:
    drug, ill = "d:二甲双胍", "w:高血压"
    table = rows(
        ("unsure", "unanswered", [drug, "f:酒"]),
        ("unsure", "unanswered", [drug]),
        ("answer", "not_helpful", [drug, "f:酒"]),
        ("handoff", "handed_off", [ill]),
        ("unsure", "unanswered", []),
        ("answer", "", [ill]),
    )
    topics = questions_backlog(table, HOSPITAL, ["202601"])
    assert [(each.label, each.questions) for each in topics] == [("二甲双胍", 3), (OTHER, 1), ("高血压", 1)]
    assert topics[0].why == {"not_helpful": 1, "unanswered": 2}
    assert questions_backlog(table, HOSPITAL, ["202512"]) == []


def test_what_is_asked_of_one_drug_makes_topics_of_their_own() -> None:
    desk = demo_desk("dm-know")
    for question in (
        "二甲双胍什么时候吃",
        "二甲双胍饭前吃还是饭后吃",
        "二甲双胍有什么副作用",
        "二甲双胍和酒能一起吃吗",
    ):
        desk.ask(question)
    topics = questions_backlog(desk.world.read, HOSPITAL, ["202601"])
    assert [(each.label, each.questions) for each in topics] == [
        ("二甲双胍 · 什么时候用", 2),
        ("二甲双胍 · 副作用", 1),
        ("二甲双胍 · 能否同用", 1),
    ]
    assert topics[2].beside == ("酒",)
    assert topics[0].routes == {"library": 2}


def test_a_question_without_a_drug_or_disease_is_counted_under_its_other_words() -> None:
    [topic] = questions_backlog(rows(("unsure", "unanswered", []), words=("w:头晕",)), HOSPITAL, ["202601"])
    assert topic.label == "头晕"


def test_everything_that_can_be_asked_has_a_name_for_editors() -> None:
    table = json.loads(files("narrowcast.domain.answering").joinpath("questions.json").read_text("utf-8"))
    assert set(WANTS) == set(table["asks"])


def test_a_reported_answer_names_its_piece() -> None:
    desk: FrontDesk = demo_desk("met-start")
    conversation = desk.opened()
    desk.ask("二甲双胍什么时候吃", conversation)
    desk.assistant.report(HOSPITAL, conversation, 1, sentence=0, complaint=Complaint.WRONG)
    desk.world.settle()
    [topic] = questions_backlog(desk.world.read, HOSPITAL, ["202601"])
    assert (topic.term, topic.why, topic.pieces) == ("d:二甲双胍", {"reported": 1}, ("met-start",))


def test_a_weeks_counts_hide_small_cells() -> None:
    table = rows(*[("answer", "", ["w:高血压"])] * 12, *[("unsure", "unanswered", ["d:二甲双胍"])] * 3)
    told = weekly(table, HOSPITAL, MONDAY)
    assert told.questions == 15
    assert told.kinds == {"answer": FEW, "unsure": FEW}
    assert weekly(table, HOSPITAL, MONDAY + timedelta(days=7)).questions == 0
    assert weekly(rows(("answer", "", [])), HOSPITAL, MONDAY).questions == FEW


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=8))
def test_no_small_count_is_told_and_none_can_be_found_by_subtraction(counts: dict[str, int]) -> None:
    told = suppressed(counts)
    assert told.keys() == counts.keys()
    hidden = [name for name, count in told.items() if count == FEW]
    assert {name for name, count in counts.items() if count < SMALLEST} <= set(hidden)
    assert len(hidden) != 1 or len(counts) == 1
    assert all(told[name] == counts[name] for name in counts if name not in hidden)


@pytest.mark.parametrize(
    ("week", "monday"), [("2026-W02", date(2026, 1, 5)), ("", date(2025, 12, 29)), ("2026-W53", date(2026, 12, 28))]
)
def test_a_week_is_named_or_the_last_full_one(week: str, monday: date) -> None:
    assert monday_of(week, date(2026, 1, 7)) == monday


@pytest.mark.parametrize("week", ["2026", "2026-W54", "W1", "x-Wy"])
def test_what_is_no_week_is_said_so(week: str) -> None:
    with pytest.raises(UsageError):
        monday_of(week, MONDAY)


def fields(value: Any) -> Iterable[str]:
    """Every string within."""
    if isinstance(value, dict):
        for each in value.values():
            yield from fields(each)
    elif isinstance(value, list):
        for each in value:
            yield from fields(each)
    elif isinstance(value, str):
        yield value


def test_no_row_of_a_conversation_holds_a_persons_words() -> None:
    desk: FrontDesk = demo_desk("met-start")
    desk.ask("二甲双胍什么时候吃，谢谢小燕子")
    [row] = desk.world.read.query(f"{HOSPITAL}/conversation/202601")
    assert not [text for text in fields(dict(row)) if "燕" in text or "谢" in text]
