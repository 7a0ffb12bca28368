"""Law 6 at the door: a name, identity number, telephone, address and birth date go nowhere but into the identity."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from narrowcast.application.intake import Accepted, answer, describe, read_message

if TYPE_CHECKING:
    from narrowcast.application.intake import Refused

NOW = "2026-11-21T02:00:00Z"
NAME, CITIZEN, PHONE, ADDRESS = "欧阳金丝雀", "11010519491231002X", "13812345678", "海州市金丝雀路77号"
BORN, BORN_ISO, EMAIL = "19491231", "1949-12-31", "canary77@example.org"
CANARIES = (NAME, CITIZEN, PHONE, ADDRESS, BORN, BORN_ISO, EMAIL, "金丝雀", "1949")

HL7 = (
    "MSH|^~\\&|HIS|renhe|NC|renhe|20261121093000||ADT^A04^ADT_A01|M-1|P|2.5|||||CHN|UNICODE UTF-8\r"
    "EVN|A04|20261121093000||||\r"
    f"PID|1|{CITIZEN}|P9^^^renhe^MR~{CITIZEN}^^^^NNCHN||{NAME}||{BORN}|M||{NAME}|{ADDRESS}||{PHONE}^PRN^CP^{EMAIL}|||||P9|{CITIZEN}\r"
    f"NK1|1|{NAME}|SPO|{ADDRESS}|{PHONE}\r"
    f"PV1|1|O|ENDO^{NAME}||||{NAME}||||||||||||V9\r"
    f"DG1|1||E11.900^{NAME}的糖尿病^ICD-10|{ADDRESS}||F\r"
    f"ZPI|{NAME}|{CITIZEN}|{PHONE}|{ADDRESS}|{BORN}\r"
).replace("||||||||||||V9", "||||||||||||V9")

JSON = {
    "message_id": "J-1",
    "patient_number": "P9",
    "visit_number": "V9",
    "occurred_at": "2026-11-21T09:00:00+08:00",
    "stage": "follow_up",
    "birth_date": BORN_ISO,
    "diagnoses": [{"code": "E11.900"}],
    "contact": {"phone": PHONE, "email": EMAIL},
}


def fhir() -> dict[str, object]:
    samples = Path(__file__).parents[3] / "events" / "triggers" / "fhir"
    bundle = json.loads((samples / "transaction-metformin-started-with-consent.json").read_text(encoding="utf-8"))
    patient = bundle["entry"][0]["resource"]
    patient["identifier"].append({"type": {"coding": [{"code": "NNCHN"}]}, "value": CITIZEN})
    patient |= {
        "name": [{"text": NAME}],
        "address": [{"text": ADDRESS}],
        "birthDate": BORN_ISO,
        "telecom": [{"system": "phone", "value": PHONE}, {"system": "email", "value": EMAIL}],
        "contact": [{"name": {"text": NAME}, "telecom": [{"system": "phone", "value": PHONE}]}],
        "text": {"status": "generated", "div": f"<div>{NAME} {CITIZEN}</div>"},
    }
    bundle["entry"][1]["resource"]["subject"]["display"] = NAME
    bundle["entry"][2]["resource"]["code"]["text"] = f"{NAME} 糖尿病"
    bundle["entry"][2]["resource"]["note"] = [{"text": f"{NAME}, {PHONE}"}]
    return dict(bundle)


def body_of(kind: str) -> bytes:
    return {"hl7": HL7, "json": json.dumps(JSON), "fhir": json.dumps(fhir())}[kind].encode()


def exchange(body: bytes) -> tuple[Accepted | Refused, str]:
    result = read_message(body, content_type="", hospital="renhe", known_hospitals={"renhe"}, received_at=NOW)
    return result, answer(result, body, content_type="", message_id="A-1", at=NOW)[2]


def shown(result: Accepted | Refused, answered: str) -> str:
    """Return everything that leaves the door except the identity."""
    told = asdict(result.report) if isinstance(result, Accepted) else asdict(result)
    return f"{told} {describe(result)} {answered} {result!r}"


@pytest.mark.parametrize("kind", ["hl7", "json", "fhir"])
def test_an_accepted_message_keeps_the_person_in_the_identity_alone(kind: str) -> None:
    result, answered = exchange(body_of(kind))
    assert isinstance(result, Accepted), result
    assert (result.identity.phone, result.identity.email) == (f"+86{PHONE}", EMAIL)
    assert [canary for canary in CANARIES if canary in shown(result, answered)] == []


MISPLACED = [
    ("hl7", HL7.replace("|E11.900^", f"|{CITIZEN}^")),
    ("hl7", HL7.replace("|E11.900^", f"|{NAME}^")),
    ("hl7", HL7.replace("|M||", f"|{NAME}||")),
    ("hl7", HL7.replace(f"|{BORN}|", f"|{BORN_ISO}x|")),
    ("hl7", HL7.replace("P9^^^renhe^MR", CITIZEN)),
    ("hl7", HL7.replace("|ENDO^", f"|{ADDRESS}{PHONE}^")),
    ("hl7", HL7.replace("^ICD-10", f"^{NAME}")),
    ("hl7", HL7.replace("EVN|A04|20261121093000", f"EVN|A04|{NAME}")),
    ("json", json.dumps(JSON | {"name": NAME, "address": ADDRESS, "id_number": CITIZEN})),
    ("json", json.dumps(JSON | {NAME: PHONE, PHONE: 1, ADDRESS: 2})),
    ("json", json.dumps(JSON | {"stage": NAME, "sex": PHONE, "department": CITIZEN, "birth_date": BORN})),
    ("json", json.dumps(JSON | {"patient_number": CITIZEN, "hospital": NAME, "age_band": PHONE})),
    ("json", json.dumps(JSON | {"message_id": CITIZEN})),
    ("json", json.dumps(JSON) + NAME),
    ("fhir", json.dumps(fhir()).replace('"E11.900"', f'"{CITIZEN}"')),
    ("fhir", json.dumps(fhir()).replace('"in-progress"', f'"{PHONE}"')),
    ("fhir", json.dumps(fhir()).replace('"female"', f'"{PHONE}"')),
    ("fhir", json.dumps(fhir()).replace('"RH0000401"', f'"{CITIZEN}"')),
]


@pytest.mark.parametrize(("kind", "text"), MISPLACED)
def test_a_refusal_repeats_nothing_of_what_it_refuses(kind: str, text: str) -> None:
    result, answered = exchange(text.encode())
    assert not isinstance(result, Accepted), kind
    assert [canary for canary in CANARIES if canary in shown(result, answered)] == []
