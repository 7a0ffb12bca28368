"""HL7 on the running stack: one answer for one message, batches, replay, and the bridge in front of it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from infra.local.http import Reply, send
from narrowcast.cli import main
from tests.support.mllp_processes import bridge_to, running, until_drained
from tests.support.mllp_senders import send_all
from tests.support.stack_clinic import HL7, Clinic, fresh
from tests.support.stack_records import Records

TRIGGERS = Path(__file__).parents[2] / "events" / "triggers" / "hl7"


def post(clinic: Clinic, body: bytes) -> Reply:
    headers = {"Content-Type": HL7, "Authorization": f"Bearer {clinic.tokens['his']}"}
    return send("POST", clinic.url("/hl7"), body=body, headers=headers)


def test_the_same_message_again_has_the_same_bytes_of_acknowledgement(clinic: Clinic, records: Records) -> None:
    message = fresh(HL7)
    first = post(clinic, message)
    visit = f"renhe/visit#{first.headers['x-narrowcast-visit']}"
    before = records.log()[visit]

    again = post(clinic, message)

    assert first.status == 200
    assert re.search(r"\rMSA\|[AC]A\|", first.text)
    assert again.text == first.text
    assert records.log()[visit] == before


def test_whatever_comes_is_answered_with_an_acknowledgement(clinic: Clinic) -> None:
    for body in (b"", b"\xff\xfe\x00", b"{}", b"MSH|", b"FHS|^~\\&|X\r", b"x" * 300_000):
        reply = post(clinic, body)
        assert 400 <= reply.status < 500
        assert re.search(r"\rMSA.A[ER]", reply.text)


def test_a_batch_is_answered_message_by_message(clinic: Clinic) -> None:
    reply = post(clinic, (TRIGGERS / "engine-batch-of-three-one-bad.er7").read_bytes())
    assert reply.status == 200
    assert re.findall(r"\rMSA\|(..)", reply.text) == ["AA", "AE", "AA"]


def test_messages_replayed_in_any_order_show_the_same_visit(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("gbk-counter-a04-registration", "gbk-counter-a08-national-code", "gbk-counter-orm-started-by-name")
    endpoints = tmp_path / "endpoints.json"
    endpoints.write_text(json.dumps(dict(clinic.endpoints)))
    seen = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        for name in names:
            text = (TRIGGERS / f"{name}.er7").read_text("gbk").replace("2026112100071", f"R{seed}")
            (folder / name).write_bytes(re.sub(r"\|000000(\d\d)\|", rf"|R{seed}-\1|", text).encode("gbk"))
        assert main(["visits", "replay", str(folder), "--shuffle", seed, "--endpoints", str(endpoints)]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["sent"], told["accepted"], told["refused"]) == (3, 3, 0)
        (visit,) = told["visits"]
        seen.append({name: value for name, value in visit.items() if name != "visit_id"})
    assert seen[0] == seen[1]
    assert [each["code"] for each in seen[0]["diagnoses"]] == ["E11.900X001", "I10.X00X002"]
    assert seen[0]["medications"] == [{"name": "二甲双胍", "atc": "A10BA02", "status": "active"}]


def test_what_the_bridge_acknowledged_is_in_the_log_once_though_it_was_killed(
    clinic: Clinic, records: Records, tmp_path: Path
) -> None:
    ids = [f"BRIDGE-{number}" for number in range(30)]
    bridge = bridge_to(clinic.endpoints["api"], tmp_path, key=clinic.tokens["his"], patience=20)
    before = opened(records)

    async def through_a_kill() -> list[str]:
        sending = asyncio.create_task(send_all(bridge.port, ids, 10))
        await asyncio.wait([sending], timeout=0.5)
        await asyncio.to_thread(bridge.kill)
        await asyncio.to_thread(bridge.start)
        return (await sending).acknowledged

    with running(bridge):
        acknowledged = asyncio.run(through_a_kill())
        until_drained(tmp_path)

    assert sorted(acknowledged) == sorted(ids)
    assert opened(records) - before == len(ids)


def opened(records: Records) -> int:
    """How many visits the log has."""
    return len([stream for stream in records.log() if "/visit#" in stream])
