"""`narrowcast recall …` and `narrowcast backlog`, on a hospital in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast.application.streams import GUIDE
from narrowcast.cli import backlog, main, recall
from narrowcast.cli.common import NEGATIVE, OK, USAGE
from narrowcast.domain.guide import record_assembly
from tests.support.newsroom import EDITOR, HOSPITAL, METFORMIN_TOPIC, OTHER_HOSPITAL, World

RECALLED, CORRECTION = "met-meal.3", "met-meal-c3-1"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World().open_hospital().publish("met-start", METFORMIN_TOPIC)
    world.visit()
    stack = SimpleNamespace(store=world.store, read=world.read, facts=world.facts, workflows=world.workflows)
    for module in (recall, backlog):
        monkeypatch.setattr(module, "open_stack", lambda _: stack)
    return world


def told(capsys: pytest.CaptureFixture[str], *argv: str, code: int = OK) -> Any:
    assert main([*argv, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_start_takes_the_fact_back_and_names_the_recall(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    started = told(capsys, "recall", "start", "met-meal", "--reason", "说明书更新")
    assert started == {"hospital": HOSPITAL, "recall": RECALLED, "fact": "met-meal"}
    assert world.library.piece(HOSPITAL, "met-start", on=world.clock.now().date()) is None


def test_starting_twice_is_starting_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        told(capsys, "recall", "start", "met-meal", "--reason", "说明书更新")
        world.settle()
    assert list(world.recalling.runs) == [f"{HOSPITAL}.{RECALLED}.1"]


def test_status_tells_counts_and_the_proof(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "recall", "start", "met-meal", "--reason", "说明书更新")
    world.settle().accept(CORRECTION).sign(CORRECTION)
    status = told(capsys, "recall", "status", RECALLED)
    assert {name: status[name] for name in ("recall", "fact", "state", "pieces", "guides", "patients")} == {
        "recall": RECALLED,
        "fact": "met-meal",
        "state": "told",
        "pieces": ["met-start"],
        "guides": 1,
        "patients": 1,
    }
    assert [status[name] for name in ("told", "pending", "held")] == [1, 0, 0]
    assert (status["proof"]["holds"], status["proof"]["recorded"], status["proof"]["scanned"]) == (True, 1, 1)
    assert [each["recall"] for each in told(capsys, "recall", "status")["recalls"]] == [RECALLED]


def test_a_recall_that_missed_somebody_is_a_negative_verdict(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "recall", "start", "met-meal", "--reason", "说明书更新")
    [made] = [each.event for each in world.settle().envelopes(event_type="GuideAssembled")]
    unseen = replace(made, visit_id="v-unseen")
    world.store.execute(GUIDE, HOSPITAL, "g-unseen", lambda s: record_assembly(s, unseen), EDITOR)
    assert told(capsys, "recall", "status", RECALLED, code=NEGATIVE)["proof"]["missed"] == ["g-unseen"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "argv",
    [
        ("recall", "start", "no-such-fact", "--reason", "x"),
        ("recall", "start", "met-meal", "--reason", " "),
        ("recall", "status", "met-meal.9"),
    ],
)
def test_what_is_not_there_or_says_no_reason_is_bad_usage(argv: tuple[str, ...]) -> None:
    assert main(list(argv)) == USAGE


def test_the_backlog_hides_small_counts_and_asks(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    entries = told(capsys, "backlog")["entries"]
    assert {each["patients"] for each in entries} == {"<10"}
    item = next(each["item"] for each in entries if each["section"] == "diet")
    assert told(capsys, "backlog", "--ask", item)["signer_id"] == "sg-li"
    world.settle()
    assert main(["backlog"]) == OK
    assert "(asked)" in capsys.readouterr().out


def test_two_hospitals_must_be_told_apart(world: World) -> None:
    world.open_hospital(OTHER_HOSPITAL)
    assert main(["backlog"]) == USAGE
    assert main(["backlog", "--hospital", HOSPITAL]) == OK
