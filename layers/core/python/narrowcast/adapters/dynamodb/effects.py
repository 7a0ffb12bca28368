"""Which effects of which events are done. A claim outlives every redelivery of the event it belongs to."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable
from narrowcast.application.ports import Clock

REMEMBERED = timedelta(days=30)
"""A stream redelivers for one day and a dead-letter queue keeps for fourteen; the rest is margin."""


class EffectRow(Model):
    """One effect that was done."""

    effect = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


class DynamoEffects:
    """Effects on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, clock: Clock) -> None:
        self._rows = model_for(EffectRow, table_name, connection)
        self._clock = clock

    def done(self, effect: str) -> bool:
        return find(self._rows, effect) is not None

    def mark(self, effect: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(effect, expires_at=self._clock.now() + REMEMBERED).save()
