"""Three answers in ten are lost after the commit and three calls in ten throttled; nobody is told a falsehood.

Once with the SDK's own retries, which then meet what they wrote themselves, and once without.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.audit import SOUND
from tests.support.emulator import Emulator
from tests.support.faulty_wire import FaultyWire, faulty_wire
from tests.support.flaky import hasty_sdk
from tests.support.log_tables import new_log_table, open_log
from tests.support.lost_answers import Writer, write_all


@pytest.fixture(scope="module")
def wire(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyWire]:
    with faulty_wire(aws, tmp_path_factory.mktemp("wire")) as wire:
        yield wire


@pytest.mark.stack
@pytest.mark.parametrize(("retries", "writers", "appends"), [(0, 4, 100), (3, 4, 100)])
def test_every_caller_is_told_the_truth(
    aws: Emulator, wire: FaultyWire, retries: int, writers: int, appends: int
) -> None:
    table, before = new_log_table(aws), wire.faults()
    logs = [open_log(wire.endpoint_url, table, retries=retries) for _ in range(writers)]
    with hasty_sdk():
        told = write_all(
            [Writer(f"w{n}", log) for n, log in enumerate(logs)], appends, open_log(aws.endpoint_url, table)
        )
    faults = wire.faults()
    assert faults.lost - before.lost > appends // 5, "too few answers were lost to prove anything"
    assert faults.throttled - before.throttled > appends // 5
    assert told.acknowledged + told.refused == appends
    assert told.acknowledged > appends // 2
    assert told.false_conflicts == 0
    assert told.audit == SOUND
