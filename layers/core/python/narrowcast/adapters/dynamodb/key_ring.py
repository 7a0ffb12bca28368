"""Where wrapped data keys rest: the only copy of each, in a table without backups, so that destroyed is destroyed.

The row is read anew, strongly consistent, before anything is sealed or opened: once it says that the key is destroyed,
no process opens anything with a key it still remembers. The mark stays, so that the subject never gets another key.
"""

from __future__ import annotations

from typing import Protocol

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import KeyDestroyedError


class Sealer(Protocol):
    """Encrypts under wrapped keys that are handed to it."""

    def new_key(self, subject: str) -> bytes:
        """Return a fresh wrapped key for the subject."""

    def seal(self, subject: str, wrapped: bytes, plain: bytes) -> bytes:
        """Encrypt for the subject."""

    def unseal(self, subject: str, wrapped: bytes, sealed: bytes) -> bytes:
        """Decrypt what was sealed for the subject."""


class KeyRow(Model):
    """One subject's wrapped data key, or the mark that it was destroyed."""

    subject = UnicodeAttribute(hash_key=True)
    wrapped = BinaryAttribute(null=True, legacy_encoding=False)
    destroyed = BooleanAttribute(null=True)


class DynamoKeyRing:
    """KeyRing on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, sealer: Sealer) -> None:
        self._rows = model_for(KeyRow, table_name, connection)
        self._sealer = sealer

    def seal(self, subject: str, plain: bytes) -> bytes:
        wrapped = self._row(subject).wrapped
        if wrapped is None:
            raise KeyDestroyedError(subject)
        return self._sealer.seal(subject, wrapped, plain)

    def unseal(self, subject: str, sealed: bytes) -> bytes | None:
        row = find(self._rows, subject)
        return self._sealer.unseal(subject, row.wrapped, sealed) if row and row.wrapped else None

    def destroy(self, subject: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(subject, destroyed=True).save()

    def _row(self, subject: str) -> KeyRow:
        """Return the subject's row, made if need be; of two that make one at once, both get the first one's."""
        while (row := find(self._rows, subject)) is None:
            fresh = self._rows(subject, wrapped=self._sealer.new_key(subject))
            save_if(fresh, self._rows.subject.does_not_exist())
        return row
