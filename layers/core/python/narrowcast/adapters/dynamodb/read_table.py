"""The rows that projections write and queries read. Anything here can be thrown away and folded again from the log.

A row's key begins with the generation it belongs to; one item says which generation is read, and which is being made
beside it. Writers look there after the event they fold was appended, and write to both: a rebuild that begins later
finds the event in the log. Readers look again when they are done: what they read was whole if nothing was swapped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.models import Model

from narrowcast.adapters.dynamodb.tables import find, model_for, passing_faults_are_unavailable, save_if
from narrowcast.application.ports import ConflictError, Entry

POINTER: Final = ("/", "generations")
"""No partition of rows begins with a slash: their names begin with a hospital."""
SEGMENTS: Final = 4


class ReadRow(Model):
    """A document at its place, as canonical JSON: the same events give the same bytes; empty where it was removed."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    document = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation is read and which is made beside it (0: none); `turn` counts every change of that."""

    turn: int = 0
    live: int = 1
    beside: int = 0

    @property
    def written(self) -> tuple[int, ...]:
        """The generations that a write goes to."""
        return (self.beside, self.live) if self.beside else (self.live,)


class DynamoReadTable:
    """ReadTable on one DynamoDB table."""

    def __init__(self, connection: Connection, table_name: str) -> None:
        self._rows = model_for(ReadRow, table_name, connection)

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        self._write(pk, sk, version, _canonical(document))

    def remove(self, pk: str, sk: str, version: int) -> None:
        self._write(pk, sk, version, "")

    def get(self, pk: str, sk: str) -> Mapping[str, object] | None:
        live = self._pointer().live
        row = find(self._rows, placed(live, pk), sk)
        if row is None and self._pointer().live != live:
            return self.get(pk, sk)
        return _document(row.document) if row and row.document else None

    def query(self, pk: str) -> Iterator[Mapping[str, object]]:
        return (document for _, document in self.versions(pk))

    def versions(self, pk: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        live = self._pointer().live
        rows = self._partition(placed(live, pk))
        while (now := self._pointer().live) != live:
            live, rows = now, self._partition(placed(now, pk))
        return ((int(row.version), _document(row.document)) for row in rows if row.document)

    def entries(self) -> dict[str, Entry]:
        return entries(self._rows).get(self._pointer().live, {})

    def begin(self) -> DynamoGeneration:
        found = self._pointer()
        begun = Pointer(found.turn + 1, found.live, max(found.live, found.beside) + 1)
        if not turn_to(self._rows, begun):
            raise ConflictError("another rebuild begins")
        return DynamoGeneration(self._rows, begun)

    def _write(self, pk: str, sk: str, version: int, text: str) -> None:
        for generation in self._pointer().written:
            keep(self._rows(placed(generation, pk), sk, version=version, document=text))

    def _partition(self, pk: str) -> list[ReadRow]:
        with passing_faults_are_unavailable():
            return list(self._rows.query(pk, consistent_read=True))

    def _pointer(self) -> Pointer:
        return pointer(self._rows)


class DynamoGeneration:
    """RowGeneration: rows beside those that are read."""

    def __init__(self, rows: type[ReadRow], begun: Pointer) -> None:
        self._rows = rows
        self._begun = begun

    def put(self, pk: str, sk: str, version: int, document: Mapping[str, object]) -> None:
        self._write(pk, sk, version, _canonical(document))

    def remove(self, pk: str, sk: str, version: int) -> None:
        self._write(pk, sk, version, "")

    def _write(self, pk: str, sk: str, version: int, text: str) -> None:
        keep(self._rows(placed(self._begun.beside, pk), sk, version=version, document=text))

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        found = entries(self._rows)
        return found.get(self._begun.live, {}), found.get(self._begun.beside, {})

    def swap(self) -> bool:
        return turn_to(self._rows, Pointer(self._begun.turn + 1, self._begun.beside))

    def drop_others(self) -> None:
        now = pointer(self._rows)
        if now.beside == self._begun.beside:
            now = Pointer(now.turn + 1, now.live)
            if not turn_to(self._rows, now):
                return
        with passing_faults_are_unavailable(), self._rows.batch_write() as batch:
            for row in scan(self._rows):
                if apart(row.pk)[0] not in (0, *now.written):
                    batch.delete(row)


def scan(rows: type[ReadRow]) -> Iterator[ReadRow]:
    """Yield every item, scanned in parallel segments."""

    def part(segment: int) -> list[ReadRow]:
        with passing_faults_are_unavailable():
            return list(rows.scan(consistent_read=True, segment=segment, total_segments=SEGMENTS))

    with ThreadPoolExecutor(SEGMENTS) as threads:
        for found in threads.map(part, range(SEGMENTS)):
            yield from found


def entries(rows: type[ReadRow]) -> dict[int, dict[str, Entry]]:
    """Return what every generation holds, by place."""
    found: dict[int, dict[str, Entry]] = {}
    for row in scan(rows):
        generation, pk = apart(row.pk)
        digest = hashlib.sha256(row.document.encode()).hexdigest()
        found.setdefault(generation, {})[f"{pk} {row.sk}"] = Entry(int(row.version), digest)
    return found


def placed(generation: int, pk: str) -> str:
    """Return the key of a partition in a generation; the first one's rows bear no number."""
    return pk if generation == 1 else f"/{generation}/{pk}"


def apart(pk: str) -> tuple[int, str]:
    """Return the generation and the partition of a key; generation 0 of what is no row."""
    if not pk.startswith("/"):
        return 1, pk
    _, number, *rest = pk.split("/", 2)
    return int(number or 0), "".join(rest)


def keep(row: ReadRow) -> None:
    """Write a row unless a later version is there."""
    save_if(row, ReadRow.pk.does_not_exist() | (ReadRow.version <= row.version))


def pointer(rows: type[ReadRow]) -> Pointer:
    """Return which generations there are, as it stands now."""
    row = find(rows, *POINTER)
    return Pointer(int(row.version), **_document(row.document)) if row else Pointer()


def turn_to(rows: type[ReadRow], new: Pointer) -> bool:
    """Change which generations there are; False if somebody else did since it was looked up."""
    document = _canonical({"live": new.live, "beside": new.beside})
    before = rows.pk.does_not_exist() if new.turn == 1 else rows.version == new.turn - 1
    return save_if(rows(*POINTER, version=new.turn, document=document), before)


def _canonical(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _document(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document
