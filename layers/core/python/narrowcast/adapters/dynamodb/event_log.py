"""The event log in DynamoDB: one item per commit, put only where none is. Nobody may update or delete an item."""

from __future__ import annotations

import base64
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import AheadError, CommitTooLargeError, ConflictError, ForeignChainError
from narrowcast.contracts.commit import Commit, Head

Item = Mapping[str, Mapping[str, Any]]
"""An item as it travels: {"stream": {"S": "…"}, …}."""

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
        self._table = TableConnection(table_name)
        self._table.connection = connection
        self._seen = SeenHeads(REMEMBERED)

    def append(self, commit: Commit) -> None:
        item = self._item(commit)
        self._refuse_unless_linked(commit)
        if not save_if(item, CommitItem.stream.does_not_exist()):
            self._refuse_unless_own(commit)
        self._seen.keep(commit.stream, commit.head)

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
        versions = CommitItem.version > after if until is None else CommitItem.version.between(after + 1, until)
        with passing_faults_are_unavailable():
            for commit in self._query(stream, versions, backward=backward, limit=limit):
                self._seen.keep(stream, commit.head)
                yield commit

    def _query(self, stream: str, versions: Any, *, backward: bool, limit: int | None, **more: Any) -> Iterator[Commit]:
        asked = {"range_key_condition": versions, "scan_index_forward": not backward, "limit": limit, **more}
        return ResultIterator(
            self._table.query, (stream,), {**asked, "consistent_read": True}, map_fn=to_commit, limit=limit
        )

    def head(self, stream: str) -> Head:
        names = ["stream", "version", "hash"]
        with passing_faults_are_unavailable():
            last = self._query(stream, None, backward=True, limit=1, attributes_to_get=names)
            return next((commit.head for commit in last), Head())

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        with passing_faults_are_unavailable():
            asked = {"consistent_read": True, "segment": segment, "total_segments": segments}
            yield from ResultIterator[Commit](self._table.scan, (), asked, map_fn=to_commit)

    def _item(self, commit: Commit) -> CommitItem:
        encoding, payload = pack(commit.payload)
        item = self._items(
            commit.stream,
            commit.version,
            commit_id=commit.commit_id,
            recorded_at=commit.recorded_at,
            encoding=encoding,
            payload=payload,
            previous=commit.previous,
            hash=commit.hash,
        )
        if (size := item_size(item)) > ITEM_LIMIT:
            raise CommitTooLargeError(commit.stream, size, ITEM_LIMIT)
        return item


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


def item_size(item: CommitItem) -> int:
    """Return the item's size in bytes as DynamoDB counts it: names and values, at most 21 for a number."""
    values = (item.stream, item.commit_id, item.recorded_at, item.encoding, item.previous, item.hash)
    names = sum(len(name) for name in item.get_attributes())
    return names + 21 + len(item.payload) + sum(len(value.encode()) for value in values)


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
    """Return the commit an item holds; what it lacks, or has of another type, is empty, so that its hash does not fit.

    Read from the wire's own form: PynamoDB's models take twice the CPU and fail at an attribute of another type.
    """
    return Commit(
        stream=item["stream"]["S"],
        version=int(float(item["version"]["N"])),
        commit_id=_text(item, "commit_id"),
        recorded_at=_text(item, "recorded_at"),
        payload=unpack(_text(item, "encoding"), item.get("payload", {}).get("B", b"")),
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
