"""Safety facts that no piece on their subject may leave out; conditions that must stand in the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from narrowcast.application.streams import FACT
from narrowcast.domain import fact
from narrowcast.domain.fact import FactApproved, FactProposed, FactRetired, FactSuperseded
from narrowcast.domain.vocabulary import Section
from tests.domain.test_fact import MEAL
from tests.support.scenario import fold, given

LACTIC = replace(MEAL, text="出现呼吸急促应立即就医。", must_carry=True)
GENERAL = replace(LACTIC, treatments=())
PIECE: dict[str, Any] = {
    "section": Section.MEDICATION, "codes": ("E11.9",), "treatments": ("A10BA02",), "on": date(2026, 1, 5)
}  # fmt: skip


def approved(statement: fact.Statement, *more: Any) -> fact.Fact:
    state: fact.Fact = fold(FACT, FactProposed("sg-li", statement), FactApproved(1, "sg-li"), *more)
    return state


def test_a_piece_on_the_same_section_code_and_drug_must_carry_it() -> None:
    assert fact.must_be_carried(approved(LACTIC), **PIECE)


@pytest.mark.parametrize(
    "change",
    [
        {"section": Section.DIET},
        {"codes": ("I10",)},
        {"codes": ("E1",)},
        {"treatments": ()},
        {"treatments": ("C10AA05",)},
        {"on": date(2027, 1, 1)},
    ],
    ids=["section", "code", "broader code", "no drug", "other drug", "lapsed"],
)
def test_no_other_piece_must(change: dict[str, Any]) -> None:
    assert not fact.must_be_carried(approved(LACTIC), **(PIECE | change))


@pytest.mark.parametrize(("codes", "carried"), [(("I25", "E11"), True), (("E11.900X001",), True), ((), False)])
def test_one_code_in_common_is_enough(codes: tuple[str, ...], carried: bool) -> None:  # noqa: FBT001 - the expectation
    assert fact.must_be_carried(approved(LACTIC), **(PIECE | {"codes": codes})) == carried


@pytest.mark.parametrize(("treatments", "carried"), [((), True), (("A10BA02",), False)])
def test_a_fact_about_no_drug_governs_the_general_pieces(
    treatments: tuple[str, ...],
    carried: bool,  # noqa: FBT001 - the expectation
) -> None:
    assert fact.must_be_carried(approved(GENERAL), **(PIECE | {"treatments": treatments})) == carried


@pytest.mark.parametrize(
    "state",
    [
        fold(FACT),
        fold(FACT, FactProposed("sg-li", LACTIC)),
        approved(LACTIC, FactRetired("更新", "sg-li")),
        approved(LACTIC, FactSuperseded(2, MEAL, "sg-li")),
        approved(MEAL),
    ],
    ids=["unknown", "unapproved", "retired", "superseded by one that need not", "never marked"],
)
def test_only_a_marked_fact_that_stands_today_must_be_carried(state: fact.Fact) -> None:
    assert not fact.must_be_carried(state, **PIECE)


def test_a_condition_beside_the_words_is_refused_because_no_check_would_see_it() -> None:
    within = replace(MEAL, text="如需做造影检查，应暂停二甲双胍。", conditions=("如需做造影检查",))
    beside = replace(within, text="应暂停二甲双胍。")
    given(FACT).when(fact.propose, author="sg-li", statement=within).then(FactProposed("sg-li", within))
    given(FACT).when(fact.propose, author="sg-li", statement=beside).refused(
        fact.ConditionNotStated, field="conditions"
    )
    given(FACT, FactProposed("sg-li", within)).when(fact.supersede, statement=beside, doctor="sg-li").refused(
        fact.ConditionNotStated, field="conditions"
    )


def test_who_supersedes_a_fact_is_the_author_of_the_new_words() -> None:
    assert approved(MEAL, FactSuperseded(2, LACTIC, "sg-chen")).author == "sg-chen"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_fact_is_not_retired_without_a_reason(reason: str) -> None:
    given(FACT, FactProposed("sg-li", MEAL)).when(fact.retire, reason=reason, doctor="sg-li").refused(
        fact.RetirementNeedsReason, field="reason"
    )
