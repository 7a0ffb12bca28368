"""A record that no consumer can read: parked with its reason, listed, replayed; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

POISON = {"stream": {"S": "renhe/content#poison"}, "version": {"N": "1"}, "note": {"S": "no commit of ours"}}
CONSUMERS = ("dispatch_events", "project_events")


def test_a_record_that_is_no_commit_is_parked_with_its_reason_and_what_follows_has_its_effects(
    clinic: Clinic, records: Records
) -> None:
    visit = diabetic()

    with poisoned(records):
        visit_id = clinic.visit(visit)
        awaited("both consumers parked it", lambda: len(parked(records)) == len(CONSUMERS))

        assert clinic.guide(visit_id)["assembled"], "the events after the poison had no effect"
        assert clinic.guide_link(phone_of(visit))
        awaited("the visit is listed", lambda: visit_id in {row["visit_id"] for row in clinic.ask("/guides")["guides"]})
        assert [each["id"] for each in parked(records)] == [f"{name}|renhe/content#poison|1" for name in CONSUMERS]
        assert {(each["kind"], each["reason"].split()[0]) for each in parked(records)} == {
            ("damaged", "CorruptCommitError")
        }
        assert records.run("log", "parked", "--replay").code == 1, "what is still poison left the list"
        assert len(parked(records)) == len(CONSUMERS)

    replayed = records.run("log", "parked", "--replay", "--json")
    assert (replayed.code, replayed.json) == (0, {"parked": []}), "what the log no longer has stayed on the list"
    assert list(records.dead_letters()) == []


@contextmanager
def poisoned(records: Records) -> Iterator[None]:
    """An item in the log that nobody of ours wrote, taken out afterwards."""
    records.put("EVENT_LOG_TABLE", POISON)
    try:
        yield
    finally:
        records.delete("EVENT_LOG_TABLE", {name: POISON[name] for name in ("stream", "version")})


def parked(records: Records) -> list[Any]:
    """What the command line lists."""
    listed: list[Any] = records.run("log", "parked", "--json").json["parked"]
    return listed


def test_the_proof_names_an_item_that_is_no_commit(records: Records) -> None:
    with poisoned(records):
        proof = records.run("log", "verify", "--json")

    assert proof.code == 1, proof.err
    assert [(fault["stream"], fault["version"]) for fault in proof.json["faults"]] == [("renhe/content#poison", 1)]
