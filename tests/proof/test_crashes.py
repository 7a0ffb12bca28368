"""`kill -9` at step boundaries, then the same work again by a clean process. `make bench` kills a thousand times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crash_append import kill_appends
from tests.support.crash_dispatch import dispatching, kill_dispatches
from tests.support.crash_project import kill_projections, projecting
from tests.support.crashes import nursery
from tests.support.emulator import Emulator
from tests.support.log_tables import open_log
from tests.support.proof_ground import surroundings

pytestmark = pytest.mark.stack


def test_no_append_is_torn_lost_or_doubled(aws: Emulator, tmp_path: Path) -> None:
    environment = surroundings(aws)
    with nursery(environment, tmp_path / "log", uses="store") as processes:
        done = kill_appends(processes, open_log(aws.endpoint_url, environment["EVENT_LOG_TABLE"]), 24)
    assert (done.torn, done.lost, done.doubled) == (0, 0, 0)
    assert done.boundaries >= 4
    assert 0 < done.unheard < done.kills


def test_rows_and_index_end_as_they_would_have_without_the_kill(aws: Emulator, search_url: str, tmp_path: Path) -> None:
    with projecting(aws, search_url, tmp_path / "log") as (processes, projection):
        done = kill_projections(processes, projection, 12, stride=6)
    assert (done.rows, done.pieces) == (11, 1)
    assert done.differing == 0
    assert done.unfinished > 0


def test_no_effect_is_lost_or_doubled_once_a_person_has_settled_what_is_in_doubt(aws: Emulator, tmp_path: Path) -> None:
    with dispatching(aws, tmp_path / "log") as (processes, outside):
        done = kill_dispatches(processes, outside, 12, stride=9)
    assert done.effects == 14
    assert (done.doubled, done.lost) == (0, 0)
    assert done.in_doubt_sent <= done.in_doubt <= done.kills
