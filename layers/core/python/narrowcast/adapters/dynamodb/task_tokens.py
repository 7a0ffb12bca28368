"""The tokens of waiting workflows: a secret each, kept apart from the log."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable
from narrowcast.application.ports import Clock

LONGEST_WAIT = timedelta(days=366)
"""A Standard execution lives a year at most; no token is of use after it."""


class TaskRow(Model):
    """The newest token of one wait of one stream."""

    task = UnicodeAttribute(hash_key=True)
    token = UnicodeAttribute()
    expires_at = TTLAttribute()


class DynamoTaskTokens:
    """TaskTokens on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, clock: Clock) -> None:
        self._rows = model_for(TaskRow, table_name, connection)
        self._clock = clock

    def keep(self, stream: str, wait: str, token: str) -> None:
        row = self._rows(_task(stream, wait), token=token, expires_at=self._clock.now() + LONGEST_WAIT)
        with passing_faults_are_unavailable():
            row.save()

    def find(self, stream: str, wait: str) -> str | None:
        row = find(self._rows, _task(stream, wait))
        return row.token if row else None


def _task(stream: str, wait: str) -> str:
    return f"{stream}#{wait}"
