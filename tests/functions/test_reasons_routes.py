"""Why a guide is as it is, over HTTP: for staff of the hospital alone, as data and as a page."""

from __future__ import annotations

import pytest

from narrowcast.application.guides import guide_id_of
from tests.support.newsroom import METFORMIN_TOPIC, OTHER_HOSPITAL
from tests.support.talks import NURSE, TalkRoom, talk_room, text_of

COOKIE = {"cookie": "narrowcast-desk=liu", "sec-fetch-site": "same-origin"}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    return talk_room().serve(monkeypatch)


@pytest.fixture
def guide_id(room: TalkRoom) -> str:
    room.world.publish("met-start", METFORMIN_TOPIC)
    return guide_id_of(room.world.visit().visit_id)


def test_staff_read_why_as_data(room: TalkRoom, guide_id: str) -> None:
    answer = room.call("GET", "/guides/{guide_id}/reasons", claims=NURSE, guide_id=guide_id)
    assert answer.status == 200, answer.text
    medication = next(each for each in answer.json["sections"] if each["section"] == "medication")
    assert medication["chosen"][0]["piece"]["content_id"] == "met-start"
    assert medication["chosen"][0]["score"] == sum(part["points"] for part in medication["chosen"][0]["parts"])


def test_staff_read_why_as_a_page(room: TalkRoom, guide_id: str) -> None:
    page = room.call("GET", "/desk/guides/{guide_id}", headers=COOKIE, guide_id=guide_id)
    shown = text_of(page.text)
    assert page.status == 200
    assert "开始服用二甲双胍" in shown
    assert "对应A10BA02" in shown
    assert "患者看到的说明" in shown


def test_who_is_not_signed_in_is_led_there(room: TalkRoom, guide_id: str) -> None:
    page = room.call("GET", "/desk/guides/{guide_id}", guide_id=guide_id)
    assert (page.status, page.headers["location"]) == (303, "../../desk/sign-in")


def test_another_hospital_finds_nothing(room: TalkRoom, guide_id: str) -> None:
    stranger = {**NURSE, "custom:hospital": OTHER_HOSPITAL}
    assert room.call("GET", "/guides/{guide_id}/reasons", claims=stranger, guide_id=guide_id).status == 404
