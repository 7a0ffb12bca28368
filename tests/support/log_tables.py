"""Tables of an event log on the emulated AWS, and logs that open them as a process of its own would."""

from __future__ import annotations

from itertools import count

from narrowcast.adapters.dynamodb.event_log import DynamoEventLog
from narrowcast.adapters.dynamodb.tables import connect
from tests.support.emulator import REGION, Emulator

_NUMBERS = count(1)


def new_log_table(aws: Emulator) -> str:
    """Create an empty event log table with its stream; return its name."""
    name = f"proof-log-{next(_NUMBERS)}"
    aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "stream", "AttributeType": "S"},
            {"AttributeName": "version", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "stream", "KeyType": "HASH"}, {"AttributeName": "version", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return name


def new_snapshot_table(aws: Emulator) -> str:
    """Create an empty table for snapshots; return its name."""
    name = f"proof-snapshots-{next(_NUMBERS)}"
    aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "stream", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "stream", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def open_log(endpoint_url: str, table: str, *, retries: int = 3) -> DynamoEventLog:
    """Return a log with a connection of its own, which the SDK retries `retries` times by itself."""
    return DynamoEventLog(connect(region=REGION, host=endpoint_url, retries=retries), table)
