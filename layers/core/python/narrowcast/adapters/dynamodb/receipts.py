"""When a message came first, and what it was, beside the effects of events: the same table, other keys."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, save_if
from narrowcast.application.ports import Clock, Receipt

REMEMBERED = timedelta(days=30)
"""A sender repeats within minutes, an operator's replay within days; the rest is margin."""


class ReceiptRow(Model):
    """The first receipt of a message."""

    effect = UnicodeAttribute(hash_key=True)
    digest = UnicodeAttribute()
    first_at = UnicodeAttribute()
    expires_at = TTLAttribute()


class DynamoReceipts:
    """Receipts on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, clock: Clock) -> None:
        self._rows = model_for(ReceiptRow, table_name, connection)
        self._clock = clock

    def first(self, key: str, receipt: Receipt) -> Receipt:
        effect, until = f"receipt#{key}", self._clock.now() + REMEMBERED
        row = self._rows(effect, digest=receipt.digest, first_at=receipt.at, expires_at=until)
        if save_if(row, self._rows.effect.does_not_exist()):
            return receipt
        kept = find(self._rows, effect)
        return Receipt(kept.digest, kept.first_at) if kept else receipt
