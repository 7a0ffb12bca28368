"""What other systems read of us on the running stack: FHIR, Infobutton and CDS Hooks, as strangers' clients do."""

from __future__ import annotations

import json
import urllib.parse
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from infra.local.http import Reply, get, send
from tests.support.stack_clinic import FHIR, diabetic

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

OID = "2.16.840.1.113883.19.5"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
KINDS = ("Communication", "CarePlan", "DocumentReference", "Provenance")


def his(clinic: Clinic, path: str) -> Reply:
    return get(clinic.url(path), clinic.tokens["his"])


def send_fhir(clinic: Clinic, resource: object, content_type: str = FHIR) -> Reply:
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {clinic.tokens['his']}"}
    return send("POST", clinic.url("/fhir"), body=json.dumps(resource).encode(), headers=headers)


@pytest.fixture(scope="module")
def visit(clinic: Clinic, records: Records) -> dict[str, Any]:
    """A diabetic's visit whose guide was pushed."""
    told = diabetic()
    visit_id = clinic.visit(told)
    clinic.guide_link(told["contact"]["phone"])
    records.settled()
    return {**told, "visit_id": visit_id, "guide_id": f"g-{visit_id.removeprefix('v-')}"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_visits_resources_are_found_and_each_can_be_read(clinic: Clinic, visit: dict[str, Any], kind: str) -> None:
    found = his(clinic, f"/fhir/{kind}?encounter=Encounter/{visit['visit_id']}")

    assert found.status == 200, found.text
    Bundle.model_validate(found.json)
    assert found.json["total"] == len(found.json["entry"]) > 0
    for entry in found.json["entry"]:
        assert his(clinic, f"/fhir/{kind}/{entry['resource']['id']}").json == entry["resource"]


def test_a_push_that_was_held_back_says_why(clinic: Clinic, records: Records) -> None:
    told = diabetic(consent={"personal_education": False})
    visit_id = clinic.visit(told)
    clinic.guide(visit_id)
    records.settled()

    [entry] = his(clinic, f"/fhir/Communication?encounter={visit_id}").json["entry"]

    assert entry["resource"]["status"] == "not-done"
    assert entry["resource"]["statusReason"]["coding"][0]["code"] == "no_consent"


def test_reading_changes_nothing_and_nothing_of_a_person_is_told(
    clinic: Clinic, records: Records, visit: dict[str, Any]
) -> None:
    before = records.settled()

    read = [his(clinic, f"/fhir/{kind}?encounter={visit['visit_id']}").text for kind in KINDS]

    assert records.settled() == before
    told = (visit["patient_number"], visit["visit_number"], visit["contact"]["phone"])
    assert not [word for word in told if word in "".join(read)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fhir/CarePlan/g-nobody", 404),
        ("/fhir/Patient/1", 404),
        ("/fhir/CarePlan", 400),
        ("/fhir/CarePlan?encounter=a&subject=b", 400),
        ("/fhir/CarePlan?name=Li", 400),
        ("/fhir/CarePlan?encounter=a&encounter=b", 400),
        ("/fhir/Nothing?encounter=v-0", 200),
        ("/fhir/DocumentReference/dm-know/_history/99", 404),
    ],
)
def test_what_is_not_there_is_told_as_an_operation_outcome(clinic: Clinic, path: str, status: int) -> None:
    reply = his(clinic, path)
    assert reply.status == status, reply.text
    if status >= 400:
        OperationOutcome.model_validate(reply.json)


def test_the_interface_says_what_it_can_do(clinic: Clinic) -> None:
    reply = get(clinic.url("/fhir/metadata"))
    CapabilityStatement.model_validate(reply.json)
    assert {each["type"] for each in reply.json["rest"][0]["resource"]} >= {*KINDS, "Encounter", "Condition"}


def test_xml_is_refused_with_an_operation_outcome(clinic: Clinic) -> None:
    reply = send_fhir(clinic, {}, "application/fhir+xml")
    assert reply.status == 415
    OperationOutcome.model_validate(reply.json)


def test_a_gap_in_a_subscription_is_told_to_the_server_and_shown_to_staff(clinic: Clinic, records: Records) -> None:
    def notify(number: int) -> Reply:
        event = {"eventNumber": str(number)}
        status = {"resourceType": "SubscriptionStatus", "type": "event-notification"}
        status |= {"subscription": {"reference": "Subscription/e2e"}, "notificationEvent": [event]}  # type: ignore[dict-item]
        return send_fhir(
            clinic, {"resourceType": "Bundle", "type": "subscription-notification", "entry": [{"resource": status}]}
        )

    notify(1)
    told = notify(4).json
    records.settled()

    assert any("2 至 3" in issue["details"]["text"] for issue in told["issue"])
    assert [[2, 3]] in [row["missing"] for row in clinic.ask("/subscriptions")["subscriptions"]]
    notify(3), notify(2)
    records.settled()
    assert clinic.ask("/subscriptions")["subscriptions"] == []


# --- Infobutton ---------------------------------------------------------------------------------------------------


def ask(clinic: Clinic, **criteria: str) -> Reply:
    query = {"representedOrganization.id.root": OID} | {
        name.replace("__", "."): text for name, text in criteria.items()
    }
    return get(clinic.url(f"/infobutton?{urllib.parse.urlencode(query)}"))


def test_a_code_finds_signed_pieces_whose_links_open(clinic: Clinic) -> None:
    reply = ask(clinic, mainSearchCriteria__v__c="E11.900", mainSearchCriteria__v__cs="2.16.840.1.113883.6.3")

    assert reply.headers["content-type"].startswith("text/xml")
    feed = ET.fromstring(reply.text)  # noqa: S314 - our own answer
    links = [link.attrib["href"] for link in feed.findall("a:entry/a:link", ATOM)]
    assert links
    for link in links:
        page = get(link)
        assert page.status == 200, page.text
        assert "人工智能" in page.text


def test_no_match_is_an_empty_feed_and_json_is_given_on_request(clinic: Clinic) -> None:
    reply = ask(clinic, mainSearchCriteria__v__c="Q87.4", knowledgeResponseType="application/json")
    assert reply.status == 200
    assert reply.json["feed"]["entry"] == []


@pytest.mark.parametrize(
    ("criteria", "status"),
    [
        ({}, 400),
        ({"mainSearchCriteria__v__c": "E11", "patientPerson__name": "王秀兰"}, 400),
        ({"mainSearchCriteria__v__dn": "糖尿病 13912345678"}, 400),
        ({"mainSearchCriteria__v__c": "E11", "representedOrganization__id__root": "1.2.3"}, 404),
    ],
)
def test_a_request_that_may_not_be_answered_is_refused_and_kept_nowhere(
    clinic: Clinic, records: Records, criteria: dict[str, str], status: int
) -> None:
    before = records.settled()
    reply = ask(clinic, **criteria)
    assert reply.status == status, reply.text
    assert "王秀兰" not in reply.text
    assert records.settled() == before


# --- CDS Hooks ----------------------------------------------------------------------------------------------------


def hook(clinic: Clinic, document: object, path: str = "/cds-services/discharge-guide") -> Reply:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {clinic.tokens['his']}"}
    return send("POST", clinic.url(path), body=json.dumps(document).encode(), headers=headers)


def test_the_doctor_is_offered_the_guide_and_her_answer_is_an_event(
    clinic: Clinic, records: Records, visit: dict[str, Any]
) -> None:
    context = {"userId": "Practitioner/1", "patientId": "1", "encounterId": visit["visit_number"]}
    call = {"hook": "encounter-discharge", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": context}

    [card] = hook(clinic, call).json["cards"]

    assert len(card["summary"]) <= 140
    assert card["links"][0]["url"].endswith(f"/guides/{visit['guide_id']}")
    answer = {"feedback": [{"card": card["uuid"], "outcome": "accepted"}]}
    assert hook(clinic, answer, "/cds-services/discharge-guide/feedback").json == {"heard": 1}
    assert records.events(f"renhe/card#{card['uuid']}") == ["CardAnswered"]


def test_a_visit_without_a_guide_gets_no_card(clinic: Clinic) -> None:
    call = {"hook": "encounter-discharge", "hookInstance": "x", "context": {"encounterId": "nobody"}}
    assert hook(clinic, call).json == {"cards": []}
    assert get(clinic.url("/cds-services")).json["services"][0]["hook"] == "encounter-discharge"
