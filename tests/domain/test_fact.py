from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from narrowcast.application.streams import FACT
from narrowcast.domain import fact
from narrowcast.domain.draft import FactRef, FactText, Source
from narrowcast.domain.fact import FactApproved, FactNotUsable, FactProposed, FactRetired, FactSuperseded, Statement
from narrowcast.domain.vocabulary import Risk, Section, SourceKind
from tests.support.scenario import given

SOURCE = Source(SourceKind.LABEL, "盐酸二甲双胍片说明书", "国家药品监督管理局", 2023, "用法用量")
MEAL = Statement(
    "二甲双胍应随餐服用。",
    SOURCE,
    Section.MEDICATION,
    Risk.MEDICATION,
    ("E11",),
    ("A10BA02",),
    "",
    ("不得改变剂量",),
    date(2026, 12, 31),
)
NEWER = replace(MEAL, text="二甲双胍应随餐或餐后服用。", valid_until=date(2027, 12, 31))
PROPOSED, APPROVED = FactProposed("sg-chen", MEAL), FactApproved(1, "sg-li")
SUPERSEDED, RETIRED = FactSuperseded(2, NEWER, "sg-li"), FactRetired("指南更新", "sg-li")
USABLE = FactText(FactRef("met-meal", 1), MEAL.text, MEAL.section, MEAL.risk, MEAL.boundaries)


def test_a_statement_is_proposed_once() -> None:
    given(FACT).when(fact.propose, author="sg-chen", statement=MEAL).then(PROPOSED)
    given(FACT, PROPOSED).when(fact.propose, author="sg-li", statement=MEAL).then_nothing()
    given(FACT, PROPOSED).when(fact.propose, author="sg-chen", statement=NEWER).refused(
        fact.FactAlreadyProposed, field="fact_id"
    )


def test_a_version_is_approved_once() -> None:
    given(FACT, PROPOSED).when(fact.approve, doctor="sg-li").then(APPROVED)
    given(FACT, PROPOSED, APPROVED).when(fact.approve, doctor="sg-chen").then_nothing()


def test_a_new_version_replaces_the_one_before() -> None:
    given(FACT, PROPOSED, APPROVED).when(fact.supersede, statement=NEWER, doctor="sg-li").then(SUPERSEDED)
    given(FACT, PROPOSED, APPROVED, SUPERSEDED).when(fact.supersede, statement=NEWER, doctor="sg-li").then_nothing()


def test_a_fact_is_retired_once() -> None:
    given(FACT, PROPOSED).when(fact.retire, reason="指南更新", doctor="sg-li").then(RETIRED)
    given(FACT, PROPOSED, RETIRED).when(fact.retire, reason="指南更新", doctor="sg-li").then_nothing()


@pytest.mark.parametrize(
    ("decision", "named"),
    [
        (fact.approve, {"doctor": "sg-li"}),
        (fact.supersede, {"statement": NEWER, "doctor": "sg-li"}),
        (fact.retire, {"reason": "指南更新", "doctor": "sg-li"}),
        (fact.usable, {"fact_id": "met-meal", "on": date(2026, 1, 5)}),
    ],
)
def test_nothing_can_be_done_with_an_unknown_fact(decision: Any, named: dict[str, Any]) -> None:
    given(FACT).when(decision, **named).refused(fact.FactUnknown, field="fact_id")


def test_an_approved_fact_is_usable_through_its_last_day() -> None:
    assert fact.usable(given(FACT, PROPOSED, APPROVED).state, "met-meal", on=date(2026, 12, 31)) == USABLE


def test_of_a_superseded_fact_the_new_version_is_usable() -> None:
    newest = replace(USABLE, ref=FactRef("met-meal", 2), text=NEWER.text)
    assert fact.usable(given(FACT, PROPOSED, APPROVED, SUPERSEDED).state, "met-meal", on=date(2027, 1, 1)) == newest


@pytest.mark.parametrize(
    ("events", "on"),
    [
        ((PROPOSED,), date(2026, 1, 5)),
        ((PROPOSED, APPROVED), date(2027, 1, 1)),
        ((PROPOSED, APPROVED, RETIRED), date(2026, 1, 5)),
        ((PROPOSED, APPROVED, SUPERSEDED, RETIRED), date(2026, 1, 5)),
    ],
    ids=["unapproved", "lapsed", "retired", "superseded and retired"],
)
def test_a_fact_that_nobody_stands_by_today_is_not_usable(events: tuple[Any, ...], on: date) -> None:
    given(FACT, *events).when(fact.usable, "met-meal", on=on).refused(FactNotUsable, field="fact_refs")
