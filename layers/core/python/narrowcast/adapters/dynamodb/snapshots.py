"""Snapshots of long streams in DynamoDB, one item a stream. Anything here can be thrown away."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import Snapshot

LARGEST_STATE = 396 * 1024
"""Deflated: an item holds 400 KB, of which a stream's key may take two."""


class SnapshotItem(Model):
    """A snapshot as an item; its state is deflated."""

    stream = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    head = UnicodeAttribute()
    fold = UnicodeAttribute()
    state = BinaryAttribute(legacy_encoding=False)
    digest = UnicodeAttribute()


class DynamoSnapshots:
    """Snapshots on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        self._items = model_for(SnapshotItem, table_name, connection)

    def keep(self, snapshot: Snapshot) -> None:
        state = zlib.compress(snapshot.state)
        if len(state) > LARGEST_STATE:
            return
        item = self._items(
            snapshot.stream,
            version=snapshot.version,
            head=snapshot.head,
            fold=snapshot.fold,
            state=state,
            digest=snapshot.digest,
        )
        save_if(item, self._items.stream.does_not_exist() | (self._items.version < snapshot.version))

    def find(self, stream: str) -> Snapshot | None:
        item = find(self._items, stream)
        return _snapshot(item) if item else None

    def drop(self, stream: str) -> None:
        with passing_faults_are_unavailable():
            self._items(stream).delete()

    def scan(self) -> Iterator[Snapshot]:
        with passing_faults_are_unavailable():
            for item in self._items.scan(consistent_read=True):
                yield _snapshot(item)


def _snapshot(item: SnapshotItem) -> Snapshot:
    """Return what the item holds; what is missing or damaged in it stays so, and its digest does not fit."""
    return Snapshot(
        stream=item.stream,
        version=int(item.version or 0),
        head=item.head or "",
        fold=item.fold or "",
        state=_inflated(item.state or b""),
        digest=item.digest or "",
    )


def _inflated(state: bytes) -> bytes:
    try:
        return zlib.decompress(state)
    except zlib.error:
        return state
