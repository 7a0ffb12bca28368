"""Where contacts rest: sealed bytes by subject. Knows nothing of keys; the key ring that seals is given from outside.

A backup of this table holds removed rows for up to 35 days; without the subject's key they are noise.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable
from narrowcast.application.ports import Contact, KeyDestroyedError, KeyRing


class ContactRow(Model):
    """One subject's sealed contact."""

    subject = UnicodeAttribute(hash_key=True)
    sealed = BinaryAttribute(legacy_encoding=False)


class DynamoVault:
    """Vault on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str, ring: KeyRing) -> None:
        self._rows = model_for(ContactRow, table_name, connection)
        self._ring = ring

    def keep(self, subject: str, contact: Contact) -> None:
        try:
            sealed = self._ring.seal(subject, json.dumps(asdict(contact)).encode())
        except KeyDestroyedError:
            return
        with passing_faults_are_unavailable():
            self._rows(subject, sealed=sealed).save()

    def contact(self, subject: str) -> Contact | None:
        row = find(self._rows, subject)
        plain = self._ring.unseal(subject, row.sealed) if row else None
        return Contact(**json.loads(plain)) if plain is not None else None

    def remove(self, subject: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(subject).delete()
