"""The event log in DynamoDB: one item per commit, put only where none is. Nobody may update or delete an item.

Commits are put and read in the wire's own form: PynamoDB's models take half a millisecond of CPU more for a put, twice
the CPU for a read, and fail at an attribute of another type. A single commit is looked up through its model.
"""

from __future__ import annotations

import base64
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from itertools import islice
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable
from narrowcast.adapters.dynamodb import wire
from narrowcast.adapters.dynamodb.tables import find, model_for
from narrowcast.application.ports import AheadError, CommitTooLargeError, ConflictError, ForeignChainError
from narrowcast.contracts.commit import Commit, Head

Item = Mapping[str, Mapping[str, Any]]
"""An item as it travels: {"stream": {"S": "…"}, …}; a binary value is bytes when put, base64 when read."""

ITEM_LIMIT = 400 * 1024
REMEMBERED = 1000
"""Streams whose last seen commit a process keeps in mind: about 300 bytes each."""

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
        self._table_name = table_name
        self._connection = connection
        self._seen = SeenHeads(REMEMBERED)

    def append(self, commit: Commit) -> None:
        item = to_item(commit)
        self._refuse_unless_linked(commit)
        if not self._put(item):
            self._refuse_unless_own(commit)
        self._seen.keep(commit.stream, commit.head)

    def _put(self, item: Item) -> bool:
        """Put the item where none is; False, with nothing written, where one is."""
        asked = {
            "TableName": self._table_name,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(#s)",
            "ExpressionAttributeNames": {"#s": "stream"},
        }
        with passing_faults_are_unavailable("dynamodb"):
            try:
                wire.call(self._connection, "PutItem", asked)
            except ClientError as fault:
                if code_of(fault) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def _refuse_unless_linked(self, commit: Commit) -> None:
        """Look at the commit before, unless this process saw it. No race: a commit never changes or goes away."""
        if commit.version < 1:
            raise ValueError(f"{commit.stream}: versions count from 1")
        before = Head(commit.version - 1, commit.previous)
        if commit.version == 1:
            linked = not commit.previous
        else:
            linked = self._seen.has(commit.stream, before) or self._stands(commit.stream, before)
        if not linked:
            raise ForeignChainError(f"{commit.stream} has another commit at version {before.version}")

    def _stands(self, stream: str, head: Head) -> bool:
        """Whether the stream has this very commit; AheadError if it has none of that version."""
        stored = find(self._items, stream, head.version)
        if stored is None:
            raise AheadError(f"{stream} ends before version {head.version}")
        return bool(stored.hash == head.hash)

    def _refuse_unless_own(self, commit: Commit) -> None:
        """The put found the version taken: by this very commit if an answer was lost, the SDK's own retry included."""
        stored = find(self._items, commit.stream, commit.version)
        if stored is None or (stored.commit_id, stored.hash) != (commit.commit_id, commit.hash):
            raise ConflictError(f"{commit.stream} has a version {commit.version} already")

    def read(
        self,
        stream: str,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
        backward: bool = False,
    ) -> Iterator[Commit]:
        if until is not None and until <= max(after, 0):
            return  # DynamoDB refuses a range whose ends are crossed
        ends = {":after": after} if until is None else {":first": after + 1, ":until": until}
        asked = {
            "KeyConditionExpression": f"#s = :s AND #v {'> :after' if until is None else 'BETWEEN :first AND :until'}",
            "ExpressionAttributeNames": {"#s": "stream", "#v": "version"},
            "ExpressionAttributeValues": {":s": {"S": stream}, **{end: {"N": str(at)} for end, at in ends.items()}},
            "ScanIndexForward": not backward,
            **({} if limit is None else {"Limit": limit}),
        }
        for commit in islice(self._found("Query", asked), limit):
            self._seen.keep(stream, commit.head)
            yield commit

    def head(self, stream: str) -> Head:
        asked = {
            "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "stream", "#v": "version", "#h": "hash"},
            "ExpressionAttributeValues": {":s": {"S": stream}},
            "ProjectionExpression": "#s, #v, #h",
            "ScanIndexForward": False,
            "Limit": 1,
        }
        return next((commit.head for commit in self._found("Query", asked)), Head())

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        return self._found("Scan", {"Segment": segment, "TotalSegments": segments})

    def _found(self, operation: str, asked: wire.Wire) -> Iterator[Commit]:
        everywhere = {"TableName": self._table_name, "ConsistentRead": True, **asked}
        with passing_faults_are_unavailable("dynamodb"):
            yield from map(to_commit, wire.found(self._connection, operation, everywhere))


class SeenHeads:
    """The latest commit that this process read or wrote of each stream, for the streams used last."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` streams in mind."""
        self._limit = limit
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._changing = Lock()

    def has(self, stream: str, head: Head) -> bool:
        """Whether this very commit is kept in mind."""
        return self._heads.get(stream) == head

    def keep(self, stream: str, head: Head) -> None:
        """Keep the commit in mind unless a later one of its stream is."""
        with self._changing:
            known = self._heads.pop(stream, head)
            self._heads[stream] = max(known, head, key=lambda each: each.version)
            if len(self._heads) > self._limit:
                self._heads.popitem(last=False)


def to_item(commit: Commit) -> Item:
    """Return the item that holds the commit, as CommitItem defines it; CommitTooLargeError if it would be too large."""
    encoding, payload = pack(commit.payload)
    item: Item = {
        "stream": {"S": commit.stream},
        "version": {"N": str(commit.version)},
        "commit_id": {"S": commit.commit_id},
        "recorded_at": {"S": commit.recorded_at},
        "encoding": {"S": encoding},
        "payload": {"B": payload},
        "previous": {"S": commit.previous},
        "hash": {"S": commit.hash},
    }
    if (size := item_size(item)) > ITEM_LIMIT:
        raise CommitTooLargeError(commit.stream, size, ITEM_LIMIT)
    return item


def item_size(item: Item) -> int:
    """Return the item's size in bytes as DynamoDB counts it: names and values, at most 21 for a number."""
    values = ((kind, content) for value in item.values() for kind, content in value.items())
    return sum(map(len, item)) + sum(21 if k == "N" else len(c if k == "B" else c.encode()) for k, c in values)


def pack(payload: bytes) -> tuple[str, bytes]:
    """Return the encoding and the bytes to store: deflated where it saves room, with the checksum of what is stored.

    Without it two bytes of a deflated payload could be changed unseen: a header's level and the padding of the end.
    """
    packed = zlib.compress(payload, 6) if len(payload) > WORTH_COMPRESSING else payload
    return (f"{DEFLATED} {zlib.crc32(packed):08x}", packed) if len(packed) < len(payload) else (PLAIN, payload)


def unpack(encoding: str | None, stored: bytes) -> bytes:
    """Return the payload as it was written; of what was not stored like this nothing, so that its hash betrays it."""
    if encoding == PLAIN:
        return stored
    name, _, checksum = (encoding or "").partition(" ")
    if name != DEFLATED or checksum not in ("", f"{zlib.crc32(stored):08x}"):
        return b""
    try:
        return zlib.decompress(stored)
    except zlib.error:
        return b""


def to_commit(item: Item) -> Commit:
    """Return the commit an item holds; what it lacks or has of another type is empty, so that its hash does not fit."""
    return Commit(
        stream=item["stream"]["S"],
        version=int(float(item["version"]["N"])),
        commit_id=_text(item, "commit_id"),
        recorded_at=_text(item, "recorded_at"),
        payload=unpack(_text(item, "encoding"), base64.b64decode(item.get("payload", {}).get("B", ""))),
        previous=_text(item, "previous"),
        hash=_text(item, "hash"),
    )


def _text(item: Item, name: str) -> str:
    value: str = item.get(name, {}).get("S", "")
    return value


def from_image(image: Item) -> Commit:
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
