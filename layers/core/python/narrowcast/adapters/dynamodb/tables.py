"""Binds PynamoDB's models to tables when the program starts.

PynamoDB wants a table's name inside the class; here a model is declared once without one and `model_for` gives it
its table and a connection that all tables share (one botocore client instead of one per table: 30 ms of CPU each).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import new_class
from typing import TypeVar, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from narrowcast.adapters.aws_faults import code_of, passes
from narrowcast.application.ports import UnavailableError

M = TypeVar("M", bound=Model)


def connect(
    *, region: str, host: str | None = None, connect_seconds: float = 1, read_seconds: float = 3, retries: int = 3
) -> Connection:
    """Return the connection that the tables share; `host` is a URL, or None for the region's own endpoint."""
    return Connection(
        region=region,
        host=host,
        connect_timeout_seconds=connect_seconds,
        read_timeout_seconds=read_seconds,
        max_retry_attempts=retries,
    )


def model_for(base: type[M], table_name: str, connection: Connection) -> type[M]:
    """Return the model bound to its table; several models of one table have the same keys."""
    meta = type("Meta", (), {"table_name": table_name, "region": connection.region, "host": connection.host})
    model = cast("type[M]", new_class(base.__name__, (base,), exec_body=lambda body: body.update(Meta=meta)))
    table = model._get_connection()  # noqa: SLF001 - PynamoDB has no public way to share a connection between models
    with suppress(ValueError):  # another model has told the connection of the table
        connection.add_meta_table(table.get_meta_table())
    table.connection = connection
    return model


@contextmanager
def passing_faults_are_unavailable() -> Iterator[None]:
    """Turn a throttled or unanswered call into UnavailableError; any other fault stays what it is."""
    try:
        yield
    except PynamoDBException as fault:
        if not passes(fault.cause):
            raise
        raise UnavailableError(f"dynamodb: {code_of(fault.cause)}") from None


def is_refused_condition(fault: PynamoDBException) -> bool:
    """Whether DynamoDB refused the call's condition.

    Not by PynamoDB's `cause_response_code`, which itself fails when the connection broke.
    """
    return code_of(fault.cause) == "ConditionalCheckFailedException"


def find(model: type[M], hash_key: str, range_key: str | int | None = None) -> M | None:
    """Return the item as it stands now (a strongly consistent read); None if there is none."""
    with passing_faults_are_unavailable():
        try:
            return model.get(hash_key, range_key, consistent_read=True)
        except DoesNotExist:
            return None


def save_if(item: Model, condition: Condition) -> bool:
    """Store the item if the condition holds; False, with nothing written, if it does not."""
    with passing_faults_are_unavailable():
        try:
            item.save(condition=condition)
        except PutError as fault:
            if is_refused_condition(fault):
                return False
            raise
    return True
