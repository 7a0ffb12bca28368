"""A course of treatment: each step on a day that the record gives, moved and cancelled by what is told later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from narrowcast.domain.journeys import days_of, step_on
from narrowcast.domain.visit_report import Procedure
from narrowcast.domain.vocabulary import Stage, Step
from tests.support.told_visits import a_report, told

KNEE = "81.54"
DONE = Procedure(KNEE, "ICD-9-CM-3", performed_on="2026-03-02")
PLANNED = Procedure(KNEE, "ICD-9-CM-3", status="planned", performed_on="2026-03-02")


def a_message(number: int, **says: Any) -> Any:
    return a_report(message_id=f"M-{number}", occurred_at=f"2026-03-{number:02}T03:00:00Z", **says)


def test_a_planned_operation_has_its_eve_and_no_day_after() -> None:
    visit = told(a_message(1, stage=Stage.INPATIENT, procedures=(PLANNED,)))
    assert days_of(visit) == ((date(2026, 3, 1), Step.PRE_OP),)


@pytest.mark.parametrize(
    ("day", "step"),
    [(2, None), (3, Step.POST_OP_DAY_1), (4, Step.POST_OP_DAY_1), (5, Step.POST_OP_DAY_3), (30, Step.POST_OP_DAY_7)],
)
def test_the_days_after_an_operation_are_counted_from_it(day: int, step: Step | None) -> None:
    visit = told(a_message(2, stage=Stage.INPATIENT, procedures=(DONE,)))
    assert step_on(visit, date(2026, 3, day)) is step


def test_a_discharge_begins_the_months() -> None:
    visit = told(a_message(2, procedures=(DONE,)), a_message(6, stage=Stage.DISCHARGE))
    assert step_on(visit, date(2026, 3, 6)) is Step.DISCHARGE
    assert step_on(visit, date(2026, 3, 9)) is Step.POST_OP_DAY_7
    assert step_on(visit, date(2026, 4, 5)) is Step.MONTH_1
    assert step_on(visit, date(2026, 6, 4)) is Step.MONTH_3


def test_an_operation_put_off_moves_its_eve() -> None:
    later = Procedure(KNEE, "ICD-9-CM-3", status="planned", performed_on="2026-03-20")
    visit = told(a_message(1, procedures=(PLANNED,)), a_message(2, procedures=(later,)))
    assert days_of(visit) == ((date(2026, 3, 19), Step.PRE_OP),)


def test_a_visit_taken_back_or_a_discharge_taken_back_has_no_more_steps() -> None:
    leaving = a_message(6, stage=Stage.DISCHARGE)
    assert days_of(told(leaving, a_message(7, cancelled=True))) == ()
    assert days_of(told(leaving, a_message(7, discharge_cancelled=True))) == ()


def test_an_operation_entered_in_error_or_of_no_known_day_counts_for_nothing() -> None:
    mistaken = Procedure(KNEE, "ICD-9-CM-3", status="entered_in_error", performed_on="2026-03-02")
    someday = Procedure(KNEE, "ICD-9-CM-3")
    assert days_of(told(a_message(1, procedures=(mistaken,)))) == ()
    assert days_of(told(a_message(1, procedures=(someday,)))) == ()
