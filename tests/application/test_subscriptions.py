"""Notifications in any order: what is missing is always known, and nothing is missing when all came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.adapters.memory.stores import MemoryRefusals
from narrowcast.application.admission import Admission
from narrowcast.application.fhir_desk import FhirDesk, Told
from narrowcast.application.intake.code_map import CodeMap
from narrowcast.application.intake.fhir_notifications import Notification
from narrowcast.application.subscriptions import SubscriptionDesk
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain.subscription import BLOCK, ranges
from tests.support.newsroom import HOSPITAL, World

PSEUDONYMS = Pseudonyms(b"pseudonym-secret")


def desk() -> SubscriptionDesk:
    return SubscriptionDesk(World().open_hospital().store, PSEUDONYMS)


def came(*numbers: int, sent: int = 0) -> Notification:
    return Notification("sub-1", "event-notification", tuple(sorted(numbers)), sent)


def missing(counting: SubscriptionDesk, *numbers: int) -> tuple[tuple[int, int], ...]:
    told: tuple[tuple[int, int], ...] = ()
    for number in numbers:
        told = counting.count(HOSPITAL, came(number)).missing
    return told


def test_a_gap_is_told_until_it_is_filled() -> None:
    counting = desk()
    assert missing(counting, 1, 4) == ((2, 3),)
    assert missing(counting, 3) == ((2, 2),)
    assert missing(counting, 2) == ()


def test_a_handshake_sets_the_beginning() -> None:
    counting = desk()
    counting.count(HOSPITAL, Notification("sub-1", "handshake", (), 41))
    assert missing(counting, 42) == ()
    assert missing(counting, 44) == ((43, 43),)


def test_a_heartbeat_shows_what_should_have_come() -> None:
    counting = desk()
    missing(counting, 1, 2)
    assert counting.count(HOSPITAL, Notification("sub-1", "heartbeat", (), 4)).missing == ((3, 4),)


def test_a_gap_across_blocks_is_found() -> None:
    counting = desk()
    assert missing(counting, BLOCK - 1, BLOCK + 2) == ((1, BLOCK - 2), (BLOCK, BLOCK + 1))


def test_the_same_notification_twice_is_counted_once() -> None:
    counting = desk()
    missing(counting, 1, 2)
    before = len(list(counting.store.log.scan()))
    assert missing(counting, 2) == ()
    assert len(list(counting.store.log.scan())) == before


@given(st.sets(st.integers(1, 3 * BLOCK), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_what_is_missing_does_not_depend_on_the_order(numbers: set[int], dice: Any) -> None:
    shuffled = sorted(numbers)
    dice.shuffle(shuffled)
    one, other = desk(), desk()
    missing(one, *sorted(numbers))
    missing(other, *shuffled)
    top = (max(numbers) - 1) // BLOCK * BLOCK - BLOCK
    gaps = ranges(frozenset(range(max(1, top + 1), max(numbers))) - numbers)
    assert missing(one, max(numbers)) == missing(other, max(numbers)) == gaps


# --- as FHIR ------------------------------------------------------------------------------------------------------

CONDITION = {
    "resourceType": "Condition",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11.900"}]},
    "subject": {"identifier": {"value": "MRN-1"}},
    "encounter": {"identifier": {"value": "VN-1"}},
    "recordedDate": "2026-01-05T07:00:00Z",
}


class NoCodeMaps:
    """No hospital has codes of its own."""

    def of(self, _hospital: str) -> CodeMap:
        return CodeMap()


def parameters(*numbers: int, kind: str = "event-notification", sent: int = 0) -> dict[str, Any]:
    """The status as the R4 backport writes it."""
    events = [
        {"name": "notification-event", "part": [{"name": "event-number", "valueString": str(n)}]} for n in numbers
    ]
    told = [
        {"name": "subscription", "valueReference": {"reference": "https://his.example/fhir/Subscription/s1"}},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(sent)},
        *events,
    ]
    return {"resourceType": "Parameters", "parameter": told}


def status(*numbers: int, kind: str = "event-notification", sent: int = 0) -> dict[str, Any]:
    """The status as R4B and R5 write it."""
    return {
        "resourceType": "SubscriptionStatus",
        "type": kind,
        "subscription": {"reference": "Subscription/s1"},
        "eventsSinceSubscriptionStart": str(sent),
        "notificationEvent": [{"eventNumber": n} for n in numbers],
    }


def bundle(first: dict[str, Any], *resources: dict[str, Any]) -> dict[str, Any]:
    kind = "history" if first["resourceType"] == "Parameters" else "subscription-notification"
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": each} for each in (first, *resources)]}


def fhir_desk(world: World) -> FhirDesk:
    admission = Admission(world.store, world.reception, PSEUDONYMS)
    counting = SubscriptionDesk(world.store, PSEUDONYMS)
    return FhirDesk(world.store, admission, counting, MemoryRefusals(), NoCodeMaps())


def send(at: FhirDesk, document: dict[str, Any]) -> Told:
    return at.receive(HOSPITAL, json.dumps(document).encode(), "application/fhir+json")


@pytest.mark.parametrize("form", [parameters, status])
def test_both_forms_are_counted_and_their_resources_recorded(form: Any) -> None:
    at = fhir_desk(World().open_hospital())
    send(at, bundle(form(1), CONDITION))
    told = send(at, bundle(form(3), {**CONDITION, "code": {"coding": [{"code": "I10", "system": "urn:x"}]}}))
    assert told.visits == (PSEUDONYMS.visit(HOSPITAL, "VN-1"),)
    assert [issue.text for issue in told.issues if issue.severity == "warning"] == ["缺少第 2 号通知，请补发"]


def test_a_notification_of_two_visits_is_recorded_in_both() -> None:
    other = {**CONDITION, "encounter": {"identifier": {"value": "VN-2"}}}
    told = send(fhir_desk(World().open_hospital()), bundle(status(1, 2), CONDITION, other))
    assert set(told.visits) == {PSEUDONYMS.visit(HOSPITAL, number) for number in ("VN-1", "VN-2")}


def test_a_notification_without_resources_says_that_it_changed_nothing() -> None:
    told = send(fhir_desk(World().open_hospital()), bundle(status(1)))
    assert (told.status, told.visits) == (202, ())
    assert "full-resource" in told.issues[-1].text


def test_a_refused_notification_did_come_all_the_same() -> None:
    at = fhir_desk(World().open_hospital())
    assert send(at, bundle(status(1), {**CONDITION, "code": {}})).status == 422
    assert [i for i in send(at, bundle(status(2), CONDITION)).issues if i.severity == "warning"] == []


@pytest.mark.parametrize(
    "broken",
    [
        {**status(1), "subscription": None},
        {**status(1), "type": "gossip"},
        {**status(1), "notificationEvent": [{"eventNumber": "x"}]},
        {**status(1), "notificationEvent": 7},
        {"resourceType": "Parameters", "parameter": [7, {"name": "type", "valueCode": []}]},
    ],
)
def test_a_broken_status_is_refused(broken: dict[str, Any]) -> None:
    assert send(fhir_desk(World().open_hospital()), bundle(broken)).status == 422
