"""What the links in mails and messages open, by the hash of their nonce. The nonce itself never gets here."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import (
    find,
    is_refused_condition,
    model_for,
    passing_faults_are_unavailable,
    save_if,
)
from narrowcast.application.ports import Link

REMEMBERED = timedelta(days=30)
"""How long an expired link is still known, so that its reader is told that it expired and not that it never was."""


class LinkRow(Model):
    """One link; `expires_at` is when the table drops it, `valid_until` when it stops opening anything."""

    link = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    stream = UnicodeAttribute()
    request_id = UnicodeAttribute()
    subject = UnicodeAttribute()
    channel = UnicodeAttribute()
    code_hash = UnicodeAttribute()
    valid_until = UTCDateTimeAttribute()
    attempts = NumberAttribute()
    expires_at = TTLAttribute()


class DynamoLinks:
    """Links on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        self._rows = model_for(LinkRow, table_name, connection)

    def keep(self, link: Link) -> None:
        row = self._rows(
            link.key,
            kind=link.kind,
            stream=link.stream,
            request_id=link.request_id,
            subject=link.subject,
            channel=link.channel,
            code_hash=link.code_hash,
            valid_until=link.expires_at,
            attempts=link.attempts,
            expires_at=link.expires_at + REMEMBERED,
        )
        save_if(row, self._rows.link.does_not_exist())

    def find(self, key: str) -> Link | None:
        row = find(self._rows, key)
        return _link(row) if row else None

    def count_attempt(self, key: str, *, limit: int) -> bool:
        """Count in one conditional update; a retried call may count twice, which only shortens the guessing."""
        with passing_faults_are_unavailable():
            try:
                self._rows(key).update([self._rows.attempts.add(1)], condition=self._rows.attempts < limit)
            except UpdateError as fault:
                if is_refused_condition(fault):
                    return False
                raise
        return True

    def clear_attempts(self, key: str) -> None:
        with passing_faults_are_unavailable():
            try:
                self._rows(key).update([self._rows.attempts.set(0)], condition=self._rows.link.exists())
            except UpdateError as fault:
                if not is_refused_condition(fault):
                    raise


def _link(row: LinkRow) -> Link:
    valid_until: datetime = row.valid_until
    return Link(
        key=row.link,
        kind=row.kind,
        stream=row.stream,
        request_id=row.request_id,
        subject=row.subject,
        channel=row.channel,
        code_hash=row.code_hash,
        expires_at=valid_until,
        attempts=int(row.attempts),
    )
