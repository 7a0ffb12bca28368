"""The inbox in the hospital's app: the app vouches for the person, and the way in holds for minutes."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.newsroom import HOSPITAL, IDENTITY, REPORT
from tests.support.talks import Answer, TalkRoom, talk_room

KEY = b"shared with the app"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    room = talk_room().serve(monkeypatch)
    room.world.publish("dm-know").visit()
    return room


def session(room: TalkRoom, key: bytes = KEY, minutes: float = 5, **told: Any) -> str:
    expires = (room.world.clock.now() + timedelta(minutes=minutes)).timestamp()
    claims = {"patient_number": IDENTITY.patient_number, "expires": expires, **told}
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{payload}.{hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()}"


def opened(room: TalkRoom, assertion: str) -> Answer:
    body = json.dumps({"session": assertion})
    return room.request(
        "POST",
        "/app/inbox",
        headers={"content-type": "application/json"},
        query={},
        body=body,
        path={},
        authorizer={"hospital": HOSPITAL},
    )


def enter(room: TalkRoom, url: str, token: str = "") -> Answer:
    path, _, entry = url.partition("?pass=")
    nonce = token or path.split("/")[-2]
    return room.call("GET", "/g/{token}/enter", token=nonce, query={"pass": entry})


def test_the_person_signed_in_finds_her_guides_and_goes_in_without_a_factor(room: TalkRoom) -> None:
    [listed] = opened(room, session(room)).json["guides"]
    assert listed["sections"] == ["疾病认知"]

    admitted = enter(room, listed["url"])

    assert admitted.status == 303
    name, _, value = admitted.headers["set-cookie"].partition(";")[0].partition("=")
    room.cookies[name] = value
    nonce = listed["url"].split("/")[-2]
    assert admitted.headers["location"] == f"../{nonce}"
    assert "看懂了" in room.call("GET", "/g/{token}", token=nonce).text


def test_opening_it_twice_gives_the_same_link(room: TalkRoom) -> None:
    first, again = (opened(room, session(room)).json["guides"][0]["url"] for _ in range(2))
    assert first.partition("?")[0] == again.partition("?")[0]


def test_what_a_message_could_not_tell_is_here_all_the_same(room: TalkRoom) -> None:
    unreachable = replace(IDENTITY, patient_number="MRN-2", visit_number="VN-2", phone="", email="", app_user="")
    room.world.visit(replace(REPORT, message_id="MSG-2"), unreachable)
    assert len(opened(room, session(room, patient_number="MRN-2")).json["guides"]) == 1


def test_without_her_consent_it_is_empty(room: TalkRoom) -> None:
    room.world.room.refuse(room.world.guide_nonce())
    assert opened(room, session(room)).json == {"guides": []}


def test_nobody_else_is_shown_anything(room: TalkRoom) -> None:
    assert opened(room, session(room, patient_number="MRN-9999")).json == {"guides": []}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"key": b"another"},
        {"minutes": -1},
        {"minutes": 16},
        {"patient_number": 7},
        {"expires": "soon"},
        {"expires": None},
    ],
)
def test_what_the_app_did_not_sign_or_is_old_opens_nothing(room: TalkRoom, spoilt: dict[str, Any]) -> None:
    before = room.world.snapshot()
    assert opened(room, session(room, **spoilt)).status == 403
    assert room.world.snapshot() == before


@pytest.mark.parametrize("assertion", ["", ".", "x.y", "\u5f20.\u4e09", "e30.", f"{'A' * 5000}.{'0' * 64}"])
def test_an_assertion_that_is_none_opens_nothing(room: TalkRoom, assertion: str) -> None:
    assert opened(room, assertion).status == 403


def test_the_way_in_ends_and_fits_its_own_link_alone(room: TalkRoom) -> None:
    url = opened(room, session(room)).json["guides"][0]["url"]
    assert "请先核对身份" in enter(room, url, token=room.world.guide_nonce()).text
    assert "请先核对身份" in enter(room, url.replace("?pass=", "?pass=1")).text
    room.world.clock.advance(timedelta(minutes=10))
    late = enter(room, url)
    assert "请先核对身份" in late.text
    assert "set-cookie" not in late.headers


def test_going_in_changes_nothing(room: TalkRoom) -> None:
    url = opened(room, session(room)).json["guides"][0]["url"]
    before = room.world.snapshot()
    enter(room, url)
    assert room.world.snapshot() == before
