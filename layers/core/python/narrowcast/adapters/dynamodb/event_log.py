"""The event log in DynamoDB: one item per commit, put only where none is. Nobody may update or delete an item."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import CommitTooLargeError, ConflictError
from narrowcast.contracts.commit import Commit

ITEM_LIMIT = 400 * 1024
KEYS_AND_NAMES = 1024
"""Room left in an item for everything but the payload."""

WORTH_COMPRESSING = 1024
PLAIN, DEFLATED = "json", "json+deflate"


class CommitItem(Model):
    """A commit as an item."""

    stream = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    commit_id = UnicodeAttribute()
    recorded_at = UnicodeAttribute()
    encoding = UnicodeAttribute()
    payload = BinaryAttribute(legacy_encoding=False)
    previous = UnicodeAttribute()
    hash = UnicodeAttribute()


class DynamoEventLog:
    """Commits of all hospitals in one table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        """Bind the log to its table."""
        self._items = model_for(CommitItem, table_name, connection)

    def append(self, commit: Commit) -> None:
        if save_if(self._item(commit), CommitItem.stream.does_not_exist()):
            return
        stored = find(self._items, commit.stream, commit.version)
        if stored is None or stored.commit_id != commit.commit_id:
            message = f"{commit.stream} has a version {commit.version} already"
            raise ConflictError(message)

    def read(self, stream: str, *, after: int = 0) -> Iterator[Commit]:
        with passing_faults_are_unavailable():
            for item in self._items.query(stream, CommitItem.version > after, consistent_read=True):
                yield to_commit(item)

    def scan(self) -> Iterator[Commit]:
        with passing_faults_are_unavailable():
            for item in self._items.scan(consistent_read=True):
                yield to_commit(item)

    def _item(self, commit: Commit) -> CommitItem:
        encoding, payload = pack(commit.payload)
        if len(payload) > ITEM_LIMIT - KEYS_AND_NAMES:
            message = f"{commit.stream}: a commit of {len(payload)} bytes does not fit one item"
            raise CommitTooLargeError(message)
        return self._items(
            commit.stream,
            commit.version,
            commit_id=commit.commit_id,
            recorded_at=commit.recorded_at,
            encoding=encoding,
            payload=payload,
            previous=commit.previous,
            hash=commit.hash,
        )


def pack(payload: bytes) -> tuple[str, bytes]:
    """Return the encoding and the bytes to store: deflated where it saves room."""
    packed = zlib.compress(payload, 6) if len(payload) > WORTH_COMPRESSING else payload
    return (DEFLATED, packed) if len(packed) < len(payload) else (PLAIN, payload)


def unpack(encoding: str, payload: bytes) -> bytes:
    """Return the payload as it was written; damaged bytes come back as they are, so that their hash betrays them."""
    try:
        return zlib.decompress(payload) if encoding == DEFLATED else payload
    except zlib.error:
        return payload


def to_commit(item: CommitItem) -> Commit:
    """Return the commit an item holds; what an item that is none lacks is empty, so that its hash does not fit."""
    return Commit(
        stream=item.stream,
        version=int(item.version),
        commit_id=item.commit_id or "",
        recorded_at=item.recorded_at or "",
        payload=unpack(item.encoding, item.payload or b""),
        previous=item.previous or "",
        hash=item.hash or "",
    )


def from_image(image: Mapping[str, Mapping[str, Any]]) -> Commit:
    """Return the commit in a stream record's NewImage; KeyError if it is none."""
    return Commit(
        stream=image["stream"]["S"],
        version=int(image["version"]["N"]),
        commit_id=image["commit_id"]["S"],
        recorded_at=image["recorded_at"]["S"],
        payload=unpack(image["encoding"]["S"], base64.b64decode(image["payload"]["B"])),
        previous=image["previous"]["S"],
        hash=image["hash"]["S"],
    )
