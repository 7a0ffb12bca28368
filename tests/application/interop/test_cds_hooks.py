"""The card at discharge: it offers what there is, says nothing of the patient, and hears the doctor's answer once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from narrowcast.application.interop.cds_hooks import (
    DISCHARGE_GUIDE,
    MOST_ANSWERS,
    CardDesk,
    HookUnclear,
    ServiceUnknown,
    services,
)
from narrowcast.application.store import history
from narrowcast.application.streams import CARD
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain.card import CardAnswered, CardOutcome
from tests.support.newsroom import HOSPITAL, IDENTITY, REPORT, World

BASE = "https://narrowcast.example"
CARD_ID = "4e0a3a1e-3178-4cb4-ac5a-572fa3d4f0ac"


@pytest.fixture(scope="module")
def desk() -> CardDesk:
    world = World().open_hospital()
    world.publish("dm-know")
    world.reception.accept(REPORT, IDENTITY)
    world.settle()
    return CardDesk(world.store, world.room, Pseudonyms(b"pseudonym-secret"))


def call(**changes: Any) -> dict[str, Any]:
    context = {"userId": "Practitioner/1", "patientId": "1", "encounterId": IDENTITY.visit_number}
    return {"hook": "encounter-discharge", "hookInstance": "d1577c69", "context": context} | changes


def test_the_card_offers_the_guide_and_tells_nothing_of_the_patient(desk: CardDesk) -> None:
    [card] = desk.offer(HOSPITAL, DISCHARGE_GUIDE, call(), BASE)["cards"]
    assert len(card["summary"]) <= 140
    assert "疾病认知" in card["summary"]
    assert card["links"][0]["url"].startswith(f"{BASE}/guides/g-")
    assert str(uuid.UUID(card["uuid"])) == card["uuid"]
    assert not [word for word in (IDENTITY.patient_number, IDENTITY.visit_number, IDENTITY.phone) if word in str(card)]


def test_the_same_guide_makes_the_same_card(desk: CardDesk) -> None:
    assert desk.offer(HOSPITAL, DISCHARGE_GUIDE, call(), BASE) == desk.offer(HOSPITAL, DISCHARGE_GUIDE, call(), BASE)


def test_a_visit_without_a_guide_gets_no_card(desk: CardDesk) -> None:
    assert desk.offer(HOSPITAL, DISCHARGE_GUIDE, call(context={"encounterId": "VN-none"}), BASE) == {"cards": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"hook": "patient-view"},
        {"hookInstance": None},
        {"context": None},
        {"context": {}},
        {"context": {"encounterId": 7}},
    ],
)
def test_a_call_that_lacks_what_the_hook_must_say_is_refused(desk: CardDesk, changes: dict[str, Any]) -> None:
    with pytest.raises(HookUnclear):
        desk.offer(HOSPITAL, DISCHARGE_GUIDE, call(**changes), BASE)


def test_an_unknown_service_is_refused(desk: CardDesk) -> None:
    for use in (lambda: desk.offer(HOSPITAL, "x", call(), BASE), lambda: desk.hear(HOSPITAL, "x", {})):
        with pytest.raises(ServiceUnknown):
            use()


def test_an_answer_is_an_event_once_and_the_doctors_words_are_not_kept(desk: CardDesk) -> None:
    reason = {"reason": {"code": "given-already"}, "userComment": "王女士已经知道"}
    told = {"feedback": [{"card": CARD_ID, "outcome": "overridden", "overrideReason": reason}]}
    assert [desk.hear(HOSPITAL, DISCHARGE_GUIDE, told) for _ in range(2)] == [1, 1]
    events = [each.event for each in history(desk.store.log, CARD.stream(HOSPITAL, CARD_ID))]
    assert events == [CardAnswered(CardOutcome.OVERRIDDEN, "given-already")]


@pytest.mark.parametrize(
    "feedback",
    [
        None,
        [],
        [7],
        [{"card": "x", "outcome": "accepted"}],
        [{"card": CARD_ID, "outcome": "ignored"}],
        [{"card": CARD_ID, "outcome": []}],
        [{"card": CARD_ID, "outcome": "overridden", "overrideReason": {"reason": {"code": "王女士"}}}],
        [{"card": CARD_ID, "outcome": "accepted"}] * (MOST_ANSWERS + 1),
    ],
)
def test_an_unclear_answer_is_refused_and_nothing_of_it_recorded(desk: CardDesk, feedback: object) -> None:
    before = len(list(desk.store.log.scan()))
    with pytest.raises(HookUnclear):
        desk.hear(HOSPITAL, DISCHARGE_GUIDE, {"feedback": feedback})
    assert len(list(desk.store.log.scan())) == before


def test_the_service_is_listed_with_its_hook() -> None:
    assert [(each["id"], each["hook"]) for each in services()["services"]] == [(DISCHARGE_GUIDE, "encounter-discharge")]
