"""Tables on the emulated AWS. Each suite builds its port in memory and on the real thing, and runs against both."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from pynamodb.connection import Connection

from narrowcast.adapters.dynamodb.tables import connect
from tests.support.emulator import Emulator

_NUMBERS = count(1)
NewTable = Callable[..., str]


@pytest.fixture(scope="session")
def connection(aws: Emulator) -> Connection:
    """The connection that all tables of the run share."""
    return connect(region=aws.region, host=aws.endpoint_url)


@pytest.fixture
def new_table(aws: Emulator) -> NewTable:
    """Creates an empty table with these keys, the hash key first, and returns its name."""

    def create(*keys: str) -> str:
        name = f"table-{next(_NUMBERS)}"
        aws.client("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    return create
