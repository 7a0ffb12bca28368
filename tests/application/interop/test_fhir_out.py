"""What is written as FHIR is valid R4, says what the log says, and names people by pseudonyms alone."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.careplan import CarePlan
from fhir.resources.R4B.communication import Communication
from fhir.resources.R4B.documentreference import DocumentReference
from fhir.resources.R4B.provenance import Provenance

from narrowcast.application.exports import TEXT_WRITERS, Exports
from narrowcast.application.guides import guide_id_of
from narrowcast.application.interop.capability import READ, capability_statement
from narrowcast.application.interop.fhir_reading import FhirReading, ResourceUnknown, SearchUnclear
from narrowcast.application.interop.profile import AI_LABELS, InteropProfile, Profiles
from narrowcast.application.streams import CONTENT
from narrowcast.domain.vocabulary import Section
from tests.support.newsroom import EDITOR, HOSPITAL, IDENTITY, OTHER_HOSPITAL, PROFILE, REPORT, World

MODELS: dict[str, Any] = {
    "CarePlan": CarePlan,
    "Communication": Communication,
    "DocumentReference": DocumentReference,
    "Provenance": Provenance,
}


def reading(world: World, profiles: Profiles | None = None) -> FhirReading:
    exports = Exports(world.store, world.library, TEXT_WRITERS)
    return FhirReading(world.store, world.library, world.room, exports, profiles or {})


@pytest.fixture(scope="module")
def world() -> World:
    """A published piece, and a visit whose guide was pushed."""
    world = World().open_hospital()
    world.publish("dm-know")
    world.reception.accept(REPORT, IDENTITY)
    return world.settle()


@pytest.fixture(scope="module")
def visit_id(world: World) -> str:
    return world.reception.accept(REPORT, IDENTITY).visit_id


def one(world: World, kind: str, visit_id: str, profiles: Profiles | None = None) -> dict[str, Any]:
    [entry] = reading(world, profiles).search(HOSPITAL, kind, encounter=visit_id)["entry"]
    resource: dict[str, Any] = entry["resource"]
    return resource


@pytest.mark.parametrize("kind", READ)
def test_every_resource_is_valid_and_can_be_read_by_its_id(world: World, visit_id: str, kind: str) -> None:
    found = reading(world).search(HOSPITAL, kind, encounter=visit_id)
    Bundle.model_validate(found)
    resource = found["entry"][0]["resource"]
    MODELS[kind].model_validate(resource)
    assert reading(world).read(HOSPITAL, kind, resource["id"]) == resource


@pytest.mark.parametrize("kind", READ)
def test_another_hospital_finds_nothing(world: World, visit_id: str, kind: str) -> None:
    world.registry.register_hospital(OTHER_HOSPITAL, PROFILE, EDITOR)
    assert reading(world).search(OTHER_HOSPITAL, kind, encounter=visit_id)["total"] == 0
    with pytest.raises(ResourceUnknown):
        reading(world).read(OTHER_HOSPITAL, kind, one(world, kind, visit_id)["id"])


def test_nothing_of_the_person_is_told(world: World, visit_id: str) -> None:
    told = str([one(world, kind, visit_id) for kind in READ])
    identity = (IDENTITY.patient_number, IDENTITY.visit_number, IDENTITY.phone, IDENTITY.email, IDENTITY.app_user)
    assert not [word for word in identity if word in told]


def test_a_push_is_completed_when_it_left_and_says_when(world: World, visit_id: str) -> None:
    sent = one(world, "Communication", visit_id)
    assert (sent["status"], "sent" in sent) == ("completed", True)


def test_a_push_without_consent_is_not_done_and_says_why() -> None:
    world = World().open_hospital()
    world.publish("dm-know")
    visit_id = world.reception.accept(replace(REPORT, consent=False), IDENTITY).visit_id
    world.settle()
    held = one(world, "Communication", visit_id)
    Communication.model_validate(held)
    assert held["status"] == "not-done"
    assert [each["code"] for each in held["statusReason"]["coding"]] == ["no_consent", "patient-objection"]


def test_a_guide_has_five_activities_and_those_without_a_text_are_not_started(world: World, visit_id: str) -> None:
    plan = one(world, "CarePlan", visit_id)
    assert plan["id"] == guide_id_of(visit_id)
    assert [each["detail"]["code"]["text"] for each in plan["activity"]] == [section.heading for section in Section]
    statuses = {each["detail"]["code"]["coding"][0]["code"]: each["detail"]["status"] for each in plan["activity"]}
    assert statuses == {section.value: "not-started" for section in Section} | {"disease": "in-progress"}
    assert plan["activity"][0]["outcomeReference"] == [{"reference": "DocumentReference/dm-know/_history/1"}]


def test_a_document_names_its_signer_and_its_hashes(world: World, visit_id: str) -> None:
    document = one(world, "DocumentReference", visit_id)
    signed = world.store.load(CONTENT, HOSPITAL, "dm-know").state.signed
    assert signed is not None
    assert document["docStatus"] == "final"
    assert document["authenticator"]["identifier"]["value"] == signed.signer_id
    assert document["masterIdentifier"]["value"] == signed.document_hash
    attachment = document["content"][0]["attachment"]
    text = base64.b64decode(attachment["data"])
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(text, usedforsecurity=False).digest()
    assert "糖尿病" in text.decode()


def test_provenance_carries_the_signature_and_the_facts(world: World, visit_id: str) -> None:
    provenance = one(world, "Provenance", visit_id)
    signed = world.store.load(CONTENT, HOSPITAL, "dm-know").state.signed
    assert signed is not None
    assert provenance["signature"][0]["data"] == signed.signature.value
    assert [each["what"]["identifier"]["value"] for each in provenance["entity"]] == ["dm-what|1"]


@pytest.mark.parametrize("labels", [AI_LABELS, ("AIAST",), ()])
def test_the_labels_of_ai_are_the_hospitals_choice(world: World, visit_id: str, labels: tuple[str, ...]) -> None:
    plan = one(world, "CarePlan", visit_id, {HOSPITAL: InteropProfile(ai_labels=labels)})
    assert tuple(each["code"] for each in plan["meta"].get("security", ())) == labels


def test_a_version_that_is_not_the_present_one_is_not_given_out(world: World) -> None:
    assert reading(world).read(HOSPITAL, "DocumentReference", "dm-know", "1")["id"] == "dm-know"
    with pytest.raises(ResourceUnknown):
        reading(world).read(HOSPITAL, "DocumentReference", "dm-know", "2")


def test_a_patients_resources_are_found_by_pseudonym(world: World, visit_id: str) -> None:
    patient = world.reception.accept(REPORT, IDENTITY).patient
    found = reading(world).search(HOSPITAL, "CarePlan", subject=patient)
    assert [entry["resource"]["id"] for entry in found["entry"]] == [guide_id_of(visit_id)]


@pytest.mark.parametrize("named", [{}, {"encounter": "v-1", "subject": "p-1"}])
def test_a_search_must_name_one_pseudonym(world: World, named: dict[str, str]) -> None:
    with pytest.raises(SearchUnclear):
        reading(world).search(HOSPITAL, "CarePlan", **named)


def test_reading_writes_nothing(world: World, visit_id: str) -> None:
    before = len(list(world.log.scan()))
    for kind in READ:
        one(world, kind, visit_id)
    assert len(list(world.log.scan())) == before


def test_the_capability_statement_is_valid() -> None:
    CapabilityStatement.model_validate(capability_statement())
