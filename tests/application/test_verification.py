"""The proof that the log is whole names the first commit that is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from narrowcast.application.streams import CONTENT
from narrowcast.application.verification import Fault, verify_log
from narrowcast.contracts.commit import Commit
from tests.support.forgery import resealed
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, World, streams

STREAM = CONTENT.stream(HOSPITAL, "dm-know")
SIGNED = 7
"""The version of the commit that carries the signature."""


def with_payload(version: int, before: bytes, after: bytes) -> Callable[[list[Commit]], list[Commit]]:
    def change(commits: list[Commit]) -> list[Commit]:
        place = version - 1
        assert before in commits[place].payload
        payload = commits[place].payload.replace(before, after)
        return [*commits[:place], replace(commits[place], payload=payload), *commits[place + 1 :]]

    return change


def test_a_whole_log_is_counted_and_has_no_fault(published: World) -> None:
    published.publish("met-start", METFORMIN_TOPIC).visit()
    proof = verify_log(published.log, published.key)
    assert proof.faults == ()
    assert proof.signatures == 2
    assert proof.streams == len(list(streams(published)))
    assert (proof.commits, proof.events) == (len(list(published.log.scan())), len(published.envelopes()))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (with_payload(3, b"true", b"tree"), Fault(STREAM, 3, "hash does not fit the content")),
        (lambda c: [*c[:3], *c[4:]], Fault(STREAM, 5, "version 4 is missing")),
        (lambda c: c[1:], Fault(STREAM, 2, "version 1 is missing")),
        (
            lambda c: [*c[:3], replace(c[4], version=4), replace(c[3], version=5), *c[5:]],
            Fault(STREAM, 4, "does not follow the commit before"),
        ),
        (lambda c: [*c[:4], replace(c[4], hash="0" * 64), *c[5:]], Fault(STREAM, 5, "hash does not fit the content")),
        (
            lambda c: [*c[:8], replace(c[8], recorded_at="2026-01-04T08:00:00.000000Z")],
            Fault(STREAM, 9, "hash does not fit the content"),
        ),
        (
            lambda c: resealed(with_payload(2, b"DraftGenerated", b"DraftInvented.")(c)),
            Fault(STREAM, 2, f"{STREAM} version 2: KeyError"),
        ),
        (
            lambda c: resealed(with_payload(2, "长期".encode(), "短期".encode())(c)),
            Fault(STREAM, SIGNED, "signature does not verify"),
        ),
    ],
    ids=["byte", "deleted", "first deleted", "swapped", "hash", "time", "unknown event", "resealed text"],
)
def test_the_first_commit_that_does_not_hold_is_named(
    published: World, change: Callable[[list[Commit]], list[Commit]], fault: Fault
) -> None:
    published.log._streams[STREAM] = change(published.log._streams[STREAM])
    assert verify_log(published.log, published.key).faults == (fault,)


def test_a_forged_signature_is_named(published: World) -> None:
    def forge(commits: list[Commit]) -> list[Commit]:
        [entry] = json.loads(commits[SIGNED - 1].payload)
        entry["data"]["signature"]["value"] = World().key.sign(b"anything").value
        payload = json.dumps([entry], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return resealed([*commits[: SIGNED - 1], replace(commits[SIGNED - 1], payload=payload), *commits[SIGNED:]])

    published.log._streams[STREAM] = forge(published.log._streams[STREAM])
    assert verify_log(published.log, published.key).faults == (Fault(STREAM, SIGNED, "signature does not verify"),)


def test_a_fault_in_one_stream_hides_none_in_another(published: World) -> None:
    published.publish("met-start", METFORMIN_TOPIC)
    other = CONTENT.stream(HOSPITAL, "met-start")
    for stream in (STREAM, other):
        published.log._streams[stream] = published.log._streams[stream][1:]
    assert [fault.stream for fault in verify_log(published.log, published.key).faults] == [STREAM, other]
