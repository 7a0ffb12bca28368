"""Of two writers at one place exactly one wins, and the other is told so. The full count is in `make bench`."""

from __future__ import annotations

import pytest

from tests.support.audit import SOUND
from tests.support.emulator import Emulator
from tests.support.log_tables import new_log_table, open_log
from tests.support.races import run_races

RACES = 300


@pytest.mark.stack
def test_no_acknowledged_commit_is_lost_in_races_of_two_writers(aws: Emulator) -> None:
    table = new_log_table(aws)
    told = run_races(RACES, open_log(aws.endpoint_url, table), open_log(aws.endpoint_url, table))
    assert told.fair
    assert told.audit == SOUND
    assert min(told.won.values()) > RACES // 20, "one writer was always first: these were no races"
