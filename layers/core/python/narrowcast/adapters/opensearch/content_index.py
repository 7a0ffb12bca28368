"""Published pieces in OpenSearch. What it finds is checked against the log by whoever asked; nothing here is trusted.

Writes carry the version of the piece's stream as an external version, so late and repeated ones fall away. A piece
that is taken out is replaced by an empty document and not deleted: OpenSearch forgets the version of a deletion after
a minute (`index.gc_deletes`), and a late write would then bring the piece back.

No write waits for a refresh. A new piece is found within the index's refresh interval, one second; waiting for it
would hold up the projection, and a rebuild would take a second per piece.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    ConflictError,
    ConnectionError,  # noqa: A004 - its name there
    NotFoundError,
    RequestError,
    TransportError,
)

from narrowcast.application.ports import IndexedPiece, UnavailableError

_KEYWORD: Final = {"type": "keyword"}
_CHINESE: Final = {"type": "text", "analyzer": "cjk"}
FIELDS: Final[dict[str, dict[str, str]]] = {
    "hospital": _KEYWORD,
    "content_id": _KEYWORD,
    "removed": {"type": "boolean"},
    "revision": {"type": "integer"},
    "document_hash": _KEYWORD,
    "section": _KEYWORD,
    "codes": _KEYWORD,
    "treatments": _KEYWORD,
    "stages": _KEYWORD,
    "age_bands": _KEYWORD,
    "audience": _KEYWORD,
    "title": _CHINESE,
    "text": _CHINESE,
    "valid_until": {"type": "date", "format": "strict_date"},
}
MAPPING: Final = {"dynamic": "strict", "properties": FIELDS}
PAGE: Final = 500
_TOO_MANY_REQUESTS: Final = 429
_SERVER_FAULT: Final = 500


class OpenSearchContentIndex:
    """ContentIndex behind an alias, so that a reset swaps a new, empty index in at once."""

    def __init__(self, client: OpenSearch, alias: str = "content") -> None:
        self._client = client
        self._alias = alias

    def put(self, piece: IndexedPiece, version: int) -> None:
        self._write(piece.hospital, piece.content_id, version, _fields(piece))

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self._write(hospital, content_id, version, {"removed": True})

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        after: list[str] = []
        while codes:
            hits = self._page(hospital, codes, after)
            yield from (hit["sort"][0] for hit in hits)
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]

    def reset(self) -> None:
        with _passing_faults_are_unavailable():
            old = self._indices()
            new = f"{self._alias}-{max(map(_number, old), default=0) + 1}"
            self._client.indices.create(index=new, body={"mappings": MAPPING})
            self._client.indices.update_aliases(
                body={
                    "actions": [
                        *({"remove_index": {"index": index}} for index in old),
                        {"add": {"index": new, "alias": self._alias}},
                    ]
                }
            )

    def _write(self, hospital: str, content_id: str, version: int, fields: Mapping[str, object]) -> None:
        """Write unless a later version is there; without an index, make one first (never one without its mapping)."""
        document = _canonical({"hospital": hospital, "content_id": content_id, **fields})
        name = hashlib.sha256(f"{hospital}/{content_id}".encode()).hexdigest()
        with _passing_faults_are_unavailable():
            try:
                self._index(name, version, document)
            except NotFoundError:
                self._create_first()
                self._index(name, version, document)

    def _index(self, name: str, version: int, document: str) -> None:
        params = {"version": version, "version_type": "external_gte", "require_alias": "true"}
        try:
            self._client.index(index=self._alias, id=name, body=document, params=params)
        except ConflictError:
            return

    def _create_first(self) -> None:
        try:
            self._client.indices.create(
                index=f"{self._alias}-1", body={"mappings": MAPPING, "aliases": {self._alias: {}}}
            )
        except RequestError as fault:
            if fault.error != "resource_already_exists_exception":  # another writer was as early
                raise

    def _page(self, hospital: str, codes: Sequence[str], after: list[str]) -> list[Any]:
        """Return the next hits by content id; none where no index was made yet, for then nothing was published."""
        query: dict[str, object] = {
            "query": {"bool": {"filter": [{"term": {"hospital": hospital}}, {"terms": {"codes": list(codes)}}]}},
            "sort": [{"content_id": "asc"}],
            "size": PAGE,
            "_source": False,
        }
        with _passing_faults_are_unavailable():
            found = self._client.search(
                index=self._alias,
                body=query | ({"search_after": after} if after else {}),
                params={"ignore_unavailable": "true"},
            )
        hits: list[Any] = found["hits"]["hits"]
        return hits

    def _indices(self) -> list[str]:
        try:
            return list(self._client.indices.get_alias(name=self._alias))
        except NotFoundError:
            return []


def _fields(piece: IndexedPiece) -> dict[str, object]:
    return {
        "revision": piece.revision,
        "document_hash": piece.document_hash,
        "section": piece.section,
        "codes": list(piece.tags.codes),
        "treatments": list(piece.tags.treatments),
        "stages": list(piece.tags.stages),
        "age_bands": list(piece.tags.age_bands),
        "audience": piece.tags.audience,
        "title": piece.title,
        "text": piece.text,
        "valid_until": piece.valid_until,
    }


def _canonical(document: Mapping[str, object]) -> str:
    """Return the source as text: OpenSearch stores the bytes as they come, so a rebuild gives the same ones."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _number(index: str) -> int:
    return int(index.rpartition("-")[2])


@contextmanager
def _passing_faults_are_unavailable() -> Iterator[None]:
    try:
        yield
    except TransportError as fault:
        if not _passes(fault):
            raise
        raise UnavailableError(f"opensearch: {type(fault).__name__} {fault.status_code}") from None


def _passes(fault: TransportError) -> bool:
    status = fault.status_code
    unreached = isinstance(fault, ConnectionError)
    return unreached or (isinstance(status, int) and (status == _TOO_MANY_REQUESTS or status >= _SERVER_FAULT))
