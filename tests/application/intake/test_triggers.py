"""Every message of events/triggers is read as its line in expectations.json says."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from narrowcast.application.intake import Accepted, Refused, answer, describe, hl7_batch, read_message
from narrowcast.domain.visit_report import PersonReport, VisitReport

TRIGGERS = Path(__file__).parents[3] / "events" / "triggers"
EXPECTATIONS: dict[str, dict[str, Any]] = json.loads((TRIGGERS / "expectations.json").read_text(encoding="utf-8"))
NAMES = sorted(name for name in EXPECTATIONS if "batch" not in EXPECTATIONS[name])
BATCHES = sorted(set(EXPECTATIONS) - set(NAMES))
NOW = "2026-11-21T02:00:00Z"


def read(name: str) -> Accepted | Refused:
    expected = EXPECTATIONS[name]
    return read_message(
        (TRIGGERS / name).read_bytes(),
        content_type=expected.get("content_type", ""),
        hospital=expected.get("hospital", "renhe"),
        known_hospitals={"renhe", "guangming"},
        received_at=NOW,
    )


def answered(name: str) -> tuple[int, str, str]:
    content_type = EXPECTATIONS[name].get("content_type", "")
    body = (TRIGGERS / name).read_bytes()
    return answer(read(name), body, content_type=content_type, message_id="ACK-1", at=NOW)


def answered_body(body: bytes) -> tuple[int, str, str]:
    known = {"renhe"}
    result = read_message(body, content_type="", hospital="renhe", known_hospitals=known, received_at=NOW)
    return answer(result, body, content_type="", message_id="ACK-1", at=NOW)


def test_every_message_has_an_expectation_and_every_expectation_a_message() -> None:
    found = {str(path.relative_to(TRIGGERS)) for kind in ("hl7", "fhir", "json") for path in TRIGGERS.glob(f"{kind}/*")}
    assert found == set(EXPECTATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_the_message_is_accepted_or_refused_for_the_fields_named(name: str) -> None:
    described = describe(read(name))
    expected = EXPECTATIONS[name]
    assert described["accepted"] is expected["accepted"], described["errors"]
    assert sorted(error["path"] for error in described["errors"]) == sorted(expected.get("paths", []))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in NAMES if "visit" in EXPECTATIONS[name]])
def test_the_visit_is_the_one_the_message_tells(name: str) -> None:
    visit = describe(read(name))["visit"]
    assert isinstance(visit, dict)
    assert {key: visit[key] for key in EXPECTATIONS[name]["visit"]} == EXPECTATIONS[name]["visit"]


@pytest.mark.parametrize("name", [name for name in NAMES if "report" in EXPECTATIONS[name]])
def test_the_report_holds_what_the_message_says_around_the_visit(name: str) -> None:
    result = read(name)
    assert isinstance(result, Accepted)
    expected = EXPECTATIONS[name]["report"]
    assert {key: getattr(result.report, key) for key in expected} == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_has_the_status_expected(name: str) -> None:
    assert answered(name)[0] == EXPECTATIONS[name]["status"]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("hl7/")])
def test_the_acknowledgement_has_the_code_expected(name: str) -> None:
    match = re.search(r"\rMSA.(..)", answered(name)[2])
    assert match is not None
    assert match[1] == EXPECTATIONS[name]["ack"]


@pytest.mark.parametrize("name", [name for name in NAMES if EXPECTATIONS[name]["accepted"]])
def test_an_accepted_message_yields_the_numbers_that_pseudonyms_are_made_from(name: str) -> None:
    result = read(name)
    assert isinstance(result, Accepted)
    assert result.identity.patient_number
    assert bool(result.identity.visit_number) is isinstance(result.report, VisitReport)


@pytest.mark.parametrize("name", [name for name in NAMES if "allergies" in EXPECTATIONS[name]])
def test_the_person_must_not_get_what_the_message_names(name: str) -> None:
    result = read(name)
    assert isinstance(result, Accepted)
    assert isinstance(result.report, PersonReport)
    assert [asdict(each) for each in result.report.condition.allergies] == EXPECTATIONS[name]["allergies"]


@pytest.mark.parametrize("name", BATCHES)
def test_each_message_of_a_batch_has_the_code_expected(name: str) -> None:
    batch = hl7_batch.open_batch((TRIGGERS / name).read_bytes())
    told = [answered_body(message)[2] for message in batch.messages]
    answer_text = hl7_batch.acknowledge_batch(batch, told, message_id="ACK-1", at=NOW)
    assert re.findall(r"\rMSA.(..)", answer_text) == EXPECTATIONS[name]["batch"]
