from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.adapters.dynamodb.parked import DynamoParkingLot
from narrowcast.adapters.memory.parked import MemoryParkingLot
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import ParkedRecord, ParkingLot

EFFECTS = ("e-1|mail", "e-1|sms")
RECORD = ParkedRecord("dispatch_events", "renhe/content#c1", 7, "in_doubt", "Error", "2026-01-05T08:00:00Z", EFFECTS)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def lot(request: pytest.FixtureRequest) -> ParkingLot:
    if request.param == "memory":
        return MemoryParkingLot()
    table = request.getfixturevalue("new_table")("parked")
    return DynamoParkingLot(request.getfixturevalue("connection"), table, FixedClock())


class TestParkingLot:
    def test_what_is_parked_is_listed_as_it_was(self, lot: ParkingLot) -> None:
        other = replace(RECORD, consumer="project_events", effects=())
        lot.park(other)
        lot.park(RECORD)
        assert list(lot.list()) == [RECORD, other]

    def test_a_record_is_parked_once(self, lot: ParkingLot) -> None:
        lot.park(RECORD)
        lot.park(replace(RECORD, kind="failing"))
        assert [each.kind for each in lot.list()] == ["failing"]

    def test_a_removed_record_is_gone_and_removing_again_is_fine(self, lot: ParkingLot) -> None:
        lot.park(RECORD)
        lot.remove(RECORD.id)
        lot.remove(RECORD.id)
        assert list(lot.list()) == []

    def test_failures_are_counted_for_each_record_and_list_nothing(self, lot: ParkingLot) -> None:
        assert [lot.count_failure(RECORD.id) for _ in range(3)] == [1, 2, 3]
        assert lot.count_failure("other") == 1
        assert list(lot.list()) == []

    def test_a_record_that_fails_after_it_was_parked_stays_parked(self, lot: ParkingLot) -> None:
        lot.park(RECORD)
        lot.count_failure(RECORD.id)
        assert list(lot.list()) == [RECORD]
