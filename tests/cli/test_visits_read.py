"""`narrowcast visits read`: what files of one or several messages tell, offline, and what cannot be read."""

from __future__ import annotations

import io
import json
import re
from itertools import permutations
from pathlib import Path
from typing import Any, Protocol

import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.receipts import MemoryCodeMaps, MemoryReceipts
from narrowcast.adapters.memory.stores import MemoryRefusals, MemoryVault
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.application.hl7_desk import Hl7Desk
from narrowcast.application.hospitals import Registry
from narrowcast.application.store import Actor, Store
from narrowcast.application.visits import Pseudonyms, Reception
from narrowcast.cli import main
from tests.support.newsroom import PROFILE

TRIGGERS = Path(__file__).parents[2] / "events" / "triggers"


class Read(Protocol):
    """Runs the command on a file of these bytes; returns the exit code and the document."""

    def __call__(self, body: str | bytes, *options: str) -> tuple[int, dict[str, Any]]: ...


@pytest.fixture
def read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Read:
    def run(body: str | bytes, *options: str) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "message"
        file.write_bytes(body.encode() if isinstance(body, str) else body)
        code = main(["visits", "read", str(file), *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def hl7(number: int, event: str = "A04", *, visit: str = "V9", code: str = "", minute: int = 0, mode: str = "P") -> str:
    diagnosis = f"DG1|1||{code}^^ICD-10|||F\r" if code else ""
    return (
        f"MSH|^~\\&|HIS|renhe|NC|NCF|2026112109{minute:02}00||ADT^{event}|M-{number}|{mode}|2.5|||||CHN|UNICODE UTF-8\r"
        f"EVN|{event}|2026112109{minute:02}00\rPID|1||P9^^^renhe^MR||样例||19700102|M\r"
        f"PV1|1|O|ENDO||||||||||||||||{visit}\r{diagnosis}"
    )


def batch(*messages: str) -> str:
    return f"BHS|^~\\&|HIS|renhe|NC|NCF|20261121120000||||B-1\r{''.join(messages)}BTS|{len(messages)}\r"


def told(number: int, visit: str = "V9", **more: object) -> dict[str, object]:
    return {
        "message_id": f"J-{number}",
        "patient_number": "P9",
        "visit_number": visit,
        "occurred_at": f"2026-11-21T09:{number:02}:00+08:00",
        "stage": "first_diagnosis",
        "diagnoses": [{"code": "E11.900"}],
    } | more


def codes(visit: dict[str, Any]) -> list[str]:
    return [diagnosis["code"] for diagnosis in visit["diagnoses"]]


# ---- several messages ----


def test_a_batch_is_one_document_with_every_visit(read: Read) -> None:
    exit_code, document = read(batch(hl7(1, visit="V1", code="I10"), hl7(2, visit="V2", code="E11.900")))
    assert exit_code == 0
    assert document["accepted"] is True
    assert document["errors"] == []
    assert [codes(visit) for visit in document["visits"]] == [["I10"], ["E11.900"]]
    assert document["visit"] == document["visits"][-1]


def test_the_problems_of_a_batch_name_the_place_of_their_message(read: Read) -> None:
    exit_code, document = read(batch(hl7(1, code="I10"), hl7(2, code="E11?", minute=1)))
    assert exit_code == 1
    assert document["accepted"] is False
    assert [error["path"] for error in document["errors"]] == ["message[2].DG1-3"]
    assert codes(document["visit"]) == ["I10"]


def door(body: str) -> str:
    """The answer of the door to HL7 itself."""
    store = Store(MemoryEventLog(), FixedClock(), SequentialIds())
    vault = MemoryVault(MemoryKeyRing())
    Registry(store, vault).register_hospital("renhe", PROFILE, Actor("admin"))
    reception = Reception(store, vault, Pseudonyms(b"k"))
    desk = Hl7Desk(reception, MemoryRefusals(), MemoryReceipts(), MemoryCodeMaps(), b"known")
    return desk.receive("renhe", body.encode()).text


def without_time_and_id(acknowledgement: str) -> str:
    plain = re.sub(r"\d{14}\+0000", "TIME", acknowledgement)
    return re.sub(r"(?m)(?<=[|])[0-9a-f]{20}(-\d+)?(?=[|])|[0-9a-f]+-[0-9a-f]+(-\d+)?(?=[|])", "ID", plain)


@pytest.mark.parametrize(
    "body",
    [
        batch(hl7(1), hl7(2, code="E11?", minute=1), hl7(3, "A11", minute=2)),
        batch(hl7(1)),
        batch(hl7(1), hl7(1, code="I10")),
        batch(),
        batch(*[hl7(number) for number in range(101)]),
    ],
)
def test_a_batch_is_acknowledged_as_the_door_does(read: Read, body: str) -> None:
    acknowledged = read(body)[1]["ack"]
    assert without_time_and_id(acknowledged) == without_time_and_id(door(body))


def test_each_acknowledgement_of_a_batch_has_an_id_of_its_own(read: Read) -> None:
    acknowledged = read(batch(hl7(1), hl7(2, minute=1)))[1]["ack"]
    ids = re.findall(r"\|ACK\^A04\^ACK\|([^|]+)\|", acknowledged)
    assert len(set(ids)) == 2


def frame(message: str) -> str:
    return f"\x0b{message}\x1c\r"


@pytest.mark.parametrize("wrapped", [str, frame])
def test_messages_one_after_the_other_are_each_acknowledged(read: Read, wrapped: Any) -> None:
    exit_code, document = read("".join(wrapped(hl7(number, minute=number, code="I10")) for number in (1, 2, 3)))
    assert exit_code == 0
    assert re.findall(r"MSA\|AA\|(M-\d)", document["ack"]) == ["M-1", "M-2", "M-3"]
    assert len(document["visits"]) == 1


def test_the_door_does_not_pass_over_what_follows_the_first_frame() -> None:
    assert re.findall(r"MSA\|(..)", door(frame(hl7(1)) + frame(hl7(2)))) == ["AR"]
    assert re.findall(r"MSA\|(..)", door(frame(batch(hl7(1))) + frame(hl7(2)))) == ["AR"]


def test_any_order_of_the_messages_folds_to_the_same_visit(read: Read) -> None:
    messages = [hl7(1), hl7(2, "A08", code="I10", minute=1), hl7(3, "A08", code="E11.900", minute=2)]
    visits = [read("".join(order))[1]["visit"] for order in permutations(messages)]
    assert codes(visits[0]) == ["E11.900"]
    assert all(visit == visits[0] for visit in visits)


def test_a_test_message_is_kept_apart_from_the_visit_it_names(read: Read) -> None:
    document = read(hl7(1, code="I10") + hl7(2, code="E11.900", minute=1, mode="T"))[1]
    assert [codes(visit) for visit in document["visits"]] == [["I10"], ["E11.900"]]


@pytest.mark.parametrize("join", [json.dumps, lambda each: "\n".join(map(json.dumps, each))])
def test_json_may_come_as_a_list_or_one_a_line(read: Read, join: Any) -> None:
    exit_code, document = read(join([told(1), told(2, stage="nowhere"), told(3, "V8", diagnoses=[{"code": "I10"}])]))
    assert exit_code == 1
    assert document["ack"] is None
    assert [error["path"] for error in document["errors"]] == ["message[2].$.stage"]
    assert [codes(visit) for visit in document["visits"]] == [["E11.900"], ["I10"]]


def notification(*resources: dict[str, object], kind: str = "event-notification") -> str:
    status = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subscription", "valueReference": {"reference": "Subscription/s1"}},
            {"name": "type", "valueCode": kind},
        ],
    }
    entries = [{"resource": each} for each in (status, *resources)]
    return json.dumps({"resourceType": "Bundle", "type": "history", "entry": entries})


def condition(visit: str, code: str) -> dict[str, object]:
    return {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
        "subject": {"identifier": {"value": "P9"}},
        "encounter": {"reference": visit} if visit.startswith("Encounter/") else {"identifier": {"value": visit}},
        "recordedDate": "2026-11-21T09:00:00Z",
    }


def test_a_notification_tells_each_visit_that_it_carries(read: Read) -> None:
    exit_code, document = read(notification(condition("V1", "I10"), condition("V2", "E11.900")))
    assert exit_code == 0
    assert [codes(visit) for visit in document["visits"]] == [["I10"], ["E11.900"]]


def test_a_heartbeat_tells_of_no_visit(read: Read) -> None:
    exit_code, document = read(notification(kind="heartbeat"))
    assert (exit_code, document["visit"], document["visits"]) == (0, None, [])


def test_a_logical_id_leads_to_the_number_told_in_another_message(read: Read) -> None:
    encounter = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "class": {"code": "AMB"},
        "identifier": [{"value": "V1"}],
        "subject": {"identifier": {"value": "P9"}},
    }
    lines = [condition("Encounter/e1", "I10"), encounter, condition("V1", "E11.900")]
    document = read("\n".join(map(json.dumps, lines)))[1]
    assert [sorted(codes(visit)) for visit in document["visits"]] == [["E11.900", "I10"]]


# ---- one message ----


def test_a_single_message_has_no_list_of_visits(read: Read) -> None:
    assert set(read(hl7(1))[1]) == {"accepted", "ack", "errors", "visit"}
    assert set(read(frame(hl7(1)))[1]) == {"accepted", "ack", "errors", "visit"}


def test_a_message_about_a_person_is_a_visit_without_an_id(read: Read) -> None:
    exit_code, document = read((TRIGGERS / "hl7/hub-a28-new-person.er7").read_bytes())
    visit = document["visit"]
    assert exit_code == 0
    assert (visit["visit_id"], visit["age_band"], visit["sex"]) == (None, "45-64", "male")
    assert visit["patient"].startswith("p-")
    assert visit["diagnoses"] == []


def test_what_a_person_must_not_get_is_told(read: Read) -> None:
    visit = read((TRIGGERS / "fhir/allergy-without-encounter.json").read_bytes())[1]["visit"]
    assert [allergy["code"] for allergy in visit["allergies"]] == ["J01C"]


def test_a_merge_tells_both_pseudonyms_and_no_number(read: Read) -> None:
    _, document = read((TRIGGERS / "hl7/hub-a40-two-numbers-one-person.er7").read_bytes())
    visit = document["visit"]
    assert visit["visit_id"] is None
    assert re.fullmatch(r"p-[0-9a-f]{24}", visit["merged"])
    assert visit["patient"].startswith("p-")
    assert visit["merged"] != visit["patient"]
    assert "RH660099" not in json.dumps(document)


def test_persons_alone_leave_the_list_of_visits_empty(read: Read) -> None:
    person = hl7(1, "A28").split("PV1")[0]
    document = read(batch(person, person.replace("M-1", "M-2").replace("19700102", "20200102")))[1]
    assert document["visits"] == []
    assert (document["visit"]["visit_id"], document["visit"]["age_band"]) == (None, "0-13")


# ---- no message ----


@pytest.mark.parametrize("body", ["", " \r\n", "你好", "%PDF-1.4", "\x00\x01", "[]", "[1, 2]", "{", "BHS", "MSH"])
@pytest.mark.parametrize("kind", ["auto", "hl7", "fhir", "json"])
def test_what_is_no_message_is_refused_with_reasons(read: Read, body: str, kind: str) -> None:
    exit_code, document = read(body, "--format", kind)
    assert exit_code == 1
    assert document["accepted"] is False
    assert document["errors"]
    assert all(error["path"] and error["reason"] for error in document["errors"])


@pytest.mark.parametrize("body", [hl7(1) + "Z" * 300_000, batch(hl7(1), "Z" * 300_000), json.dumps(["x" * 300_000])])
def test_a_message_or_batch_that_is_too_large_is_refused(read: Read, body: str) -> None:
    exit_code, document = read(body)
    assert exit_code == 1
    assert document["errors"]


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(hl7(1, code="I10").encode())))
    assert main(["visits", "read", "-"]) == 0
    assert codes(json.loads(capsys.readouterr().out)["visit"]) == ["I10"]


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_cannot_be_opened_is_bad_usage(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visits", "read", str(tmp_path / name)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
