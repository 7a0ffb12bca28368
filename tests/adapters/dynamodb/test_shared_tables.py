from __future__ import annotations

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.dynamodb.receipts import DynamoReceipts
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.adapters.system import SystemClock


def test_one_process_may_keep_effects_and_receipts_in_one_table() -> None:
    connection = connect(region="us-east-1", host="http://127.0.0.1:9")

    assert DynamoEffects(connection, "shared", SystemClock())
    assert DynamoReceipts(connection, "shared", SystemClock())
