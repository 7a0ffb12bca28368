"""A commit altered past the product: the piece falls silent, and the proof names the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.http import get
from narrowcast.adapters.dynamodb.event_log import pack, unpack
from tests.support.stack_clinic import diabetic, phone_of

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

PLAIN, DEFLATED = "renhe/content#dm-know", "renhe/content#htn-know"
"""Pieces whose draft is stored as it is, and packed."""
DRAFT = 2
Change = Callable[[str, bytes], tuple[str, bytes]]
ILLNESSES = [{"system": "ICD-10", "code": code, "status": "confirmed"} for code in ("E11.900", "I10.x00")]


def one_bit(encoding: str, payload: bytes) -> tuple[str, bytes]:
    """A bit turned over in the middle of the stored bytes."""
    place = len(payload) // 2
    return encoding, payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]


def one_word(encoding: str, payload: bytes) -> tuple[str, bytes]:
    """A word of the text replaced by another, stored as if nothing had happened."""
    return pack(unpack(encoding, payload).replace("患者".encode(), "病人".encode(), 1))


@contextmanager
def altered(records: Records, stream: str, change: Change) -> Iterator[None]:
    """The draft of a piece with another payload, put back as it was afterwards."""
    item = records.commit(stream, DRAFT)
    stored = item["payload"]["B"]
    encoding, changed = change(item["encoding"]["S"], stored)
    assert changed != stored
    records.put("EVENT_LOG_TABLE", item | {"encoding": {"S": encoding}, "payload": {"B": changed}})
    try:
        yield
    finally:
        records.put("EVENT_LOG_TABLE", item)


def pieces(guide: Any) -> set[str]:
    return {piece["content_id"] for part in guide["assembled"]["sections"] for piece in part["pieces"]}


@pytest.mark.parametrize("change", [one_bit, one_word])
@pytest.mark.parametrize(("stream", "encoding"), [(PLAIN, "json"), (DEFLATED, "json+deflate")])
def test_an_altered_piece_is_left_out_of_guides_and_named_by_the_proof(
    clinic: Clinic, records: Records, stream: str, encoding: str, change: Change
) -> None:
    assert records.commit(stream, DRAFT)["encoding"]["S"].partition(" ")[0] == encoding

    with altered(records, stream, change):
        proof = records.run("log", "verify", "--json")
        guide = clinic.guide(clinic.visit(diabetic(diagnoses=ILLNESSES)))

    assert proof.code == 1, proof.err
    assert proof.json["ok"] is False
    assert [(fault["stream"], fault["version"]) for fault in proof.json["faults"]] == [(stream, DRAFT)]
    sound = {"dm-know", "dm-diet", "htn-know"} - {stream.rpartition("#")[2]}
    assert pieces(guide) == sound, "an altered piece reached a guide, or took others with it"


@pytest.mark.parametrize("change", [one_bit, one_word])
def test_an_altered_piece_vanishes_from_a_guide_that_was_given_before(
    clinic: Clinic, records: Records, change: Change
) -> None:
    visit = diabetic()
    clinic.visit(visit)
    link = clinic.guide_link(phone_of(visit))
    cookie = clinic.enter(link, phone_of(visit))
    assert 'id="disease"' in get(link, cookie=cookie).text

    with altered(records, PLAIN, change):
        page = get(link, cookie=cookie)

    assert page.status == 200
    assert 'id="disease"' not in page.text
    assert 'id="diet"' in page.text


def test_the_proof_names_the_bad_commit_to_people_too(records: Records) -> None:
    with altered(records, PLAIN, one_word):
        proof = records.run("log", "verify")

    assert proof.code == 1
    assert f"BAD {PLAIN} version {DRAFT}:" in proof.out


def test_a_removed_commit_is_named(records: Records) -> None:
    item = records.commit(PLAIN, DRAFT)
    records.delete("EVENT_LOG_TABLE", {"stream": item["stream"], "version": item["version"]})
    try:
        proof = records.run("log", "verify", "--json")
    finally:
        records.put("EVENT_LOG_TABLE", item)

    assert proof.code == 1
    assert [fault["stream"] for fault in proof.json["faults"]] == [PLAIN]
    assert "is missing" in proof.json["faults"][0]["reason"]


def test_an_untouched_log_proves_whole(records: Records) -> None:
    proof = records.run("log", "verify", "--json")

    assert proof.code == 0, proof.out
    assert proof.json["ok"] is True
    assert proof.json["signatures"] >= 4
