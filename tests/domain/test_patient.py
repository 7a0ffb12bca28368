"""Law 7: no push without consent, budget and reason, and none held back without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from narrowcast.application.streams import PATIENT
from narrowcast.domain import patient
from narrowcast.domain.draft import FactRef
from narrowcast.domain.patient import (
    ConsentGiven,
    ConsentWithdrawn,
    FactsDelivered,
    PatientForgotten,
    PushApproved,
    PushHeldBack,
    TicketUnclear,
)
from narrowcast.domain.pushing import House, PushAsked, PushRules
from narrowcast.domain.telling import Decision
from narrowcast.domain.vocabulary import Channel, ForgettingReason, Purpose
from tests.support.scenario import fold, given

EDUCATION = Purpose.PERSONAL_EDUCATION
NOW = datetime(2026, 1, 20, 8, tzinfo=UTC)
FACTS = (FactRef("dm-what", 1), FactRef("met-meal", 1))
ASKED_AT, LATER = "2026-01-05T07:30:00Z", "2026-01-06T07:30:00Z"
GIVEN = ConsentGiven(EDUCATION, "his:json", ASKED_AT, "v-1", 1)
WITHDRAWN = ConsentWithdrawn(EDUCATION, "guide_page", LATER, "guide_page", 0)
FORGOTTEN = PatientForgotten(ForgettingReason.PATIENT_REQUEST, "DSR-104")
APPROVED = PushApproved("g-1.1", "g-1", Channel.SMS, "visit", FACTS, NOW)
HOUSE = House(PushRules(), ZoneInfo("Asia/Shanghai"), NOW)
PUSH = PushAsked("g-1.1", "g-1", "visit", FACTS, NOW)
ASKED: dict[str, Any] = {"asked": PUSH, "channels": (Channel.SMS,), "house": HOUSE}


def earlier(days: float, push_id: str = "g-0.1", facts: tuple[FactRef, ...] = ()) -> PushApproved:
    return PushApproved(push_id, "g-0", Channel.SMS, "visit", facts, NOW - timedelta(days=days))


def delivered(days: float, facts: tuple[FactRef, ...] = FACTS) -> FactsDelivered:
    return FactsDelivered("g-0.1", "g-0", facts, NOW - timedelta(days=days), Channel.SMS)


def held(reason: str, until: datetime | None = None, **more: Any) -> PushHeldBack:
    return PushHeldBack("g-1.1", "g-1", reason, NOW, until, "visit", facts=FACTS, **more)


REFUSE: dict[str, Any] = {"purpose": EDUCATION, "given": False, "evidence": "guide_page", "decided_at": LATER}


def test_what_the_patient_decides_on_the_page_is_recorded_when_it_changes() -> None:
    given(PATIENT, GIVEN).when(patient.record_consent, **REFUSE).then(WITHDRAWN)
    given(PATIENT, GIVEN, WITHDRAWN).when(patient.record_consent, **REFUSE).then_nothing()
    given(PATIENT).when(patient.record_consent, **REFUSE).then_nothing()


def decides(decided_at: str, heard: int, *, given: bool) -> dict[str, Any]:
    decision = Decision(given=given, decided_at=decided_at, heard=heard)
    return {"stands": decision, "evidence": "his:json", "source": "v-1"}


def test_a_decision_told_by_a_visit_is_recorded_when_it_changes() -> None:
    given(PATIENT).when(patient.record_decision, **decides(ASKED_AT, 1, given=True)).then(GIVEN)
    given(PATIENT, GIVEN).when(patient.record_decision, **decides(LATER, 2, given=True)).then_nothing()
    refused = ConsentWithdrawn(EDUCATION, "his:json", LATER, "v-1", 2)
    given(PATIENT, GIVEN).when(patient.record_decision, **decides(LATER, 2, given=False)).then(refused)
    given(PATIENT, GIVEN, refused).when(patient.record_decision, **decides(LATER, 3, given=False)).then_nothing()


def test_a_decision_drawn_from_fewer_messages_takes_nothing_back() -> None:
    newer = ConsentWithdrawn(EDUCATION, "his:json", LATER, "v-1", 3)
    given(PATIENT, newer).when(patient.record_decision, **decides(ASKED_AT, 2, given=True)).then_nothing()
    assert fold(PATIENT, newer, GIVEN).consents == frozenset()


@pytest.mark.parametrize("order", [(GIVEN, WITHDRAWN), (WITHDRAWN, GIVEN)])
def test_of_two_sources_the_newer_decision_holds_whichever_was_recorded_first(order: tuple[Any, ...]) -> None:
    assert fold(PATIENT, *order).consents == frozenset()
    again = ConsentGiven(EDUCATION, "his:json", "2026-01-07T07:30:00Z", "v-2", 1)
    assert fold(PATIENT, again, *order).consents == {EDUCATION}


def test_of_two_decisions_at_one_moment_the_withdrawal_holds() -> None:
    assert fold(PATIENT, replace(WITHDRAWN, decided_at=ASKED_AT), GIVEN).consents == frozenset()


def test_a_push_with_consent_budget_channel_and_news_is_approved() -> None:
    given(PATIENT, GIVEN).when(patient.decide_push, **ASKED).then(APPROVED)


DELIVERED = (GIVEN, earlier(8), delivered(8))
FULL_WEEK = (GIVEN, *(earlier(days, f"g-{days}.1") for days in (0.5, 3, 6.5)))


@pytest.mark.parametrize(
    ("events", "change", "reason"),
    [
        ((), {}, "no_consent"),
        ((GIVEN, WITHDRAWN), {}, "no_consent"),
        ((), {"channels": ()}, "no_consent"),
        ((GIVEN,), {"channels": ()}, "no_channel"),
        (DELIVERED, {}, "nothing_new"),
    ],
)
def test_a_push_is_held_back_with_its_reason(events: tuple[Any, ...], change: dict[str, Any], reason: str) -> None:
    given(PATIENT, *events).when(patient.decide_push, **(ASKED | change)).then(held(reason))


def test_a_full_week_lets_a_push_wait_until_there_is_room_again_by_day() -> None:
    room_at_four_in_the_morning = given(PATIENT, *FULL_WEEK).when(patient.decide_push, **ASKED)
    room_at_four_in_the_morning.then(held("weekly_budget", datetime(2026, 1, 21, tzinfo=UTC)))


def test_a_guide_with_one_new_fact_is_news_and_only_that_fact_is_told() -> None:
    known = (GIVEN, earlier(8), delivered(8, FACTS[:1]))
    given(PATIENT, *known).when(patient.decide_push, **ASKED).then(replace(APPROVED, facts=FACTS[1:]))


def test_a_fact_in_a_new_version_is_news() -> None:
    newer = (FactRef("dm-what", 2), FACTS[1])
    asked = ASKED | {"asked": replace(PUSH, facts=newer)}
    given(PATIENT, *DELIVERED).when(patient.decide_push, **asked).then(replace(APPROVED, facts=newer[:1]))


def test_a_fact_is_news_again_after_its_window() -> None:
    given(PATIENT, GIVEN, earlier(91), delivered(90)).when(patient.decide_push, **ASKED).then(APPROVED)


def test_what_must_be_carried_is_told_again() -> None:
    asked = ASKED | {"asked": replace(PUSH, must_carry=frozenset(FACTS[1:]))}
    given(PATIENT, *DELIVERED).when(patient.decide_push, **asked).then(replace(APPROVED, facts=FACTS[1:]))


def test_what_was_approved_but_never_left_is_news_after_a_day() -> None:
    given(PATIENT, GIVEN, earlier(2, facts=FACTS)).when(patient.decide_push, **ASKED).then(APPROVED)
    given(PATIENT, GIVEN, earlier(0.9, facts=FACTS)).when(patient.decide_push, **ASKED).then(held("nothing_new"))


def test_a_push_seven_days_old_has_left_the_budget() -> None:
    events = (GIVEN, *(earlier(days, f"g-{days}.1") for days in (0.5, 3, 7)))
    given(PATIENT, *events).when(patient.decide_push, **ASKED).then(APPROVED)


@pytest.mark.parametrize("decided", [APPROVED, held("no_channel"), held("quiet_hours", NOW + timedelta(hours=9))])
def test_a_push_is_decided_once(decided: Any) -> None:
    given(PATIENT, GIVEN, decided).when(patient.decide_push, **ASKED).then_nothing()


def test_only_an_approved_push_is_delivered_and_only_once() -> None:
    left = FactsDelivered("g-1.1", "g-1", FACTS, NOW, Channel.MAIL)
    record: dict[str, Any] = {"push_id": "g-1.1", "now": NOW, "channel": Channel.MAIL}
    given(PATIENT, GIVEN, APPROVED).when(patient.record_delivery, **record).then(left)
    given(PATIENT, GIVEN, APPROVED, left).when(patient.record_delivery, **record).then_nothing()
    given(PATIENT, GIVEN).when(patient.record_delivery, **record).then_nothing()


def test_forgetting_is_final_and_once() -> None:
    forgetting = {"reason": ForgettingReason.PATIENT_REQUEST, "ticket": "DSR-104"}
    given(PATIENT, GIVEN).when(patient.forget, **forgetting).then(FORGOTTEN)
    again = {"reason": ForgettingReason.RETENTION_EXPIRED}
    given(PATIENT, GIVEN, FORGOTTEN).when(patient.forget, **again).then_nothing()
    given(PATIENT).when(patient.forget, **forgetting).then(FORGOTTEN)


@pytest.mark.parametrize(
    "ticket", ["王芳", "110105194912310022", "DSR-13812345678", "dsr-1", "DSR-104 王芳", "-", "DSR"]
)
def test_a_ticket_that_could_hold_a_person_is_refused(ticket: str) -> None:
    asked = {"reason": ForgettingReason.PATIENT_REQUEST, "ticket": ticket}
    given(PATIENT).when(patient.forget, **asked).refused(TicketUnclear, field="ticket")


def test_a_forgotten_patient_gets_nothing_and_the_reason_says_so() -> None:
    given(PATIENT, GIVEN, FORGOTTEN).when(patient.decide_push, **ASKED).then(held("patient_forgotten"))


@pytest.mark.parametrize("answer", [True, False])
def test_a_consent_told_of_a_forgotten_patient_changes_nothing(answer: object) -> None:
    given(PATIENT, GIVEN, FORGOTTEN).when(
        patient.record_decision, **decides(LATER, 5, given=bool(answer))
    ).then_nothing()
    given(PATIENT, GIVEN, FORGOTTEN).when(patient.record_consent, **REFUSE | {"given": answer}).then_nothing()


def test_forgetting_keeps_what_the_statistics_count() -> None:
    before = fold(PATIENT, GIVEN, APPROVED)
    after = fold(PATIENT, GIVEN, APPROVED, FORGOTTEN)
    assert (after.approved, after.decided) == (before.approved, before.decided)
    assert after.consents == frozenset()
