"""A course of treatment delivers by its days: each step's piece on its morning, and nothing for what was moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from narrowcast.domain.draft import FactRef
from narrowcast.domain.visit_report import Procedure, VisitReport
from narrowcast.domain.vocabulary import Stage, Step
from tests.support.newsroom import EDITOR, HOSPITAL, LI, REPORT, STATEMENT, TOPIC, World

DAY = timedelta(days=1)
TEXTS = {
    Step.POST_OP_DAY_1: "手术后应先咨询医生再恢复控糖。",
    Step.POST_OP_DAY_3: "手术伤口愈合期间要按时监测血糖。",
    Step.MONTH_3: "出院3个月后应复查糖化血红蛋白。",
}


@pytest.fixture
def world() -> World:
    """A general piece, and one for each of three steps."""
    world = World().open_hospital().publish("dm-know")
    for step, text in TEXTS.items():
        name = step.replace("_", "-")
        world.facts.propose(HOSPITAL, f"f-{name}", replace(STATEMENT, text=text), LI, EDITOR)
        world.facts.approve(HOSPITAL, f"f-{name}", LI, EDITOR)
        tags = replace(TOPIC.tags, steps=(step,))
        world.settle().publish(name, replace(TOPIC, title=text, tags=tags, facts=(FactRef(f"f-{name}", 1),)))
    return world


def told(world: World, number: int, *, stage: Stage | None = Stage.INPATIENT, operated: str = "") -> VisitReport:
    knee = (Procedure("81.54", "ICD-9-CM-3", performed_on=operated),) if operated else ()
    moment = f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    return replace(REPORT, message_id=f"M-{number}", stage=stage, procedures=knee, occurred_at=moment)


def today(world: World) -> str:
    return f"{world.clock.now():%Y-%m-%d}"


def until(world: World, days: int) -> None:
    for _ in range(days):
        world.clock.advance(DAY)
        world.settle()


def pieces(world: World, visit_id: str) -> list[str]:
    sections = world.guide(visit_id).made.sections
    return [piece.content_id for part in sections for piece in part.pieces]


def test_each_step_gives_its_piece_on_its_morning(world: World) -> None:
    visit_id = world.visit(told(world, 1, operated=today(world))).visit_id
    assert pieces(world, visit_id) == ["dm-know"]
    until(world, 1)
    assert (pieces(world, visit_id), world.guide(visit_id).made.step) == (["post-op-day-1"], Step.POST_OP_DAY_1)
    until(world, 2)
    assert pieces(world, visit_id) == ["post-op-day-3"]
    assert world.guide(visit_id).edition == 3


def test_a_step_is_due_in_the_morning_of_the_hospital(world: World) -> None:
    world.visit(told(world, 1, operated=today(world)))
    moments = {name.split(".")[1]: moment for name, (moment, _, _) in world.schedules.pending.items()}
    morning = datetime.combine(world.clock.now().date() + DAY, datetime.min.time(), UTC)
    assert moments[Step.POST_OP_DAY_1] == morning
    assert moments.keys() == {Step.POST_OP_DAY_1, Step.POST_OP_DAY_3, Step.POST_OP_DAY_7}


def test_an_operation_told_for_another_day_moves_what_is_to_come(world: World) -> None:
    first = told(world, 1, operated=today(world))
    visit_id = world.visit(first).visit_id
    until(world, 1)
    moved = told(world, 2, operated=today(world))
    world.visit(moved)
    until(world, 2)
    assert world.guide(visit_id).made.step is Step.POST_OP_DAY_1
    until(world, 1)
    assert world.guide(visit_id).made.step is Step.POST_OP_DAY_3


def test_a_visit_taken_back_goes_no_further(world: World) -> None:
    visit_id = world.visit(told(world, 1, operated=today(world))).visit_id
    world.clock.advance(timedelta(hours=1))
    world.visit(replace(told(world, 2), cancelled=True))
    until(world, 8)
    assert pieces(world, visit_id) == []


def test_three_months_after_the_discharge_there_is_one_more(world: World) -> None:
    visit_id = world.visit(told(world, 1, stage=Stage.DISCHARGE)).visit_id
    until(world, 91)
    assert pieces(world, visit_id) == ["month-3"]


def test_a_message_delivered_again_schedules_nothing_twice(world: World) -> None:
    world.visit(told(world, 1, operated=today(world)))
    pending = dict(world.schedules.pending)
    for envelope in world.envelopes(event_type="VisitOpened"):
        world.dispatcher.dispatch(envelope)
    assert world.schedules.pending == pending
