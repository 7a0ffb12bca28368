"""A record that no consumer can read: tried again, parked, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.stack_clinic import awaited, diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

POISON = {"stream": {"S": "renhe/content#poison"}, "version": {"N": "1"}, "note": {"S": "no commit of ours"}}
CONSUMERS = ("ProjectEvents", "DispatchEvents")
ATTEMPTS = 4
"""The first and three more."""


def test_a_record_that_is_no_commit_is_parked_after_three_retries_and_what_follows_has_its_effects(
    clinic: Clinic, records: Records
) -> None:
    list(records.dead_letters())
    visit = diabetic()

    with poisoned(records):
        visit_id = clinic.visit(visit)
        letters = parked(records)

        assert letters == {name: [ATTEMPTS] for name in CONSUMERS}
        assert clinic.guide(visit_id)["assembled"], "the events after the poison had no effect"
        assert clinic.guide_link(phone_of(visit))
        awaited("the visit is listed", lambda: visit_id in {row["visit_id"] for row in clinic.ask("/guides")["guides"]})


@contextmanager
def poisoned(records: Records) -> Iterator[None]:
    """An item in the log that nobody of ours wrote, taken out afterwards."""
    records.put("EVENT_LOG_TABLE", POISON)
    try:
        yield
    finally:
        records.delete("EVENT_LOG_TABLE", {name: POISON[name] for name in ("stream", "version")})


def parked(records: Records) -> dict[str, list[int]]:
    """How often each consumer was called for what it parked, once both have given up."""
    found: dict[str, list[int]] = {name: [] for name in CONSUMERS}

    def both() -> bool:
        for letter in records.dead_letters():
            context = letter["requestContext"]
            (name,) = [each for each in CONSUMERS if each in context["functionArn"]]
            assert context["condition"] == "RetryAttemptsExhausted"
            assert letter["DDBStreamBatchInfo"]["batchSize"] == 1, "sound records were parked with the poison"
            found[name].append(context["approximateInvokeCount"])
        return all(found.values())

    awaited("a letter of each consumer", both)
    return found


def test_the_proof_names_an_item_that_is_no_commit(records: Records) -> None:
    with poisoned(records):
        proof = records.run("log", "verify", "--json")

    assert proof.code == 1, proof.err
    assert [(fault["stream"], fault["version"]) for fault in proof.json["faults"]] == [("renhe/content#poison", 1)]
