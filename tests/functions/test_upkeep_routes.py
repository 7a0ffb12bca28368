"""Recalls, the backlog and the doctor's form over HTTP: who may see them, what a click and a form lead to."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from chalicelib.routes import desk, upkeep
from narrowcast.application.backlog import Backlog, KeyPointsDesk
from narrowcast.application.links import LinkOffice
from narrowcast.application.recalls import RecallRegister
from tests.support.newsroom import (
    EDITOR,
    HOSPITAL,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    OTHER_HOSPITAL,
    World,
)
from tests.support.talks import FORM, NURSE, Accounts, Answer, TalkRoom

STAFF = {**NURSE, "cognito:groups": "editor"}
COOKIE = {"cookie": "narrowcast-desk=wen", "sec-fetch-site": "same-origin"}
POINTS = {
    "text": "每天步行30分钟。",
    "kind": "guideline",
    "title": "中国糖尿病防治指南（2024版）",
    "publisher": "中华医学会糖尿病学分会",
    "year": "2025",
    "locator": "运动治疗",
    "valid_until": "2030-01-01",
}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    room = TalkRoom(World().open_hospital())
    world = room.world
    world.publish("met-start", METFORMIN_TOPIC).visit()
    given = room.composition(Accounts(wen=STAFF, liu=NURSE))
    given.backlog, given.recall_register = Backlog(world.store, world.read), RecallRegister(world.store, world.read)
    given.key_points_desk = KeyPointsDesk(world.store, LinkOffice(world.links, world.secret), world.facts)
    for module in (upkeep, desk):
        monkeypatch.setattr(module, "composition", lambda: given)
    return room


def listed(room: TalkRoom) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = room.call("GET", "/backlog", claims=STAFF).json["entries"]
    return entries


def exercise(room: TalkRoom) -> str:
    return next(str(each["item"]) for each in listed(room) if each["section"] == "exercise")


def letters(room: TalkRoom) -> tuple[str, str]:
    mail, sms = [each.text for each in room.world.messenger.sent if "/keypoints/" in each.text][-2:]
    return re.findall(r"/keypoints/(\S+)", mail)[0], re.findall(r"验证码：(\d{6})", sms)[0]


def send(room: TalkRoom, nonce: str, **fields: str) -> Answer:
    return room.call("POST", "/keypoints/{nonce}", body=urlencode(POINTS | fields), kind=FORM, nonce=nonce)


def test_one_click_sends_the_form_and_the_list_says_so(room: TalkRoom) -> None:
    item = exercise(room)
    page = room.call("GET", "/desk/backlog", headers=COOKIE)
    assert f'action="backlog/{item}"' in page.text
    clicked = room.call("POST", "/desk/backlog/{item}", headers=COOKIE, body="", item=item)
    assert (clicked.status, clicked.headers["location"]) == (303, "../backlog")
    assert "已请医生提供要点" in room.call("GET", "/desk/backlog", headers=COOKIE).text


def test_a_click_from_another_site_is_refused(room: TalkRoom) -> None:
    foreign = {**COOKIE, "sec-fetch-site": "cross-site"}
    assert room.call("POST", "/desk/backlog/{item}", headers=foreign, body="", item=exercise(room)).status == 400
    assert not [each for each in room.world.messenger.sent if "/keypoints/" in each.text]


def test_the_same_step_as_data(room: TalkRoom) -> None:
    asked = room.call("POST", "/backlog/{item}/ask", claims=STAFF, body="{}", item=exercise(room))
    assert (asked.status, asked.json["signer_id"]) == (202, LI)


@pytest.mark.parametrize("route", ["/backlog", "/recalls"])
def test_only_those_who_keep_the_library_see_it(room: TalkRoom, route: str) -> None:
    assert room.call("GET", route, claims=NURSE).status == 403
    other = room.call("GET", f"/desk{route}", headers={"cookie": "narrowcast-desk=liu"})
    assert other.status == 403
    style = other.text.partition("<style>")[2].partition("</style>")[0]
    assert (
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in other.headers["content-security-policy"]
    )
    assert room.call("GET", f"/desk{route}").headers["location"].endswith("desk/sign-in")


def test_another_hospital_sees_nothing_of_it(room: TalkRoom) -> None:
    room.world.open_hospital(OTHER_HOSPITAL)
    stranger = {**STAFF, "custom:hospital": OTHER_HOSPITAL}
    assert room.call("GET", "/backlog", claims=stranger).json == {"entries": []}
    asked = room.call("POST", "/backlog/{item}/ask", claims=stranger, body="{}", item=exercise(room))
    assert asked.status == 404


def test_a_doctors_key_points_become_proposed_facts(room: TalkRoom) -> None:
    room.call("POST", "/backlog/{item}/ask", claims=STAFF, body="{}", item=exercise(room))
    nonce, code = letters(room)
    assert "运动推荐" in room.call("GET", "/keypoints/{nonce}", nonce=nonce).text
    done = send(room, nonce, code=code)
    assert (done.status, "1条要点" in done.text) == (200, True)
    proposed = [row for row in room.world.read.query(f"{HOSPITAL}/fact") if row["status"] == "proposed"]
    assert [(row["text"], row["author"]) for row in proposed] == [(POINTS["text"], LI)]


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("code", "999999", 403, "验证码不正确"),
        ("year", "去年", 422, "四位数的年份"),
        ("valid_until", "以后", 422, "有效期"),
        ("text", " ", 422, "条要点"),
    ],
)
def test_a_mistyped_form_comes_back_with_what_was_typed(
    room: TalkRoom, field: str, value: str, status: int, said: str
) -> None:
    room.call("POST", "/backlog/{item}/ask", claims=STAFF, body="{}", item=exercise(room))
    nonce, code = letters(room)
    again = send(room, nonce, **{"code": code, field: value})
    assert (again.status, said in again.text, POINTS["publisher"] in again.text) == (status, True, True)


def test_staff_see_how_far_a_recall_has_come(room: TalkRoom) -> None:
    newer = replace(METFORMIN_STATEMENT, text="二甲双胍缓释片应随晚餐服用。")
    room.world.facts.supersede(HOSPITAL, "met-meal", newer, LI, EDITOR)
    room.world.settle()
    [found] = room.call("GET", "/recalls", claims=STAFF).json["recalls"]
    assert (found["recall"], found["state"], found["guides"]) == ("met-meal.3", "correct", 1)
    page = room.call("GET", "/desk/recalls", headers=COOKIE).text
    assert "等医生签发更正" in page
    assert "涉及指南 1 份、患者 1 人" in page
    assert f"现在的说法：{newer.text}" in page
    assert "核对" in page
    proved = room.call("GET", "/desk/recalls", headers=COOKIE, query={"prove": "met-meal.3"}).text
    assert "核对一致：日志中收到过的指南 1 份" in proved
