"""Where contacts rest: sealed bytes by subject. Knows nothing of keys; what seals is given from outside.

Forgetting removes the sealed bytes and with them the only copy of the subject's data key, and leaves the mark that it
happened: a late or repeated `keep` cannot bring a forgotten person back. Point-in-time backups of the table hold the
removed row for as long as they are kept (35 days at most).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Protocol

from pynamodb.attributes import BinaryAttribute, BooleanAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import Contact


class Sealer(Protocol):
    """Encrypts under a data key of the subject's own, which travels with the sealed bytes."""

    def seal(self, subject: str, plain: bytes) -> bytes:
        """Return bytes that only `unseal` for the same subject opens."""

    def unseal(self, subject: str, sealed: bytes) -> bytes:
        """Return what was sealed for the subject."""


class ContactRow(Model):
    """One subject's sealed contact, or the mark that it was destroyed."""

    subject = UnicodeAttribute(hash_key=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    forgotten = BooleanAttribute(null=True)


class DynamoVault:
    """Vault on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, sealer: Sealer) -> None:
        self._rows = model_for(ContactRow, table_name, connection)
        self._sealer = sealer

    def keep(self, subject: str, contact: Contact) -> None:
        sealed = self._sealer.seal(subject, json.dumps(asdict(contact)).encode())
        save_if(self._rows(subject, sealed=sealed), self._rows.forgotten.does_not_exist())

    def contact(self, subject: str) -> Contact | None:
        row = find(self._rows, subject)
        if row is None or row.sealed is None:
            return None
        return Contact(**json.loads(self._sealer.unseal(subject, row.sealed)))

    def forget(self, subject: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(subject, forgotten=True).save()
