"""What nobody should send: a 4xx that names field and reason, nothing in the log, and messages kept for staff."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.http import Reply, send
from tests.support.stack_clinic import FHIR, HL7, JSON, diabetic, fresh

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

CHINESE = re.compile("[一-鿿]")
TOO_LARGE = 256 * 1024 + 1
DEEP = 20_000
CANARIES = ("金丝雀甲", "13912345678", "110101199003071233", "CANARY77", "jinsique@example.com")
"""A name, a telephone number, a citizen number, a patient number and an address that must turn up nowhere."""


@dataclass(frozen=True)
class Case:
    """A message, the status it gets, and the field the answer must name (a part of it, in the sender's terms)."""

    name: str
    content_type: str
    body: bytes
    status: int
    field: str


def plain(**changes: Any) -> bytes:
    return json.dumps(diabetic() | changes, ensure_ascii=False).encode()


def plain_without(field: str) -> bytes:
    return json.dumps({name: value for name, value in diabetic().items() if name != field}).encode()


def hl7(old: str, new: str) -> bytes:
    message = fresh(HL7).decode()
    assert old in message
    return message.replace(old, new).encode()


def fhir(change: Callable[[dict[str, Any]], object]) -> bytes:
    bundle = json.loads(fresh(FHIR))
    change(bundle)
    return json.dumps(bundle).encode()


def resource(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)
    return found


def code(value: str) -> list[dict[str, str]]:
    return [{"system": "ICD-10", "code": value, "status": "confirmed"}]


def cases() -> Iterator[Case]:
    yield Case("empty", JSON, b"", 400, "$")
    yield Case("not json", JSON, b"{", 400, "$")
    yield Case("a list", JSON, b"[]", 400, "$")
    yield Case("text", JSON, "请收下".encode(), 400, "$")
    yield Case("not utf-8", JSON, plain().replace(b"renhe", b"\xff\xfe"), 400, "$")
    yield Case("utf-16", JSON, plain().decode().encode("utf-16"), 400, "")
    yield Case("deep", JSON, b'{"diagnoses":' + b"[" * DEEP + b"]" * DEEP + b"}", 400, "$")
    yield Case("key twice", JSON, plain().replace(b'"sex"', b'"hospital": "renhe", "sex"', 1), 400, "$")
    yield Case("too large", JSON, plain(message_id="x" * TOO_LARGE), 413, "body")
    yield Case("another hospital", JSON, plain(hospital="xiehe"), 422, "hospital")
    yield Case("unknown code", JSON, plain(diagnoses=code("U99.999")), 422, "diagnoses[0].code")
    yield Case("no code at all", JSON, plain(diagnoses=code("sugar")), 422, "diagnoses[0].code")
    yield Case("unknown drug", JSON, plain(medications=[{"atc": "A10", "status": "active"}]), 422, "medications[0].atc")
    yield Case("unknown field", JSON, plain(diagnosis="E11"), 422, "diagnosis")
    yield Case("a name", JSON, plain(name=CANARIES[0]), 422, "name")
    yield Case("wrong type", JSON, plain(message_id=7), 422, "message_id")
    yield Case("wrong time", JSON, plain(occurred_at="yesterday"), 422, "occurred_at")
    yield Case("wrong phone", JSON, plain(contact={"phone": "12"}), 422, "contact.phone")
    for field in ("message_id", "patient_number", "visit_number", "occurred_at"):
        yield Case(f"without {field}", JSON, plain_without(field), 422, field)
    yield Case("xml", "application/xml", b"<visit/>", 415, "Content-Type")
    yield Case("picture", "image/png", b"\x89PNG\r\n", 415, "Content-Type")

    yield Case("hl7 without header", HL7, b"PID|1||RH1", 400, "MSH")
    yield Case("hl7 torn", HL7, b"MSH|^~", 400, "MSH")
    yield Case("hl7 empty", HL7, b"", 400, "MSH")
    yield Case("hl7 not utf-8", HL7, fresh(HL7).replace("贺".encode(), b"\xff\xff"), 400, "")
    yield Case("hl7 unknown charset", HL7, hl7("UNICODE UTF-8", "KLINGON"), 400, "MSH-18")
    yield Case("hl7 other message", HL7, hl7("ADT^A04^ADT_A01", "SIU^S12^SIU_S12"), 422, "MSH-9")
    yield Case("hl7 other event", HL7, hl7("ADT^A04^ADT_A01", "ADT^A99^ADT_A01"), 422, "MSH-9")
    yield Case("hl7 other version", HL7, hl7("|P|2.5|", "|P|9.9|"), 422, "MSH-12")
    yield Case("hl7 other processing", HL7, hl7("|P|2.5|", "|X|2.5|"), 422, "MSH-11")
    yield Case("hl7 another hospital", HL7, hl7("HIS|renhe|", "HIS|xiehe|"), 422, "MSH-4")
    yield Case("hl7 unknown code", HL7, hl7("I10.x00", "U99.999"), 422, "DG1")
    yield Case("hl7 too large", HL7, fresh(HL7) + b"ZXX|" + b"x" * TOO_LARGE, 413, "body")

    yield Case("fhir not json", FHIR, b'{"resourceType":', 400, "")
    yield Case("fhir another resource", FHIR, b'{"resourceType": "Patient"}', 422, "")
    yield Case("fhir empty bundle", FHIR, b'{"resourceType": "Bundle", "type": "message", "entry": []}', 422, "")
    yield Case("fhir unknown code", FHIR, fhir(with_unknown_code), 422, "code.coding[0].code")
    yield Case("fhir without patient", FHIR, fhir(without_patient), 422, "")
    yield Case("fhir deep", FHIR, b'{"resourceType": "Bundle", "entry":' + b"[" * DEEP + b"]" * DEEP + b"}", 400, "")
    yield Case("fhir too large", FHIR, b" " * TOO_LARGE + fresh(FHIR), 413, "body")


def with_unknown_code(bundle: dict[str, Any]) -> None:
    resource(bundle, "Condition")["code"]["coding"][0]["code"] = "U99.999"


def with_identity(bundle: dict[str, Any]) -> None:
    patient = resource(bundle, "Patient")
    patient["name"] = [{"text": CANARIES[0]}]
    patient["telecom"] = [{"system": "phone", "value": CANARIES[1], "use": "mobile"}]
    patient["identifier"].append({"system": "urn:oid:2.16.156.10011.1.3", "value": CANARIES[2]})


def without_patient(bundle: dict[str, Any]) -> None:
    bundle["entry"] = [each for each in bundle["entry"] if each["resource"]["resourceType"] != "Patient"]


CASES = {case.name: case for case in cases()}


@pytest.mark.parametrize("name", CASES)
def test_a_refused_message_is_answered_in_kind_kept_for_staff_and_not_in_the_log(
    clinic: Clinic, records: Records, name: str
) -> None:
    case = CASES[name]
    before = records.log()

    reply = clinic.send_visit(case.body, case.content_type)

    assert reply.status == case.status, reply.text[:400]
    problems = told(reply)
    assert any(case.field in path for path, _ in problems), f"{case.field} is not named in {problems}"
    assert all(CHINESE.search(reason) for _, reason in problems), problems
    assert records.log() == before, "a refused message came into the log"
    kept = clinic.ask("/refusals", "admin")["refusals"][0]
    assert kept["refusal_id"] == reply.headers["x-narrowcast-refusal"]
    assert {tuple(each) for each in kept["problems"]} == set(problems)
    assert records.refused_body(kept["refusal_id"]) == case.body


def told(reply: Reply) -> list[tuple[str, str]]:
    """Field and reason of each problem, read in the format of the answer, whose marks are checked on the way."""
    media_type = reply.headers["content-type"].partition(";")[0]
    if "hl7" in media_type:
        return told_by_hl7(reply)
    document = reply.json
    if media_type == "application/fhir+json":
        assert document["resourceType"] == "OperationOutcome"
        assert all(issue["severity"] == "error" for issue in document["issue"])
        return [(issue["expression"][0], issue["details"]["text"]) for issue in document["issue"]]
    assert media_type == "application/problem+json"
    assert document["status"] == reply.status
    return [(each["path"], each["reason"]) for each in document["errors"]]


def told_by_hl7(reply: Reply) -> list[tuple[str, str]]:
    segments = [line.split("|") for line in reply.text.split("\r") if line]
    assert [segment[0] for segment in segments][:2] == ["MSH", "MSA"]
    assert segments[1][1] in ("AE", "AR", "CE", "CR")
    errors = [segment for segment in segments if segment[0] == "ERR"]
    assert errors, reply.text
    return [(path, reason) for path, _, reason in (segment[8].partition("：") for segment in errors)]


ORIGINAL_MODE = ("|||AL|NE|CHN|", "|||||CHN|")


@pytest.mark.parametrize(
    ("old", "new", "ack"),
    [("I10.x00", "U99.999", "AE"), ("ADT^A04^ADT_A01", "SIU^S12^SIU_S12", "AR"), ("|P|2.5|", "|P|9.9|", "AR")],
)
def test_an_acknowledgement_names_its_message_and_tells_error_from_rejection(
    clinic: Clinic, old: str, new: str, ack: str
) -> None:
    message = hl7(old, new).decode().replace(*ORIGINAL_MODE).encode()
    control_id = message.split(b"|")[9].decode()

    reply = clinic.send_visit(message, HL7)

    msa = next(line for line in reply.text.split("\r") if line.startswith("MSA"))
    assert msa.split("|")[1:3] == [ack, control_id]


# --- identity -----------------------------------------------------------------------------------------------------


def identified(**changes: Any) -> dict[str, Any]:
    contact = {"phone": CANARIES[1], "email": CANARIES[4]}
    return diabetic(patient_number=CANARIES[3], contact=contact) | changes


@pytest.fixture(scope="module")
def after_canaries(clinic: Clinic, records: Records) -> Records:
    """The stack after messages, taken and refused, that carry a person's identity."""
    name, phone, citizen, number, _ = CANARIES
    taken = hl7("贺^示例", name).replace(b"RH0000101", number.encode()).replace(b"13800000101", phone.encode())
    clinic.guide(clinic.visit(re.sub(rb"RH0000101(-\d+)?", number.encode(), taken), HL7))
    clinic.guide(clinic.visit(identified()))
    clinic.guide(clinic.visit(fhir(with_identity), FHIR))
    refused = [
        clinic.send_visit(identified(name=name, id_card=citizen)),
        clinic.send_visit(identified(message_id=f"{name} {citizen}", diagnoses=code(phone))),
        clinic.send_visit(hl7("贺^示例", f"{name}^^{citizen}").replace(b"I10.x00", citizen.encode()), HL7),
        clinic.send_visit(json.dumps(identified(hospital=name)).encode()[:-1]),
    ]
    assert {reply.status for reply in refused} <= {400, 422}
    assert not [reply.text for reply in refused if any(canary in reply.text for canary in CANARIES)]
    records.settled()
    return records


@pytest.mark.parametrize("variable", ["EVENT_LOG_TABLE", "READ_TABLE", "REFUSALS_TABLE", "VAULT_TABLE", "LINKS_TABLE"])
def test_no_table_holds_anything_of_an_identity_in_clear(after_canaries: Records, variable: str) -> None:
    assert found(after_canaries.text(variable)) == []


def test_no_function_logs_anything_of_an_identity(after_canaries: Records) -> None:
    logged = after_canaries.function_logs()

    assert "VisitAccepted" in logged, "the logs that were searched are not those of the intake"
    assert found(logged) == []


def test_the_index_holds_nothing_of_an_identity(after_canaries: Records) -> None:
    documents = after_canaries.index()

    assert "dm-know" in documents, "what was searched is not the index"
    assert found(documents) == []


def test_the_bucket_of_refused_messages_is_encrypted_and_closed(records: Records) -> None:
    bucket = {"Bucket": records.table("ASSET_BUCKET")}
    s3 = records.client("s3")

    encryption = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    closed = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]

    assert encryption[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    assert set(closed.values()) == {True}


def found(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text or json.dumps(canary)[1:-1] in text]


# --- staff --------------------------------------------------------------------------------------------------------

STAFF_ROUTES = {
    "/hospital": "admin",
    "/signers": "admin",
    "/signers/sg-sun/renew": "admin",
    "/facts": "doctor",
    "/facts/split": "doctor",
    "/facts/dm-what/retire": "doctor",
    "/facts/dm-what/supersede": "doctor",
    "/topics": "editor",
    "/contents/dm-know/edit": "editor",
    "/contents/dm-know/accept": "editor",
    "/contents/dm-know/signer": "editor",
    "/contents/dm-know/adopt": "doctor",
}
BAD_BODIES = {
    "empty": (b"", 400),
    "not json": (b'{"title": ', 400),
    "a list": (b"[]", 400),
    "a number": (b"7", 400),
    "missing fields": (b"{}", 400),
    "not utf-8": (b'{"title": "\xff\xfe"}', 400),
    "wrong encoding": ('{"title": "标题"}'.encode("gb18030"), 400),
    "deep": (b'{"unknown":' + b"[" * DEEP + b"]" * DEEP + b"}", 400),
    "too large": (b'{"title": "' + b"x" * TOO_LARGE + b'"}', 413),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_on_a_staff_route_is_refused_with_field_and_reason(
    clinic: Clinic, records: Records, name: str
) -> None:
    body, status = BAD_BODIES[name]
    before = records.log()

    for path, role in STAFF_ROUTES.items():
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {clinic.tokens[role]}"}
        reply = send("POST", clinic.url(path), body=body, headers=headers)

        assert reply.status == status, f"{path}: {reply.status} {reply.text[:300]}"
        problems = told(reply)
        assert problems, path
        assert all(path_ and CHINESE.search(reason) for path_, reason in problems), f"{path}: {problems}"
    assert records.log() == before


TOPIC = {
    "content_id": "unwanted",
    "title": "标题",
    "form": "article",
    "section": "disease",
    "codes": ["E11"],
    "facts": [{"fact_id": "dm-what", "version": 1}],
    "signer_id": "sg-chen",
    "department": "endo",
}


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"content_id": "大写 ABC"}, "content_id", 400),
        ({"content_id": "../../etc"}, "content_id", 400),
        ({"form": "poem"}, "form", 400),
        ({"section": "surgery"}, "section", 400),
        ({"codes": "E11"}, "codes", 400),
        ({"facts": [{"fact_id": "dm-what"}]}, "facts[0].version", 400),
        ({"facts": [{"fact_id": "no-such-fact", "version": 1}]}, "fact", 404),
        ({"facts": [{"fact_id": "dm-what", "version": 9}]}, "fact", 422),
        ({"signer_id": "sg-nobody"}, "signer", 404),
        ({"signer_id": "sg-zhao"}, "signer", 422),
        ({"content_id": "dm-know"}, "content_id", 409),
    ],
)
def test_a_topic_that_cannot_be_planned_says_which_field_and_why(
    clinic: Clinic, records: Records, change: dict[str, Any], field: str, status: int
) -> None:
    before = records.log()
    headers = {"Content-Type": JSON, "Authorization": f"Bearer {clinic.tokens['editor']}"}

    reply = send("POST", clinic.url("/topics"), body=json.dumps(TOPIC | change).encode(), headers=headers)

    assert reply.status == status, reply.text
    ((path, reason),) = told(reply)
    assert field in path
    assert CHINESE.search(reason)
    assert records.log() == before
