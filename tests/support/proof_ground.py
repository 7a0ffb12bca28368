"""What a process of the product needs of the emulated AWS, made by hand: tables, keys, secrets, machines."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.support.emulator import CREDENTIALS, Emulator
from tests.support.log_tables import new_log_table, new_snapshot_table

_NUMBERS = count(1)
TABLES = {
    "READ_TABLE": ("pk", "sk"),
    "LINKS_TABLE": ("link",),
    "TASKS_TABLE": ("task",),
    "EFFECTS_TABLE": ("effect",),
    "VAULT_TABLE": ("subject",),
    "KEYS_TABLE": ("subject",),
    "PARKED_TABLE": ("parked",),
}


def surroundings(aws: Emulator) -> dict[str, str]:
    """Return the environment of a process that may use everything here."""
    return {
        **CREDENTIALS,
        "AWS_REGION": aws.region,
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "POWERTOOLS_SERVICE_NAME": "proof",
        "POWERTOOLS_METRICS_NAMESPACE": "Narrowcast",
        "LOG_LEVEL": "WARNING",
        "EVENT_LOG_TABLE": new_log_table(aws),
        "SNAPSHOT_TABLE": new_snapshot_table(aws),
        **{variable: _table(aws, keys) for variable, keys in TABLES.items()},
    }


def _table(aws: Emulator, keys: tuple[str, ...]) -> str:
    name, kinds = f"proof-{next(_NUMBERS)}", ("HASH", "RANGE")
    client: Any = aws.client("dynamodb")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
