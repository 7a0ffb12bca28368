from __future__ import annotations

import pytest

from narrowcast.adapters.dynamodb.receipts import DynamoReceipts
from narrowcast.adapters.memory.receipts import MemoryReceipts
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import Receipt, Receipts

FIRST, LATER = Receipt("d-1", "2026-11-21T02:00:00Z"), Receipt("d-2", "2026-11-21T03:00:00Z")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def receipts(request: pytest.FixtureRequest) -> Receipts:
    if request.param == "memory":
        return MemoryReceipts()
    table = request.getfixturevalue("new_table")("effect")
    return DynamoReceipts(request.getfixturevalue("connection"), table, FixedClock())


class TestReceipts:
    def test_the_first_receipt_under_a_key_is_kept(self, receipts: Receipts) -> None:
        assert receipts.first("hl7/renhe/m-1", FIRST) == FIRST
        assert receipts.first("hl7/renhe/m-1", LATER) == FIRST

    def test_keys_do_not_touch_each_other(self, receipts: Receipts) -> None:
        receipts.first("hl7/renhe/m-1", FIRST)
        assert receipts.first("hl7/renhe/m-2", LATER) == LATER
