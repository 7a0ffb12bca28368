"""FHIR bundles: whose they are, which paths are named, and how the answer reads."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from narrowcast.application.intake import Accepted, Refused, answer, read_message
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import UnmappedCode, VisitReport
from narrowcast.domain.vocabulary import Stage

NOW = "2026-11-21T02:00:00.123456Z"
SAMPLES = Path(__file__).parents[3] / "events" / "triggers" / "fhir"
FULL = json.loads((SAMPLES / "transaction-metformin-started-with-consent.json").read_text(encoding="utf-8"))
PATIENT, ENCOUNTER, CONDITION, ORDER, CONSENT = range(5)


def read(bundle: object, **given: Any) -> Accepted | Refused:
    return read_message(
        json.dumps(bundle).encode(),
        content_type="application/fhir+json",
        hospital=given.get("hospital", "renhe"),
        known_hospitals={"renhe", "guangming"},
        received_at=NOW,
        icd10_systems=given.get("icd10_systems", frozenset()),
    )


def changed(at: int, **members: Any) -> dict[str, Any]:
    bundle = copy.deepcopy(FULL)
    bundle["entry"][at]["resource"].update(members)
    return {name: value for name, value in bundle.items() if value is not None}


def accepted(bundle: object, **given: Any) -> Accepted:
    result = read(bundle, **given)
    assert isinstance(result, Accepted), result
    return result


def visit_of(bundle: object) -> VisitReport:
    report = accepted(bundle).report
    assert isinstance(report, VisitReport)
    return report


def refused(bundle: object, **given: Any) -> dict[str, str]:
    result = read(bundle, **given)
    assert isinstance(result, Refused)
    return {problem.path: problem.reason for problem in result.problems}


@pytest.mark.parametrize(
    "reference",
    ["Patient/another", "urn:uuid:0", "https://his.example/fhir/Patient/another", "Encounter/p1", "xPatient/p1"],
)
@pytest.mark.parametrize(("at", "member"), [(CONDITION, "subject"), (ORDER, "subject"), (CONSENT, "patient")])
def test_a_resource_about_somebody_else_is_refused(at: int, member: str, reference: str) -> None:
    bundle = changed(at, **{member: {"reference": reference}})
    bundle["entry"][PATIENT]["resource"]["id"] = "p1"
    assert refused(bundle) == {f"Bundle.entry[{at}].resource.{member}.reference": Reason.OTHER_PATIENT}


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "Patient/p1/_history/3", "https://his.example/fhir/Patient/p1", "Patient?identifier=x|1"],
)
def test_a_resource_that_names_the_patient_in_any_way_is_taken(reference: str) -> None:
    bundle = changed(CONDITION, subject={"reference": reference})
    bundle["entry"][PATIENT]["resource"]["id"] = "p1"
    accepted(bundle)


def test_a_hospital_s_own_uri_for_icd10_comes_as_configuration() -> None:
    own = "https://renhe.example/icd10"
    bundle = changed(CONDITION, code={"coding": [{"system": own, "code": "E11.900x001"}]})
    unknown = accepted(bundle).report
    assert isinstance(unknown, VisitReport)
    assert (unknown.diagnoses, unknown.unmapped) == ((), (UnmappedCode("diagnosis", own, "E11.900x001"),))
    report = accepted(bundle, icd10_systems=frozenset({own})).report
    assert isinstance(report, VisitReport)
    assert report.diagnoses[0].code == "E11.900X001"


def test_a_condition_without_a_code_is_named() -> None:
    assert refused(changed(CONDITION, code={"text": "糖尿病"})) == {
        "Bundle.entry[2].resource.code.coding": Reason.REQUIRED
    }


@pytest.mark.parametrize(
    ("members", "consent"),
    [
        ({"status": "active"}, True),
        ({"status": "rejected"}, False),
        ({"status": "inactive"}, False),
        ({"status": "proposed"}, None),
        ({"provision": {"type": "deny"}}, False),
        ({"category": [{"coding": [{"code": "research"}]}]}, None),
        ({"category": [], "provision": {"purpose": [{"code": "personal_education"}]}}, True),
    ],
)
def test_consent_to_education_is_read_from_its_own_consent(members: dict[str, Any], *, consent: bool | None) -> None:
    assert visit_of(changed(CONSENT, **members)).consent is consent


@pytest.mark.parametrize(
    ("members", "stage"),
    [
        ({"type": []}, Stage.FIRST_DIAGNOSIS),
        ({"type": [{"coding": [{"code": "post_op"}]}]}, Stage.POST_OP),
        ({"type": [], "class": {"code": "IMP"}}, Stage.INPATIENT),
        ({"type": [], "class": {"code": "IMP"}, "status": "finished"}, Stage.DISCHARGE),
        ({"type": [], "class": {"code": "EMER"}, "status": "finished"}, Stage.FIRST_DIAGNOSIS),
    ],
)
def test_the_stage_is_told_by_type_or_else_class_and_status(members: dict[str, Any], stage: Stage) -> None:
    assert visit_of(changed(ENCOUNTER, **members)).stage is stage


def test_a_bundle_without_a_name_is_known_by_its_digest_so_that_twice_is_once() -> None:
    nameless = {name: value for name, value in FULL.items() if name != "identifier"}
    first, again = accepted(nameless), accepted(nameless)
    assert first.report.message_id == again.report.message_id
    other = changed(CONDITION, verificationStatus={"coding": [{"code": "provisional"}]})
    assert accepted({**other, "identifier": None}).report.message_id != first.report.message_id


def test_the_time_falls_back_from_the_bundle_to_the_encounter_to_the_receipt() -> None:
    untimed = {name: value for name, value in FULL.items() if name != "timestamp"}
    assert accepted(untimed).report.occurred_at == "2026-11-21T01:00:00Z"
    bundle = changed(ENCOUNTER, period={})
    assert accepted({**bundle, "timestamp": None}).report.occurred_at == "2026-11-21T02:00:00Z"


def test_the_preferred_telephone_is_the_mobile_one_still_in_use() -> None:
    telecom = [
        {"system": "phone", "value": "13900000001", "use": "old"},
        {"system": "phone", "value": "13900000002", "use": "home"},
        {"system": "phone", "value": "13900000003", "use": "mobile"},
        {"system": "fax", "value": "13900000004"},
    ]
    assert accepted(changed(PATIENT, telecom=telecom)).identity.phone == "+8613900000003"
    assert accepted(changed(PATIENT, telecom=telecom[:2])).identity.phone == "+8613900000002"


def test_among_several_identifiers_the_hospital_s_own_number_is_taken() -> None:
    kinds = [("NNCHN", "11010519491231002X"), ("SS", "S1"), ("MR", "M1"), ("PI", "P1")]
    identifiers = [{"type": {"coding": [{"code": kind}]}, "value": value} for kind, value in kinds]
    assert accepted(changed(PATIENT, identifier=identifiers)).identity.patient_number == "P1"
    assert refused(changed(PATIENT, identifier=identifiers[:2])) == {
        "Bundle.entry[0].resource.identifier": Reason.REQUIRED
    }


def test_a_deleted_entry_carries_no_resource_and_is_passed_over() -> None:
    bundle = copy.deepcopy(FULL)
    bundle["entry"].append({"request": {"method": "DELETE", "url": "Condition/1"}})
    accepted(bundle)
    bundle["entry"][-1]["request"]["method"] = "POST"
    assert refused(bundle) == {"Bundle.entry[5].resource": Reason.REQUIRED}


def test_resources_of_no_concern_are_passed_over() -> None:
    bundle = copy.deepcopy(FULL)
    bundle["entry"].append({"resource": {"resourceType": "Coverage", "anything": [1, {"x": None}]}})
    accepted(bundle)


def test_a_refusal_is_an_operation_outcome_that_names_paths_and_codes() -> None:
    bundle = changed(CONDITION, code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E99"}]})
    body = json.dumps(bundle).encode()
    status, media, text = answer(read(bundle), body, content_type="application/fhir+json", message_id="A", at=NOW)
    assert (status, media) == (422, "application/fhir+json; charset=utf-8")
    assert json.loads(text) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "code-invalid",
                "details": {"text": Reason.UNKNOWN_ICD10.value},
                "expression": ["Bundle.entry[2].resource.code.coding[0].code"],
            }
        ],
    }


def test_an_accepted_bundle_is_answered_with_an_informational_outcome() -> None:
    body = json.dumps(FULL).encode()
    status, _, text = answer(read(FULL), body, content_type="application/json", message_id="A", at=NOW)
    assert status == 202
    assert json.loads(text)["issue"][0]["severity"] == "information"
