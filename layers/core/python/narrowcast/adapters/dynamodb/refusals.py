"""Messages that intake refused: the reasons in a row for staff, the message itself handed to a store of bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Protocol

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import model_for, passing_faults_are_unavailable
from narrowcast.application.ports import RefusedMessage


class Bodies(Protocol):
    """Where the messages themselves lie, encrypted, for 30 days."""

    def put(self, name: str, body: bytes) -> None:
        """Store a body under `<hospital>/<refusal id>`."""


class RefusalRow(Model):
    """One refused message; `refused` is the time and the id, so that a query reads by time."""

    hospital = UnicodeAttribute(hash_key=True)
    refused = UnicodeAttribute(range_key=True)
    refusal_id = UnicodeAttribute()
    received_at = UnicodeAttribute()
    message_format = UnicodeAttribute()
    problems = UnicodeAttribute()


class DynamoRefusals:
    """Refusals on one DynamoDB table, their messages apart."""

    def __init__(self, connection: Connection, table_name: str, bodies: Bodies) -> None:
        self._rows = model_for(RefusalRow, table_name, connection)
        self._bodies = bodies

    def keep(self, refused: RefusedMessage, raw: bytes) -> None:
        self._bodies.put(f"{refused.hospital}/{refused.refusal_id}", raw)
        row = self._rows(
            refused.hospital,
            f"{refused.received_at}#{refused.refusal_id}",
            refusal_id=refused.refusal_id,
            received_at=refused.received_at,
            message_format=refused.message_format,
            problems=json.dumps(refused.problems, ensure_ascii=False),
        )
        with passing_faults_are_unavailable():
            row.save()

    def list(self, hospital: str) -> Iterator[RefusedMessage]:
        with passing_faults_are_unavailable():
            for row in self._rows.query(hospital, scan_index_forward=False, consistent_read=True):
                yield _refused(row)


def _refused(row: RefusalRow) -> RefusedMessage:
    problems = tuple((field, reason) for field, reason in json.loads(row.problems))
    return RefusedMessage(row.refusal_id, row.hospital, row.received_at, row.message_format, problems)
