"""The routes of the fact ledger, of adoption and of signers: who may call them, what they answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from chalicelib.gate import app
from chalicelib.routes import editing, library
from narrowcast.domain.content import Status
from narrowcast.domain.draft import Draft, FactRef, Sentence
from tests.support.newsroom import CHEN, EDITOR, HOSPITAL, LI, STATEMENT, World

FEET = "请每天检查双脚。"
LOOSE = Draft("认识2型糖尿病", (Sentence(FEET, (FactRef("dm-what", 1),)),))
STATED: dict[str, Any] = msgspec.to_builtins(STATEMENT) | {"text": FEET, "risk": "lifestyle"}
ADOPTION = {"revision": 2, "sentence": 0, "fact_id": "dm-feet", "statement": STATED}


@dataclass(frozen=True)
class Api:
    """The app as API Gateway calls it, on one world."""

    world: World

    def post(self, route: str, body: object, role: str, signer: str = "", **path: str) -> tuple[int, Any]:
        """Return status and document of the answer, once everything that follows has happened."""
        claims = {"cognito:groups": role, "custom:hospital": HOSPITAL, "custom:signer": signer, "sub": "u-1"}
        event = {
            "requestContext": {"resourcePath": route, "httpMethod": "POST", "authorizer": {"claims": claims}},
            "headers": {"content-type": "application/json"},
            "multiValueQueryStringParameters": None,
            "pathParameters": path,
            "stageVariables": None,
            "body": json.dumps(body, ensure_ascii=False),
            "isBase64Encoded": False,
        }
        answer = app(event, None)
        self.world.settle()
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    world = World().open_hospital()
    for routes in (library, editing):
        monkeypatch.setattr(routes, "composition", lambda: world)
    return Api(world)


def test_pasted_key_points_come_back_as_statements_and_nothing_is_recorded(api: Api) -> None:
    before = api.world.snapshot()
    answer = api.post("/facts/split", {"text": "1. 随餐服用\n2. 如出现呕吐，停药；立即就医。"}, "doctor", CHEN)
    assert answer == (200, {"statements": ["随餐服用", "如出现呕吐，停药；立即就医。"]})
    assert api.world.snapshot() == before


def test_more_than_can_be_read_at_once_is_refused(api: Api) -> None:
    status, problem = api.post("/facts/split", {"text": "糖" * (library.LONGEST_TEXT + 1)}, "doctor", CHEN)
    assert (status, problem["errors"][0]["path"]) == (413, "text")


def test_a_retired_fact_takes_its_pieces_along(api: Api) -> None:
    api.world.publish("dm-know")
    status, _ = api.post("/facts/{fact_id}/retire", {"reason": "指南更新"}, "doctor", LI, fact_id="dm-what")
    assert status == 200
    assert [each.reason for each in api.world.content("dm-know").outdated] == ["事实已停用：指南更新"]


def test_a_doctor_adopts_a_refused_sentence_in_her_own_name(api: Api) -> None:
    api.world.plan("dm-know").newsroom.edit(HOSPITAL, "dm-know", revision=1, draft=LOOSE, actor=EDITOR)
    api.world.settle()
    status, answer = api.post("/contents/{content_id}/adopt", ADOPTION, "doctor", LI, content_id="dm-know")
    assert (status, answer) == (202, {"content_id": "dm-know", "revision": 3, "fact_id": "dm-feet"})
    state = api.world.content("dm-know")
    assert state.facts_check
    assert state.facts_check.passed
    assert state.adopted[0].doctor == LI


def test_a_doctor_leaves_and_the_editor_names_another(api: Api) -> None:
    api.world.publish("dm-know")
    status, answer = api.post("/signers/{signer_id}/leave", {}, "admin", signer_id=CHEN)
    assert (status, answer) == (200, {"signer_id": CHEN, "left_on": "2026-01-05"})
    assert api.world.content("dm-know").status is Status.DRAFTED
    status, _ = api.post("/contents/{content_id}/signer", {"signer_id": LI}, "editor", content_id="dm-know")
    assert (status, api.world.content("dm-know").signer_id) == (200, LI)


def test_a_licence_is_renewed(api: Api) -> None:
    answer = api.post("/signers/{signer_id}/renew", {"licence_until": "2035-12-31"}, "admin", signer_id=CHEN)
    assert answer == (200, {"signer_id": CHEN, "licence_until": "2035-12-31"})


@pytest.mark.parametrize(
    ("route", "role", "signer"),
    [
        ("/facts/split", "editor", ""),
        ("/facts/{fact_id}/retire", "editor", CHEN),
        ("/facts/{fact_id}/retire", "doctor", ""),
        ("/contents/{content_id}/adopt", "editor", CHEN),
        ("/contents/{content_id}/adopt", "doctor", ""),
        ("/contents/{content_id}/signer", "doctor", CHEN),
        ("/signers/{signer_id}/leave", "editor", ""),
        ("/signers/{signer_id}/renew", "doctor", CHEN),
    ],
)
def test_nobody_else_may(api: Api, route: str, role: str, signer: str) -> None:
    bodies = {"adopt": ADOPTION, "retire": {"reason": "指南更新"}, "renew": {"licence_until": "2035-12-31"}}
    names = {"fact_id": "dm-what", "content_id": "dm-know", "signer_id": CHEN}
    before = list(api.world.log.scan())
    path = {name: value for name, value in names.items() if f"{{{name}}}" in route}
    status, _ = api.post(route, bodies.get(route.rpartition("/")[2], {}), role, signer, **path)
    assert status == 403
    assert list(api.world.log.scan()) == before
