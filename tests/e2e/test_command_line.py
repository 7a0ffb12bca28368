"""`narrowcast …` on the running stack: what it prints for programs and people, and how it ends."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.support.stack_clinic import diabetic

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

STREAM = "renhe/content#dm-know"


def test_log_verify_counts_what_it_recomputed(records: Records) -> None:
    ran = records.run("log", "verify", "--json")

    assert ran.code == 0, ran.out
    assert set(ran.json) == {"ok", "streams", "commits", "events", "signatures", "roots", "unsealed", "faults"}
    assert (ran.json["ok"], ran.json["faults"]) == (True, [])
    assert ran.json["commits"] == len(records.items("EVENT_LOG_TABLE"))
    assert ran.json["streams"] == len(records.log())


def test_log_show_prints_each_event_with_its_envelope(records: Records) -> None:
    ran = records.run("log", "show", STREAM, "--json")

    assert ran.code == 0
    assert ran.json["stream"] == STREAM
    assert [event["type"] for event in ran.json["events"]] == records.events(STREAM)
    needed = {"event_id", "version", "index", "type", "schema_version", "occurred_at", "recorded_at", "actor", "event"}
    assert all(needed <= set(event) for event in ran.json["events"])


def test_log_show_tells_what_was_shown_at_a_time(records: Records) -> None:
    now = records.run("log", "show", STREAM, "--json").json
    last = now["events"][-1]["recorded_at"]

    then = records.run("log", "show", STREAM, "--at", last, "--json")

    assert (then.code, then.json["version"], then.json["shown"]) == (0, now["version"], now["shown"])
    signed = then.json["state"]["signed"]
    document = json.loads(then.json["shown"]["form"])["document"]
    plain = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == signed["document_hash"]
    assert signed["label"] in then.json["shown"]["html"]


def test_log_show_tells_a_stream_as_it_stood(records: Records) -> None:
    first = records.run("log", "show", STREAM, "--version", "1", "--json").json
    before = records.run("log", "show", STREAM, "--at", "2020-01-01T08:00", "--json")

    assert ([event["version"] for event in first["events"]], first["state"]["status"]) == ([1], "planned")
    assert (before.code, before.json["at"], before.json["state"]) == (1, "2020-01-01T08:00:00+08:00", None)
    assert f"{STREAM} holds nothing as of 2020-01-01T08:00:00+08:00" in before.err


def test_content_list_names_every_piece_and_where_it_stands(records: Records) -> None:
    rows = records.run("content", "list", "--json").json["contents"]

    standing = {row["content_id"]: row["status"] for row in rows}
    assert standing.items() >= dict.fromkeys(("dm-know", "dm-diet", "htn-know", "pci-know"), "published").items()
    assert all(row["hospital"] == "renhe" for row in rows)


def test_content_list_of_another_hospital_is_empty(records: Records) -> None:
    ran = records.run("content", "list", "--hospital", "nobody", "--json")

    assert (ran.code, ran.json) == (0, {"contents": []})


def test_content_show_prints_the_piece_as_it_was_signed(records: Records) -> None:
    ran, text = records.run("content", "show", "dm-know", "--json"), records.run("content", "show", "dm-know").out

    assert ran.code == 0
    assert ran.json["state"]["status"] == "published"
    assert all(sentence["text"] in text for sentence in ran.json["state"]["draft"]["sentences"])
    assert ran.json["state"]["signed"]["label"] in text


def test_guide_show_prints_sections_gaps_and_pushes(clinic: Clinic, records: Records) -> None:
    visit_id = clinic.visit(diabetic())
    guide = clinic.guide(visit_id)

    ran = records.run("guide", "show", f"g-{visit_id.removeprefix('v-')}", "--json")

    assert ran.code == 0
    assert ran.json["hospital"] == "renhe"
    assert ran.json["guide"]["assembled"] == guide["assembled"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("content", "list"),
        ("content", "show", "dm-know"),
        ("log", "show", STREAM),
        ("log", "verify"),
    ],
)
def test_without_json_a_person_reads_lines(records: Records, arguments: tuple[str, ...]) -> None:
    ran = records.run(*arguments)

    assert ran.code == 0
    assert ran.out.strip()
    assert not ran.out.startswith("{")


def test_an_empty_stream_is_a_negative_verdict(records: Records) -> None:
    ran = records.run("log", "show", "renhe/content#nothing", "--json")

    assert (ran.code, ran.json["events"]) == (1, [])


@pytest.mark.parametrize(
    "arguments",
    [
        ("log",),
        ("log", "burn"),
        ("log", "show"),
        ("log", "show", "not-a-stream"),
        ("log", "show", "renhe/pizza#1"),
        ("log", "show", STREAM, "--at", "yesterday"),
        ("log", "show", STREAM, "--version", "0"),
        ("content", "show", "nothing"),
        ("guide", "show", "nothing"),
        ("log", "verify", "--colour"),
    ],
)
def test_bad_usage_ends_with_two_and_says_why(records: Records, arguments: tuple[str, ...]) -> None:
    ran = records.run(*arguments)

    assert ran.code == 2
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_without_a_stack_every_command_ends_with_two(records: Records) -> None:
    ran = records.run("log", "verify", "--endpoints", "nowhere.json")

    assert ran.code == 2
    assert "make up" in ran.err
