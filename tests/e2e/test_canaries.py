"""Law 6 on the running stack: a person planted in every format is found nowhere, and after forgetting not even sealed.

Before: her raw refused messages lie in their encrypted bucket for thirty days, and messages that left bear her address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from infra.local.http import Reply, get, post_form, send
from tests.support.stack_clinic import FHIR, HL7, JSON, awaited, diabetic, fresh
from tests.support.stack_search import REFUSED, StackSearch

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

NAME, CITIZEN, NUMBER = "欧阳金丝雀", "11010519491231002X", "CANARY77-4711"
PHONE, EMAIL, APP_USER = "13612345677", "canary77@person.example", "canary-app-4711"
ADDRESS, BORN, BORN_ISO = "海州市金丝雀路77号", "19491231", "1949-12-31"
PERSON = (NAME, CITIZEN, NUMBER, PHONE, EMAIL, APP_USER, ADDRESS, BORN, BORN_ISO)
VISITS = {kind: f"CANARYVISIT-{kind}" for kind in ("hl7", "gb", "fhir", "json")}


def hl7(charset: str = "UNICODE UTF-8", **changes: str) -> bytes:
    values = {"number": NUMBER, "code": "E11.900", "visit": VISITS["hl7"], "id": "CANARY-H1"} | changes
    where = f"{ADDRESS}||{PHONE}^PRN^CP|||||{values['number']}|{CITIZEN}"
    return "\r".join(
        (
            f"MSH|^~\\&|HIS|renhe|NC|renhe|20261121093000+0800||ADT^A04^ADT_A01|{values['id']}|P|2.5|||||CHN|{charset}",
            "EVN|A04|20261121093000+0800",
            f"PID|1|{CITIZEN}|{values['number']}^^^renhe^MR~{CITIZEN}^^^^NNCHN||{NAME}||{BORN}|F||{NAME}|{where}",
            f"NK1|1|{NAME}|SPO|{ADDRESS}|{PHONE}",
            f"PV1|1|O|ENDO^{NAME}||||{NAME}||||||||||||{values['visit']}",
            f"DG1|1||{values['code']}^{NAME}的糖尿病^ICD-10|{ADDRESS}||F",
            "CON|1|EDU|||||||||A||20261121092000+0800|20261121092000+0800",
            f"ZPI|{NAME}|{CITIZEN}|{PHONE}|{ADDRESS}|{BORN}",
        )
    ).encode("gb18030" if charset.startswith("GB") else "utf-8")


def fhir(**changes: Any) -> bytes:
    bundle = json.loads(fresh(FHIR))
    found = {each["resource"]["resourceType"]: each["resource"] for each in bundle["entry"]}
    found["Patient"]["identifier"][0]["value"] = NUMBER
    found["Patient"]["identifier"].append({"system": "urn:oid:2.16.156.10011.1.3", "value": CITIZEN})
    found["Patient"] |= {
        "name": [{"text": NAME}],
        "address": [{"text": ADDRESS}],
        "birthDate": BORN_ISO,
        "telecom": [{"system": "phone", "value": PHONE}, {"system": "email", "value": EMAIL}],
        "text": {"status": "generated", "div": f"<div>{NAME} {CITIZEN}</div>"},
    }
    found["Encounter"]["identifier"][0]["value"] = VISITS["fhir"]
    found["Condition"]["note"] = [{"text": f"{NAME}, {PHONE}"}]
    found["Condition"] |= changes
    return json.dumps(bundle, ensure_ascii=False).encode()


def plain(**changes: Any) -> bytes:
    contact = {"phone": PHONE, "email": EMAIL}
    person = {"patient_number": NUMBER, "visit_number": VISITS["json"], "birth_date": BORN_ISO, "contact": contact}
    return json.dumps(diabetic(**(person | changes)), ensure_ascii=False).encode()


def accepted() -> Iterator[tuple[bytes, str]]:
    yield hl7(), HL7
    yield hl7("GB 18030-2000", visit=VISITS["gb"], id="CANARY-H2"), HL7
    yield fhir(), FHIR
    yield plain(), JSON


def refused() -> Iterator[tuple[bytes, str]]:
    yield hl7(code=CITIZEN, id="CANARY-H3"), HL7
    yield hl7("GB 18030-2000", code="不是编码", id="CANARY-H4"), HL7
    yield hl7(number="", id="CANARY-H5"), HL7
    yield fhir(code={"coding": [{"system": "ICD-10", "code": PHONE}]}), FHIR
    yield fhir()[:-5], FHIR
    yield plain(name=NAME, id_card=CITIZEN, address=ADDRESS), JSON
    yield plain(message_id=f"{NAME} {CITIZEN}", diagnoses=[{"code": PHONE}]), JSON
    yield plain()[:-1], JSON


def by_other_doors(clinic: Clinic) -> Iterator[Reply]:
    """The same person at the routes of one format each, and in a question that should not name anybody."""
    key = {"Authorization": f"Bearer {clinic.tokens['his']}"}
    for path, kind, body in (
        ("/hl7", HL7, hl7(id="CANARY-H7", visit=VISITS["hl7"])),
        ("/hl7", HL7, hl7(id="CANARY-H8", code=NAME)),
        ("/fhir", FHIR, fhir()),
        ("/fhir", FHIR, fhir(code={"coding": [{"system": "ICD-10", "code": NAME}]})),
    ):
        yield send("POST", clinic.url(path), body=body, headers={"Content-Type": kind, **key})
    code = {"mainSearchCriteria.v.c": "E11.9", "mainSearchCriteria.v.cs": "2.16.840.1.113883.6.3"}
    for named in ({"patientPerson.id": CITIZEN}, {"patientPerson.name": NAME}, {"age.birthDate": BORN_ISO, "q": PHONE}):
        asked = {"representedOrganization.id.root": "renhe", **code, **named}
        yield get(clinic.url(f"/infobutton?{urlencode(asked)}"))


@dataclass
class Planted:
    """What is known after her messages: her pseudonym, her guides, everything that was said to anybody."""

    patient: str
    visits: list[str]
    link: str
    cookie: str
    answers: list[Reply] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return f"renhe/patient#{self.patient}"


@pytest.fixture(scope="module")
def search(records: Records) -> StackSearch:
    return StackSearch(records)


@pytest.fixture(scope="module")
def planted(clinic: Clinic, records: Records) -> Planted:
    """Her messages in every format, taken and refused; she reads her guide and says what she thinks."""
    answers = [clinic.send_visit(body, kind) for body, kind in accepted()]
    assert {reply.status for reply in answers} <= {200, 202}, [reply.text for reply in answers]
    visits = [reply.headers["x-narrowcast-visit"] for reply in answers]
    guides = [clinic.guide(visit) for visit in visits]
    link = clinic.guide_link(PHONE)
    cookie = clinic.enter(link, PHONE)
    refusals = [clinic.send_visit(body, kind) for body, kind in refused()]
    assert {reply.status for reply in refusals} <= {400, 422}, [reply.status for reply in refusals]
    other = list(by_other_doors(clinic))
    assert {reply.status for reply in other} <= {200, 202, 400, 422}, [reply.status for reply in other]
    answers += [
        *refusals,
        *other,
        get(link),
        get(link, cookie=cookie),
        post_form(f"{link}/feedback", {"section": "disease", "answer": "understood"}, cookie),
    ]
    for path in ("/refusals", "/guides", "/gaps"):
        answers.append(get(clinic.url(path), clinic.tokens["admin"]))
    records.settled()
    return Planted(guides[0]["assembled"]["patient"], visits, link, cookie, answers)


def test_the_person_is_found_only_in_refused_messages_that_lie_encrypted(planted: Planted, search: StackSearch) -> None:
    found = search.found(PERSON)
    assert planted.patient
    assert {place for place in found if not place.startswith(REFUSED)} == set()
    assert {value for values in found.values() for value in values} >= {NAME, CITIZEN, NUMBER, PHONE, ADDRESS}


def test_nobody_is_answered_anything_of_the_person(planted: Planted) -> None:
    said = [value for reply in planted.answers for value in PERSON if value in reply.text]
    assert said == []


def test_messages_that_left_bear_the_address_and_nothing_else(clinic: Clinic, planted: Planted) -> None:
    hers = [message for message in clinic.messages() if message["to"].endswith((PHONE, EMAIL))]
    assert any(planted.link in message["text"] for message in hers)
    assert [v for message in clinic.messages() for v in PERSON if v in message["text"] + message["subject"]] == []


def test_what_the_workflows_and_the_drafter_are_given_names_a_piece_or_a_visit(search: StackSearch) -> None:
    given = [kept for place, kept in search.places() if place.startswith("execution")]
    assert given, "no execution was searched"
    assert not any(b"patient" in kept for kept in given)


@dataclass(frozen=True)
class Backup:
    """The tables as a thief of a backup has them: everything but the keys, which are never backed up."""

    contact: bytes
    text: bytes
    gaps: Any
    visits: int


@pytest.fixture(scope="module")
def forgotten(clinic: Clinic, planted: Planted, records: Records) -> Backup:
    """The person is forgotten; returns what was before."""
    ring = records.product.key_ring
    [contact] = [item for item in records.items("VAULT_TABLE") if item["subject"]["S"] == planted.subject]
    text = ring.seal(planted.subject, f"{NAME}：夜里咳嗽".encode())
    assert PHONE.encode() in (ring.unseal(planted.subject, contact["sealed"]["B"]) or b"")
    before = Backup(contact["sealed"]["B"], text, clinic.ask("/gaps"), len(records.log()))
    ran = records.run("patient", "forget", planted.patient, "--reason", "本人要求", "--ticket", "DSR-77", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["kept"]["visits"] == len(planted.visits)
    assert not [value for value in PERSON if value in ran.out + ran.err]
    records.settled()
    return before


@pytest.mark.usefixtures("forgotten")
def test_after_forgetting_the_person_is_found_nowhere(search: StackSearch) -> None:
    left = search.found((NAME, NUMBER, PHONE, EMAIL, CITIZEN, ADDRESS, BORN, BORN_ISO))
    assert left == {}


def test_after_forgetting_nothing_opens_what_was_sealed_not_even_out_of_a_backup(
    forgotten: Backup, planted: Planted, records: Records
) -> None:
    ring, product = records.product.key_ring, records.product
    assert [ring.unseal(planted.subject, sealed) for sealed in (forgotten.contact, forgotten.text)] == [None, None]
    assert product.vault.contact(planted.subject) is None
    [key] = [item for item in records.items("KEYS_TABLE") if item["subject"]["S"] == planted.subject]
    assert key.keys() == {"subject", "destroyed"}
    opened = [ring.unseal(item["subject"]["S"], item["sealed"]["B"]) for item in records.items("VAULT_TABLE")]
    assert opened
    assert not any(value.encode() in (plain or b"") for plain in opened for value in PERSON)


def test_after_forgetting_the_log_verifies_and_statistics_count(
    forgotten: Backup, clinic: Clinic, planted: Planted, records: Records
) -> None:
    verified = records.run("log", "verify", "--json")
    assert (verified.code, verified.json["faults"]) == (0, [])
    assert clinic.ask("/gaps") == forgotten.gaps
    assert {row["visit_id"] for row in clinic.ask("/guides")["guides"]} >= set(planted.visits)
    assert records.events(planted.subject).count("PatientForgotten") == 1


@pytest.mark.usefixtures("forgotten")
def test_after_forgetting_the_guides_link_shows_a_neutral_page(planted: Planted) -> None:
    asked = get(planted.link)
    assert "请先核对身份" in asked.text
    assert "仁和" not in asked.text
    for reply in (
        get(planted.link, cookie=planted.cookie),
        post_form(f"{planted.link}/feedback", {"section": "disease", "answer": "understood"}, planted.cookie),
        post_form(f"{planted.link}/refuse", {}, planted.cookie),
    ):
        assert reply.status == 410
        assert "不再提供" in reply.text
        assert "仁和" not in reply.text


@pytest.mark.usefixtures("forgotten")
def test_after_forgetting_a_later_message_stores_no_contact_and_pushes_nothing(
    clinic: Clinic, planted: Planted, records: Records
) -> None:
    sent = len(clinic.pushes(PHONE))
    visit = clinic.visit(plain(visit_number="CANARYVISIT-late", message_id="CANARY-LATE"))
    clinic.guide(visit)

    def reasons() -> list[str]:
        return [each.event.reason for each in records.history(planted.subject) if each.type == "PushHeldBack"]

    awaited("the push is held back", lambda: "patient_forgotten" in reasons())
    records.settled()
    assert records.product.vault.contact(planted.subject) is None
    assert len(clinic.pushes(PHONE)) == sent


@pytest.mark.usefixtures("forgotten")
def test_after_forgetting_there_is_nothing_to_export_and_forgetting_again_changes_nothing(
    planted: Planted, records: Records
) -> None:
    export = records.run("patient", "export", planted.patient)
    assert (export.code, "已删除" in export.out) == (1, True)
    again = records.run("patient", "forget", planted.patient, "--reason", "retention_expired", "--json")
    assert (again.code, again.json["new"], again.json["forgotten"]["reason"]) == (0, False, "patient_request")


def test_an_export_gives_a_patient_what_is_hers(clinic: Clinic, records: Records) -> None:
    visit = diabetic()
    guide = clinic.guide(clinic.visit(visit))
    patient = guide["assembled"]["patient"]
    clinic.guide_link(visit["contact"]["phone"])
    ran = records.run("patient", "export", patient)
    assert ran.code == 0, ran.err
    for told in (visit["contact"]["phone"], "个性化健康教育", "E11.900", "糖尿病", "疾病认知：《"):
        assert told in ran.out
    assert visit["patient_number"] not in ran.out
