"""One changed byte of a stored commit, deflated or not, in whatever attribute: the commit no longer fits its hash."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from narrowcast.adapters.dynamodb.event_log import from_image, pack, to_commit, unpack
from narrowcast.contracts.commit import Commit, seal
from tests.support.damage import Image, flipped, image_of, length

SHORT = b'[{"type":"VisitOpened","data":{"message":"m-1"}}]'
WORDS = b",".join(b'{"type":"VisitUpdated","data":{"n":%d,"words":"%032x"}}' % (n, n**9) for n in range(60))
LONG = b"[" + WORDS + b"]"


def commit_of(payload: bytes) -> Commit:
    return seal(
        stream="renhe/visit#v-1",
        version=12,
        commit_id="01JB",
        recorded_at="2026-01-05T08:00:00.000000Z",
        payload=payload,
        previous="a" * 64,
    )


def damaged(image: Image, chance: random.Random) -> Iterator[Image]:
    for name in image:
        for place in range(length(image, name)):
            changed = flipped(image, name, place, chance.randrange(1, 256))
            if changed:
                yield changed


@pytest.mark.parametrize("payload", [SHORT, LONG], ids=["plain", "deflated"])
def test_a_stored_commit_comes_back_as_it_was(payload: bytes) -> None:
    commit = commit_of(payload)
    assert to_commit(image_of(commit)) == from_image(image_of(commit)) == commit


@pytest.mark.parametrize("payload", [SHORT, LONG], ids=["plain", "deflated"])
@pytest.mark.parametrize("seed", range(3))
def test_any_byte_that_changed_shows(payload: bytes, seed: int) -> None:
    image = image_of(commit_of(payload))
    seen = 0
    for changed in damaged(image, random.Random(seed)):  # noqa: S311 - a seeded choice of changes
        assert not to_commit(changed).intact, changed
        assert not from_image(changed).intact
        seen += 1
    assert seen > sum(length(image, name) for name in image) / 2


def test_the_bytes_that_deflating_leaves_free_show_too() -> None:
    encoding, stored = pack(LONG)
    for place in (1, len(stored) - 5):
        for by in range(1, 256):
            changed = bytearray(stored)
            changed[place] ^= by
            assert unpack(encoding, bytes(changed)) == b""


def test_what_was_deflated_before_checksums_is_read() -> None:
    assert unpack("json+deflate", pack(LONG)[1]) == LONG


@pytest.mark.parametrize("encoding", ["", None, "jso", "json+deflatf", "json+deflate 00000000"])
def test_an_unknown_encoding_is_no_payload(encoding: str | None) -> None:
    assert unpack(encoding, pack(LONG)[1]) == b""


@pytest.mark.parametrize("name", ["commit_id", "recorded_at", "encoding", "payload", "previous", "hash"])
@pytest.mark.parametrize("value", [{"N": "1"}, {"BOOL": True}, {"NULL": True}, {"M": {}}, {"S": "x"}, {"B": "eA=="}])
def test_an_attribute_of_another_type_shows(name: str, value: dict[str, object]) -> None:
    assert not to_commit({**image_of(commit_of(SHORT)), name: value}).intact
