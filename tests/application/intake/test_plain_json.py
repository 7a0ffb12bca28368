"""The plain JSON visit: a closed list of fields, strict documents, reasons that name the field and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from narrowcast.application.intake import MAX_BODY_BYTES, Accepted, Refused, answer, detect_format, read_message
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import VisitReport
from narrowcast.domain.vocabulary import AgeBand, Stage

NOW = "2026-11-21T02:00:00Z"
VISIT: dict[str, Any] = {
    "message_id": "J-1",
    "patient_number": "RH501",
    "visit_number": "RHV501",
    "occurred_at": "2026-11-21T09:00:00+08:00",
    "stage": "follow_up",
}


def read(document: object, *, hospital: str | None = "renhe", **known: str) -> Accepted | Refused:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_message(
        body,
        content_type="application/json",
        hospital=hospital,
        known_hospitals={"renhe", "guangming"},
        received_at=NOW,
        default_hospital=known.get("default_hospital", ""),
    )


def refused(document: object, **given: Any) -> dict[str, str]:
    result = read(document, **given)
    assert isinstance(result, Refused)
    return {problem.path: problem.reason for problem in result.problems}


def visit_of(document: object) -> VisitReport:
    report = accepted(document).report
    assert isinstance(report, VisitReport)
    return report


def accepted(document: object, **given: Any) -> Accepted:
    result = read(document, **given)
    assert isinstance(result, Accepted), result
    return result


@pytest.mark.parametrize("field", sorted(VISIT))
def test_each_required_field_is_asked_for_by_name(field: str) -> None:
    without = {name: value for name, value in VISIT.items() if name != field}
    assert refused(without) == {f"$.{field}": Reason.REQUIRED}
    assert refused(VISIT | {field: None}) == {f"$.{field}": Reason.REQUIRED}
    assert refused(VISIT | {field: "　"}) == {f"$.{field}": Reason.REQUIRED}


@pytest.mark.parametrize("field", ["name", "Name", "ｎａｍｅ", "id_number", "address", "姓名", "住址"])
def test_identity_is_refused_with_the_reason_that_it_must_not_come(field: str) -> None:
    assert set(refused(VISIT | {field: "x"}).values()) == {Reason.IDENTITY}


def test_identity_is_refused_inside_other_objects_too() -> None:
    assert refused(VISIT | {"contact": {"name": "x"}}) == {"$.contact.name": Reason.IDENTITY}
    assert refused(VISIT | {"diagnoses": [{"code": "E11", "phone": "x"}]}) == {
        "$.diagnoses[0].phone": Reason.CONTACT_ELSEWHERE
    }


def test_a_stranger_s_name_is_repeated_only_when_it_looks_like_a_field() -> None:
    assert refused(VISIT | {"ward": 1}) == {"$.ward": Reason.UNKNOWN_FIELD}
    assert refused(VISIT | {"样例患者 13800138000": 1}) == {"$.*": Reason.UNKNOWN_FIELD}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message_id", 7),
        ("stage", ["follow_up"]),
        ("diagnoses", {"code": "E11"}),
        ("diagnoses", "E11"),
        ("contact", "13800138000"),
        ("consent", True),
        ("cancelled", "true"),
        ("test", 0),
        ("age_years", "46"),
        ("age_years", True),
        ("age_years", 46.5),
        ("department", {}),
    ],
)
def test_a_value_of_the_wrong_type_is_named(field: str, value: object) -> None:
    assert refused(VISIT | {field: value}) == {f"$.{field}": Reason.WRONG_TYPE}


def test_an_element_of_the_wrong_type_is_named() -> None:
    assert refused(VISIT | {"diagnoses": ["E11"]})["$.diagnoses[0]"] == Reason.WRONG_TYPE


@pytest.mark.parametrize(
    ("years", "band"), [(0, AgeBand.CHILD), (17, AgeBand.TEEN), (80, AgeBand.OLDEST), (150, AgeBand.OLDEST)]
)
def test_age_in_years_becomes_a_band(years: int, band: AgeBand) -> None:
    assert visit_of(VISIT | {"age_years": years}).age_band is band


@pytest.mark.parametrize("years", [-1, 151])
def test_an_impossible_age_is_refused(years: int) -> None:
    assert refused(VISIT | {"age_years": years}) == {"$.age_years": Reason.UNKNOWN_VALUE}


def test_stages_are_understood_in_chinese() -> None:
    assert visit_of(VISIT | {"stage": "起始用药"}).stage is Stage.TREATMENT_START


def test_the_hospital_of_the_key_counts_when_the_message_names_none() -> None:
    assert accepted(VISIT).report.hospital == "renhe"


def test_a_message_that_names_another_hospital_is_refused() -> None:
    assert refused(VISIT | {"hospital": "guangming"}) == {"$.hospital": Reason.OTHER_HOSPITAL}


def test_without_a_key_the_message_or_else_the_default_says_the_hospital() -> None:
    assert accepted(VISIT | {"hospital": "guangming"}, hospital=None).report.hospital == "guangming"
    assert accepted(VISIT, hospital=None, default_hospital="renhe").report.hospital == "renhe"
    assert refused(VISIT, hospital=None) == {"$.hospital": Reason.REQUIRED}
    assert refused(VISIT | {"hospital": "nowhere"}, hospital=None) == {"$.hospital": Reason.UNKNOWN_HOSPITAL}


def test_a_key_of_an_unregistered_hospital_opens_nothing() -> None:
    assert refused(VISIT, hospital="nowhere") == {"$.hospital": Reason.UNKNOWN_HOSPITAL}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"{", Reason.NOT_JSON),
        (b"{}x", Reason.NOT_JSON),
        (b'{"a":NaN}', Reason.NOT_JSON),
        (b'{"a":-Infinity}', Reason.NOT_JSON),
        (b'{"a":1e999}', Reason.NOT_JSON),
        (b'{"a":' + b"9" * 19 + b"}", Reason.NOT_JSON),
        (b'{"a":1,"a":2}', Reason.DUPLICATE_KEY),
        (b'{"a":{"b":1,"b":2}}', Reason.DUPLICATE_KEY),
        (b"[" * 100_000, Reason.TOO_DEEP),
        (b'{"a":' * 40_000, Reason.TOO_DEEP),
        (b'{"a":"\xff"}', Reason.BAD_BYTES),
        (b"\xff\xfe{\x00}\x00", Reason.BAD_BYTES),
        (b'{"a":"\x00"}', Reason.NOT_JSON),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b"null", Reason.NOT_AN_OBJECT),
    ],
)
def test_a_body_that_is_no_strict_json_object_is_malformed(body: bytes, reason: Reason) -> None:
    result = read(body)
    assert isinstance(result, Refused)
    assert result.status == 400
    assert [problem.reason for problem in result.problems] == [reason]


@pytest.mark.parametrize("value", ["\x00", "a\nb", "\ud800", "a\ufffd"])
def test_text_that_cannot_be_stored_is_refused(value: str) -> None:
    assert refused(VISIT | {"department": value}) == {"$.department": Reason.BAD_TEXT}


def test_invisible_marks_and_full_width_letters_are_folded() -> None:
    report = visit_of(VISIT | {"department": "\ufeff内\u200b科 "})
    assert report.department == "内科"


def test_lists_longer_than_any_visit_are_refused() -> None:
    many = [{"code": f"E11.{number:03d}"} for number in range(65)]
    assert refused(VISIT | {"diagnoses": many}) == {"$.diagnoses": Reason.TOO_MANY}


def test_a_body_over_the_limit_is_too_large_whatever_it_is() -> None:
    result = read(b" " * (MAX_BODY_BYTES + 1))
    assert isinstance(result, Refused)
    assert result.status == 413


def test_a_body_at_the_limit_is_read() -> None:
    body = json.dumps(VISIT).encode()
    assert isinstance(read(body + b" " * (MAX_BODY_BYTES - len(body))), Accepted)


def test_a_refusal_is_a_problem_document() -> None:
    body = b'{"name":"x"}'
    result = read(body)
    status, media, text = answer(result, body, content_type="application/json", message_id="A", at=NOW)
    document = json.loads(text)
    assert (status, media) == (422, "application/problem+json; charset=utf-8")
    assert document["status"] == 422
    assert {"path": "$.name", "reason": Reason.IDENTITY.value} in document["errors"]
    assert document["title"] == "报文内容不可接受"


def test_an_accepted_visit_is_answered_with_its_message_id() -> None:
    body = json.dumps(VISIT).encode()
    status, media, text = answer(read(body), body, content_type="application/json", message_id="A", at=NOW)
    assert (status, media) == (202, "application/json; charset=utf-8")
    assert json.loads(text) == {"accepted": True, "message_id": "J-1"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"{}", "json"),
        ("application/json; charset=utf-8", b'{"resourceType":"Bundle"}', "fhir"),
        ("APPLICATION/FHIR+JSON;fhirVersion=4.0", b"{}", "fhir"),
        ("application/hl7-v2", b"", "hl7"),
        ("x-application/hl7-v2+er7", b"", "hl7"),
        ("text/plain", b"\x0bMSH|^~\\&|", "hl7"),
        ("", b'\xef\xbb\xbf {"a":1}', "json"),
        ("", b"FHS|^~\\&|", "hl7"),
        ("", b"MSHX", "unknown"),
        ("", b"", "unknown"),
        ("application/xml", b"{}", "unknown"),
        ("multipart/form-data", b"MSH|^~\\&|", "unknown"),
    ],
)
def test_the_format_is_told_by_the_media_type_or_else_the_body(content_type: str, body: bytes, expected: str) -> None:
    assert detect_format(content_type, body) == expected
