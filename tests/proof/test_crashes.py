"""`kill -9` at each step boundary, then the same work again by a clean process. The full count is in `make bench`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crash_append import kill_appends
from tests.support.crashes import nursery
from tests.support.emulator import Emulator
from tests.support.log_tables import open_log
from tests.support.proof_ground import surroundings

KILLS = 40


@pytest.mark.stack
def test_no_append_is_torn_lost_or_doubled(aws: Emulator, tmp_path: Path) -> None:
    environment = surroundings(aws)
    with nursery(environment, tmp_path / "log") as processes:
        done = kill_appends(processes, open_log(aws.endpoint_url, environment["EVENT_LOG_TABLE"]), KILLS)
    assert (done.torn, done.lost, done.doubled) == (0, 0, 0)
    assert done.boundaries >= 4
    assert 0 < done.unheard < KILLS
