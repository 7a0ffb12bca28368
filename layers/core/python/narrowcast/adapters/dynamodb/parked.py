"""Commits that a consumer of the log's stream could not take in, and how often it failed on those that it may yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pynamodb.attributes import ListAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import model_for, passing_faults_are_unavailable
from narrowcast.application.ports import Clock, ParkedRecord

COUNTED = timedelta(days=2)
"""The stream redelivers for one day; a count of failures that came to nothing goes after two."""


class ParkedRow(Model):
    """One parked record, until it is removed; or, under a name of its own, the count of a record's failures."""

    parked = UnicodeAttribute(hash_key=True)
    failures = NumberAttribute(null=True)
    consumer = UnicodeAttribute(null=True)
    stream = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    parked_at = UnicodeAttribute(null=True)
    effects: ListAttribute[str] = ListAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class DynamoParkingLot:
    """ParkingLot on one DynamoDB table: small, for what lies here waits for a person or the next reconciliation."""

    def __init__(self, connection: Connection, table_name: str, clock: Clock) -> None:
        self._rows = model_for(ParkedRow, table_name, connection)
        self._clock = clock

    def count_failure(self, record_id: str) -> int:
        row = self._rows(f"{record_id}|failures")
        expiry = self._rows.expires_at.set(self._clock.now() + COUNTED)
        with passing_faults_are_unavailable():
            row.update(actions=[self._rows.failures.add(1), expiry])
        return int(row.failures)

    def park(self, record: ParkedRecord) -> None:
        row = self._rows(
            record.id,
            consumer=record.consumer,
            stream=record.stream,
            version=record.version,
            kind=record.kind,
            reason=record.reason,
            parked_at=record.parked_at,
            effects=list(record.effects),
        )
        with passing_faults_are_unavailable():
            row.save()

    def list(self) -> Iterator[ParkedRecord]:
        with passing_faults_are_unavailable():
            rows = [row for row in self._rows.scan(consistent_read=True) if row.parked_at]
        return iter([_record(row) for row in sorted(rows, key=lambda row: str(row.parked))])

    def remove(self, record_id: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(record_id).delete()


def _record(row: ParkedRow) -> ParkedRecord:
    return ParkedRecord(
        consumer=row.consumer,
        stream=row.stream,
        version=int(row.version),
        kind=row.kind,
        reason=row.reason,
        parked_at=row.parked_at,
        effects=tuple(row.effects or ()),
    )
