"""Resources that name their visit and patient by logical ids end in one visit, whichever comes first."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from narrowcast.adapters.memory.stores import MemoryRefusals
from narrowcast.application.admission import Admission
from narrowcast.application.fhir_desk import FhirDesk, Told
from narrowcast.application.intake.code_map import CodeMap
from narrowcast.application.streams import PATIENT, VISIT
from narrowcast.application.subscriptions import SubscriptionDesk
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain.patient import Patient
from narrowcast.domain.visit import Visit
from tests.support.newsroom import HOSPITAL, World

FHIR = "application/fhir+json"
PSEUDONYMS = Pseudonyms(b"pseudonym-secret")
VISIT_ID = PSEUDONYMS.visit(HOSPITAL, "VN-1")
PATIENT_ID = PSEUDONYMS.patient(HOSPITAL, "MRN-1")
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ATC = "http://www.whocc.no/atc"

PERSON = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"lastUpdated": "2026-01-05T07:00:00Z"},
    "identifier": [{"value": "MRN-1"}],
    "gender": "female",
    "birthDate": "1970-02-03",
}
ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e1",
    "meta": {"lastUpdated": "2026-01-05T07:10:00Z"},
    "identifier": [{"value": "VN-1"}],
    "status": "in-progress",
    "class": {"code": "AMB"},
    "subject": {"reference": "Patient/p1"},
}
CONDITION = {
    "resourceType": "Condition",
    "id": "c1",
    "meta": {"lastUpdated": "2026-01-05T07:20:00Z"},
    "code": {"coding": [{"system": ICD10, "code": "E11.900"}]},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "https://his.example/fhir/Encounter/e1"},
}
ORDER = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "authoredOn": "2026-01-05T07:30:00Z",
    "medicationCodeableConcept": {"coding": [{"system": ATC, "code": "A10BA02"}]},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"identifier": {"value": "VN-1"}},
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "recordedDate": "2026-01-05T07:40:00Z",
    "code": {"coding": [{"system": ATC, "code": "J01CA04"}]},
    "patient": {"reference": "Patient/p1"},
}
EPISODE = (PERSON, ENCOUNTER, CONDITION, ORDER, ALLERGY)


class NoCodeMaps:
    """No hospital has codes of its own."""

    def of(self, _hospital: str) -> CodeMap:
        return CodeMap()


def desk(world: World) -> FhirDesk:
    admission = Admission(world.store, world.reception, PSEUDONYMS)
    counting = SubscriptionDesk(world.store, PSEUDONYMS)
    return FhirDesk(world.store, admission, counting, MemoryRefusals(), NoCodeMaps())


def send(world: World, resource: dict[str, Any]) -> Told:
    return desk(world).receive(HOSPITAL, json.dumps(resource).encode(), FHIR)


def opened() -> World:
    return World().open_hospital()


def visit(world: World) -> Visit:
    return world.store.load(VISIT, HOSPITAL, VISIT_ID).state


def person(world: World) -> Patient:
    return world.store.load(PATIENT, HOSPITAL, PATIENT_ID).state


def visits(world: World) -> set[str]:
    return {commit.stream for commit in world.log.scan() if "/visit#" in commit.stream}


def known(world: World) -> tuple[object, ...]:
    state = visit(world)
    told = person(world)
    return (state.patient, state.known_codes, state.treatments, state.stage, told.condition, told.sex, told.age_band)


IN_ORDER = opened()
for each in EPISODE:
    send(IN_ORDER, each)


def test_an_episode_in_order_is_one_visit_of_one_patient() -> None:
    assert visits(IN_ORDER) == {f"{HOSPITAL}/visit#{VISIT_ID}"}
    state = visit(IN_ORDER)
    assert (state.patient, state.known_codes, state.treatments) == (PATIENT_ID, ("E11.900",), ("A10BA02",))


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(EPISODE)))), ids=str)
def test_any_order_with_one_repeated_ends_in_the_same_visit(order: tuple[int, ...]) -> None:
    world = opened()
    for at in (*order, order[0]):
        assert send(world, EPISODE[at]).status == 202
    assert visits(world) == visits(IN_ORDER)
    assert known(world) == known(IN_ORDER)


def test_a_diagnosis_before_its_encounter_is_kept_and_says_what_it_waits_for() -> None:
    world = opened()
    told = send(world, CONDITION)
    assert [issue.severity for issue in told.issues] == ["information", "warning"]
    assert "Encounter" in told.issues[1].text
    assert visits(world) == set()


def test_an_encounter_without_a_number_is_known_by_its_logical_id() -> None:
    world = opened()
    send(world, CONDITION)
    told = send(world, {name: value for name, value in ENCOUNTER.items() if name != "identifier"})
    assert visits(world) == {f"{HOSPITAL}/visit#{told.visits[0]}"}
    assert world.store.load(VISIT, HOSPITAL, told.visits[0]).state.known_codes == ("E11.900",)


def test_no_logical_id_and_no_number_enters_the_log() -> None:
    text = "".join(commit.payload.decode() + commit.stream for commit in IN_ORDER.log.scan())
    assert not [word for word in ("MRN-1", "VN-1", "Encounter/e1", "Patient/p1", "1970") if word in text]


@pytest.mark.parametrize(
    ("kind", "status"), [("application/fhir+xml", 415), ("application/xml", 415), ("application/json", 202)]
)
def test_only_json_is_read_and_the_answer_is_an_operation_outcome(kind: str, status: int) -> None:
    told = desk(opened()).receive(HOSPITAL, json.dumps(PERSON).encode(), kind)
    assert told.status == status
    assert json.loads(told.text)["resourceType"] == "OperationOutcome"
