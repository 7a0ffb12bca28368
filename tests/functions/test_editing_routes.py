"""What an editor sees of a piece beside its text, and what keeps a text that is hard to read from the doctor."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app import app
from chalicelib.routes import editing
from narrowcast.application.production import Checking
from narrowcast.domain.content import Objection, Status
from narrowcast.domain.control.gate import SECOND_OPINION
from narrowcast.domain.control.readability import assess
from narrowcast.domain.draft import Draft, FactRef, Sentence
from tests.support.newsroom import EDITOR, HOSPITAL, PROFILE, World

WRONG = Draft("认识2型糖尿病", (Sentence("下面说说用药的事。"), Sentence("你可以停药。", (FactRef("dm-what", 1),))))


@dataclass(frozen=True)
class Api:
    """The app as API Gateway calls it, on one world."""

    world: World

    def call(self, method: str, route: str, body: object = None, role: str = "editor") -> tuple[int, Any]:
        """Return status and document of the answer for the piece dm-know."""
        claims = {"cognito:groups": role, "custom:hospital": HOSPITAL, "sub": "u-1"}
        event = {
            "requestContext": {"resourcePath": route, "httpMethod": method, "authorizer": {"claims": claims}},
            "headers": {"content-type": "application/json"},
            "multiValueQueryStringParameters": None,
            "pathParameters": {"content_id": "dm-know"},
            "stageVariables": None,
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = app(event, None)
        self.world.settle()
        return answer["statusCode"], json.loads(answer["body"])

    def show(self, role: str = "editor") -> Any:
        status, shown = self.call("GET", "/contents/{content_id}", role=role)
        assert status == 200
        return shown


def api_of(world: World, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(editing, "composition", lambda: world)
    return Api(world)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    return api_of(World().open_hospital().plan("dm-know"), monkeypatch)


@pytest.mark.parametrize("role", ["editor", "doctor"])
def test_a_faithful_text_has_a_score_with_its_reasons_and_no_highlights(api: Api, role: str) -> None:
    shown, measured = api.show(role), assess(api.world.content("dm-know").draft)
    assert shown["highlights"] == []
    assert shown["readability"] == {
        "score": measured.score,
        "warning": False,
        "reasons": [{"item": r.item, "message": r.message, "sentences": list(r.sentences)} for r in measured.reasons],
    }


def test_a_refused_sentence_is_highlighted_with_its_reasons_in_chinese(api: Api) -> None:
    api.world.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=WRONG, actor=EDITOR)
    api.world.settle()
    shown = api.show()
    (highlight,) = shown["highlights"]
    assert highlight["sentence"] == 1
    assert highlight["reasons"]
    assert all("没有依据" in reason or "事实为" in reason or "：" in reason for reason in highlight["reasons"])
    assert any(reason["item"] == "address" and reason["sentences"] == [1] for reason in shown["readability"]["reasons"])


def test_a_claim_is_shown_with_its_place_its_law_and_a_lawful_wording(api: Api) -> None:
    assert api.show()["remarks"] == []
    text = Draft("保证治愈糖尿病", WRONG.sentences)
    api.world.newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=text, actor=EDITOR)
    api.world.settle()

    first = api.show()["remarks"][0]

    assert (first["sentence"], first["start"], first["end"], first["text"]) == (-1, 0, 4, "保证治愈")
    assert "广告法" in first["law"]
    assert first["severities"]["douyin"] == "block"
    assert first["suggestion"]


def test_a_second_opinion_is_highlighted_like_the_rules_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Doubting:
        name = "openai/qwen-max"

        def objections(self, *_: object) -> tuple[Objection, ...]:
            return (Objection(0, SECOND_OPINION, "certainty", "语气比事实更强"),)

    world = World().open_hospital()
    world.checking = Checking(world.store, Doubting())
    shown = api_of(world.plan("dm-know"), monkeypatch).show()
    assert shown["highlights"] == [{"sentence": 0, "reasons": ["模型复核（语气强弱）：语气比事实更强"]}]
    assert shown["state"]["facts_check"]["checker"].endswith("+openai/qwen-max")


def test_a_piece_without_a_text_has_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World().open_hospital().plan("dm-other")
    topic = world.content("dm-other").topic
    world.newsroom.plan(HOSPITAL, "dm-know", topic, EDITOR)
    shown = api_of(world, monkeypatch).show()
    assert (shown["readability"], shown["highlights"]) == (None, [])


def test_where_readability_is_a_gate_a_text_below_it_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World().open_hospital(profile=replace(PROFILE, readability_gate=100)).plan("dm-know")
    api = api_of(world, monkeypatch)
    status, problem = api.call("POST", "/contents/{content_id}/accept", {"revision": 1})
    assert (status, problem["code"], problem["errors"][0]["path"]) == (422, "TooHardToRead", "sentences")
    assert "低于本院要求的100分" in problem["title"]
    assert api.world.content("dm-know").status is Status.DRAFTED


@pytest.mark.parametrize("gate", [0, 70])
def test_a_text_at_or_above_the_gate_goes_to_the_doctor(monkeypatch: pytest.MonkeyPatch, gate: int) -> None:
    world = World().open_hospital(profile=replace(PROFILE, readability_gate=gate)).plan("dm-know")
    status, _ = api_of(world, monkeypatch).call("POST", "/contents/{content_id}/accept", {"revision": 1})
    assert (status, world.content("dm-know").status) == (202, Status.ACCEPTED)
