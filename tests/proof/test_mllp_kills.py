"""Acknowledged is stored, once, though bridge and API are killed at random: the small form of `bench mllp`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.mllp_processes import (
    Finding,
    bridge_to,
    compare,
    running,
    send_through_kills,
    stub_api,
    until_drained,
)

MESSAGES, CONNECTIONS = 400, 20


def test_every_acknowledged_message_is_stored_once_whatever_is_killed(tmp_path: Path) -> None:
    api = stub_api(tmp_path)
    bridge = bridge_to(f"http://127.0.0.1:{api.port}", tmp_path)
    ids = [f"K{number}" for number in range(MESSAGES)]
    with running(api, bridge):
        sending = send_through_kills(
            [api, bridge], bridge.port, ids, connections=CONNECTIONS, seed=5, every=(0.05, 0.4)
        )
        told = asyncio.run(sending)
        until_drained(tmp_path)
    assert api.kills >= 1
    assert bridge.kills >= 1
    assert sorted(told.acknowledged) == sorted(ids)
    stored = (tmp_path / "stored").read_text().split()
    assert compare(stored, told) == Finding(stored=MESSAGES, twice=0, acknowledged_and_missing=0)
