"""The rows that projections write and queries read. Anything here can be thrown away and folded again from the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if


class ReadRow(Model):
    """A document at its place, as canonical JSON: the same events give the same bytes."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    document = UnicodeAttribute()


class DynamoReadTable:
    """ReadTable on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        self._rows = model_for(ReadRow, table_name, connection)

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        row = self._rows(pk, sk, version=version, document=_canonical(document))
        save_if(row, self._rows.pk.does_not_exist() | (self._rows.version <= version))

    def get(self, pk: str, sk: str) -> Mapping[str, object] | None:
        row = find(self._rows, pk, sk)
        return _document(row.document) if row else None

    def query(self, pk: str) -> Iterator[Mapping[str, object]]:
        with passing_faults_are_unavailable():
            for row in self._rows.query(pk, consistent_read=True):
                yield _document(row.document)

    def keys(self) -> Iterator[tuple[str, str]]:
        with passing_faults_are_unavailable():
            for row in self._rows.scan(consistent_read=True, attributes_to_get=["pk", "sk"]):
                yield row.pk, row.sk

    def delete(self, pk: str, sk: str) -> None:
        with passing_faults_are_unavailable():
            self._rows(pk, sk).delete()


def _canonical(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _document(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document
