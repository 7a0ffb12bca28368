"""`/g/{token}`: who may open it, and what it shows once its patient was forgotten."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app import ACCESS
from chalicelib.views import guide_page
from narrowcast.application.store import Actor
from narrowcast.domain.draft import FactRef
from narrowcast.domain.vocabulary import ForgettingReason
from tests.support.newsroom import EDITOR, HOSPITAL, IDENTITY, LI, METFORMIN_STATEMENT, METFORMIN_TOPIC, World
from tests.support.talks import Answer, TalkRoom, talk_room

UNKNOWN = "A" * 43
DOORS = ("/check", "/enter")
BEHIND_A_LINK = sorted(route for route in ACCESS if "/g/{token}" in route and not route.endswith(DOORS))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> TalkRoom:
    room = talk_room().serve(monkeypatch)
    room.world.publish("dm-know").visit()
    return room


def test_what_must_be_asked_first_is_said_although_its_section_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    room = talk_room().serve(monkeypatch)
    statement = replace(METFORMIN_STATEMENT, text="严重肾功能不全者禁用二甲双胍。")
    room.world.facts.propose(HOSPITAL, "met-kidney", statement, LI, EDITOR)
    room.world.facts.approve(HOSPITAL, "met-kidney", LI, EDITOR)
    kidneys = replace(METFORMIN_TOPIC, facts=(FactRef("met-kidney", 1),))
    room.world.settle().publish("dm-know").publish("met-kidneys", kidneys).visit()
    token = room.world.guide_nonce()
    room.enter(token)

    shown = room.call("GET", "/g/{token}", token=token).text

    assert "用药指导" not in shown
    assert "有些内容需要先了解您的肾功能，没有放进来，请咨询医生。" in shown


def test_what_two_pieces_say_in_the_same_words_is_said_once(room: TalkRoom) -> None:
    opened = room.world.room.show(room.world.guide_nonce())
    assert opened.sections
    twice = replace(opened, sections=tuple((section, (*own, *own)) for section, own in opened.sections))
    assert guide_page(twice) == guide_page(opened)


def test_a_cookie_that_is_none_of_ours_keeps_nobody_out(room: TalkRoom) -> None:
    token = room.world.guide_nonce()
    room.enter(token)
    room.cookies |= {"other@app": "1", "$l": "3", "{x": "`"}

    assert "看懂了" in room.call("GET", "/g/{token}", token=token).text


def asks_who_reads(answer: Answer) -> bool:
    return "请先核对身份" in answer.text and "set-cookie" not in answer.headers


def step(room: TalkRoom, route: str, token: str) -> Answer:
    method, path = route.split(" ", 1)
    body = "section=disease&answer=understood" if method == "POST" else None
    return room.call(method, path, body=body, token=token)


@pytest.mark.parametrize("route", BEHIND_A_LINK)
def test_nothing_behind_a_link_opens_for_a_device_that_has_not_passed(room: TalkRoom, route: str) -> None:
    before, token = room.world.snapshot(), room.world.guide_nonce()

    answer = step(room, route, token)

    assert asks_who_reads(answer)
    assert answer.status == (403 if route.startswith("POST") else 200)
    assert room.world.snapshot() == before


@pytest.mark.parametrize("route", BEHIND_A_LINK)
def test_a_link_that_opens_nothing_is_answered_alike(room: TalkRoom, route: str) -> None:
    known, unknown = room.world.guide_nonce(), UNKNOWN
    told = [(each.status, each.text) for each in (step(room, route, known), step(room, route, unknown))]
    assert told[0] == (told[1][0], told[1][1].replace(unknown, known))


@pytest.mark.parametrize(
    "factor", [IDENTITY.phone[-4:], f" {IDENTITY.phone[-4:]} ", "００７７", IDENTITY.patient_number]
)
def test_the_digits_of_the_telephone_or_the_number_of_the_card_open_it(room: TalkRoom, factor: str) -> None:
    token = room.world.guide_nonce()

    admitted = room.enter(token, factor)

    assert (admitted.status, admitted.headers["location"]) == (303, f"../{token}")
    cookie = admitted.headers["set-cookie"]
    assert re.fullmatch(
        r"nc-[0-9a-f]{16}=\d+\.[0-9a-f]{64}; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax", cookie
    )
    assert "看懂了" in room.call("GET", "/g/{token}", token=token).text


@pytest.mark.parametrize("factor", ["0078", "", " ", IDENTITY.phone, IDENTITY.visit_number, "0077x", "p" * 5000])
def test_whatever_else_is_typed_opens_nothing(room: TalkRoom, factor: str) -> None:
    answer = room.enter(room.world.guide_nonce(), factor)
    assert answer.status == 403
    assert asks_who_reads(answer)
    assert room.cookies == {}


def test_a_wrong_link_a_wrong_factor_and_a_closed_link_are_answered_with_the_same_bytes(room: TalkRoom) -> None:
    token = room.world.guide_nonce()
    right = IDENTITY.phone[-4:]
    wrong = [room.enter(token, "0000") for _ in range(5)]
    closed, unknown = room.enter(token, right), room.enter(UNKNOWN, right)
    assert {(each.status, each.text) for each in (*wrong, closed, unknown)} == {(403, unknown.text)}


def test_whoever_is_right_begins_to_count_anew(room: TalkRoom) -> None:
    token = room.world.guide_nonce()
    for _ in range(3):
        assert [room.enter(token, "0000").status for _ in range(4)] == [403] * 4
        assert room.enter(token).status == 303


def test_a_device_that_passed_needs_no_factor_for_the_next_link_of_the_same_person(room: TalkRoom) -> None:
    room.enter(room.world.guide_nonce())
    name, value = next(iter(room.cookies.items()))
    room.cookies[name] = value.replace(value[-1], "0" if value[-1] != "0" else "1")
    assert asks_who_reads(room.call("GET", "/g/{token}", token=room.world.guide_nonce()))
    room.cookies[name] = value
    assert "看懂了" in room.call("GET", "/g/{token}", token=room.world.guide_nonce()).text


def test_the_link_of_a_forgotten_patient_shows_a_neutral_page_to_whoever_passed(room: TalkRoom) -> None:
    token, world = room.world.guide_nonce(), room.world
    room.enter(token)
    forget(world)

    for route in ("GET /g/{token}", "POST /g/{token}/feedback", "POST /g/{token}/refuse"):
        answer = step(room, route, token)
        assert answer.status == 410
        assert "不再提供" in answer.text
        assert "仁和" not in answer.text


def forget(world: World) -> None:
    patient = world.pseudonyms.patient(HOSPITAL, IDENTITY.patient_number)
    reason = ForgettingReason.PATIENT_REQUEST
    world.forgetting.forget(HOSPITAL, patient, reason=reason, ticket="", actor=Actor("operator:cli"))
