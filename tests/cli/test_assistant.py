"""`narrowcast ask`, the switch and the reports, on a hospital in memory."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast.cli import assistant, main, report
from narrowcast.cli.common import OK, USAGE
from tests.support.front_desk import FrontDesk, demo_desk
from tests.support.newsroom import HOSPITAL, OTHER_HOSPITAL, PROFILE


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FrontDesk:
    desk = demo_desk("met-start", "say-emergency")
    world = desk.world
    stack = SimpleNamespace(
        store=world.store, read=world.read, assistant=desk.assistant, inbox=desk.inbox, reminders=desk.reminders
    )
    for module in (assistant, report):
        monkeypatch.setattr(module, "open_stack", lambda _: stack)
    return desk


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main([*argv, "--json"]) == OK
    return json.loads(capsys.readouterr().out)


def test_ask_prints_the_kind_the_signed_sentences_and_the_conversation(
    desk: FrontDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = told(capsys, "ask", "二甲双胍什么时候吃", "--hospital", HOSPITAL)
    first = answer["sentences"][0]
    assert answer["kind"] == "answer"
    assert first == {
        "text": "盐酸二甲双胍普通片应随餐服用。",
        "content": "met-start",
        "version": 1,
        "signer": "陈怡然",
        "signed_at": desk.world.content("met-start").signed.signed_at.isoformat(),  # type: ignore[union-attr]
    }
    again = told(capsys, "ask", "它什么时候吃", "--conversation", answer["conversation"])
    assert (again["conversation"], again["question"]) == (answer["conversation"], 2)
    assert again["sentences"][0] == first


@pytest.mark.usefixtures("desk")
def test_an_emergency_prints_120_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "我爸突然嘴歪了，说话不清楚，左手抬不起来"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("[emergency]")
    assert "120" in lines[1]


@pytest.mark.usefixtures("desk")
def test_the_switch_stops_and_starts_every_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "assistant", "stop") == {"hospital": HOSPITAL, "running": False}
    assert told(capsys, "ask", "二甲双胍什么时候吃")["kind"] == "handoff"
    assert told(capsys, "assistant", "start") == {"hospital": HOSPITAL, "running": True}
    assert told(capsys, "ask", "二甲双胍什么时候吃")["kind"] == "answer"


def test_which_hospital_must_be_said_where_there_are_two(desk: FrontDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.world.open_hospital(OTHER_HOSPITAL, PROFILE)
    assert main(["ask", "二甲双胍什么时候吃"]) == USAGE
    assert "--hospital" in capsys.readouterr().err


def test_reports_count_without_telling_of_anybody(desk: FrontDesk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.ask("二甲双胍和头孢能一起吃吗")
    week = told(capsys, "report", "weekly", "--week", "2026-W02")
    assert (week["questions"], week["kinds"]) == ("<10", {"unsure": "<10"})
    [topic] = told(capsys, "report", "questions")["topics"]
    assert topic["why"] == {"unanswered": 1}
    assert told(capsys, "assistant", "remind") == {"reminded": []}
