from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.written_events import sealed

COMMIT = sealed(b'[{"type":"ContentExpired"}]', version=2, previous="ab" * 32)


def test_a_sealed_commit_is_intact() -> None:
    assert COMMIT.intact


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "renhe/content#c-2"},
        {"version": 3},
        {"commit_id": "c-2"},
        {"recorded_at": "2026-01-05T08:00:00.000001Z"},
        {"payload": b"[]"},
        {"previous": "cd" * 32},
        {"hash": "ef" * 32},
    ],
)
def test_any_change_breaks_the_seal(change: dict[str, Any]) -> None:
    assert not replace(COMMIT, **change).intact


@given(st.integers(0, len(COMMIT.payload) - 1), st.integers(1, 255))
def test_one_flipped_byte_breaks_the_seal(place: int, flip: int) -> None:
    payload = bytearray(COMMIT.payload)
    payload[place] ^= flip
    assert not replace(COMMIT, payload=bytes(payload)).intact
