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
from contextlib import contextmanager, suppress
from datetime import date
from heapq import nsmallest
from itertools import groupby
from time import monotonic
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    ConflictError,
    ConnectionError,  # noqa: A004 - its name there
    NotFoundError,
    RequestError,
    TransportError,
)

from narrowcast.adapters.opensearch.for_guides import (
    AT_ONCE,
    by_place,
    by_places,
    fields_for_guides,
    quizzes_on,
    read_candidate,
    simple_on,
)
from narrowcast.adapters.opensearch.mapping import Layout, best_layout, body_of, fields, layout_of
from narrowcast.adapters.opensearch.queries import all_vectors, by_vector, by_words
from narrowcast.application.ports import Engine, Entry, Found, IndexedPiece, Scope, UnavailableError, Vector
from narrowcast.domain.draft import FactRef
from narrowcast.domain.search.vectors import cosine
from narrowcast.domain.search.wording import Wording
from narrowcast.domain.shelves import Candidate, Place, Standing
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Section

PAGE: Final = 500
EXACT_MOST: Final = 2_000
"""Pieces whose vectors are compared here where the engine has no k-NN; more than that needs an engine that has."""
LAYOUT_SECONDS: Final = 60
"""How long the layout of the live index is believed: a rebuild may bring another."""
_STRICT: Final = "strict_dynamic_mapping_exception"
_TOO_MANY_REQUESTS: Final = 429
_SERVER_FAULT: Final = 500


class OpenSearchContentIndex:
    """ContentIndex behind an alias. An index that is made beside it has an alias too, and every write goes to both.

    To the one beside it first: if a rebuild begins or ends between the two writes, the event is in what it made.
    """

    def __init__(self, client: OpenSearch, alias: str = "content", *, model: str = "", dimensions: int = 0) -> None:
        """Take the model whose vectors the pieces bring, and their length; none if they bring none."""
        self._client = client
        self.alias = alias
        self._model, self._dimensions = model, dimensions
        self._layout: tuple[Layout, float] | None = None

    def put(self, piece: IndexedPiece, version: int) -> None:
        self._write(document_name(piece.hospital, piece.content_id), version, source_of(piece))

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self._write(document_name(hospital, content_id), version, _emptied(hospital, content_id))

    def candidates(self, hospital: str, codes: Sequence[str]) -> Iterator[str]:
        after: list[str] = []
        while codes:
            hits = self._page(hospital, codes, after)
            yield from (hit["sort"][0] for hit in hits)
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]

    def standing(
        self, hospital: str, places: Sequence[Place], situation: Situation, *, on: date, limit: int
    ) -> list[Standing]:
        """Ask once for all places of a ladder; for more than an engine gives of a group, place by place."""
        if limit >= AT_ONCE:
            asked = [by_place(hospital, place, situation, on=on, limit=limit + 1) for place in places]
            return [_standing(told, limit) for told in self._search_all(asked)]
        ladders = [tuple(group) for _, group in groupby(sorted(places, key=_ladder), key=_ladder)]
        asked = [by_places(hospital, group, situation, on=on, limit=limit + 1) for group in ladders]
        answers = zip(ladders, self._search_all(asked), strict=True)
        found = {
            place: each
            for group, told in answers
            for place, each in zip(group, _standings(told, limit, len(group)), strict=True)
        }
        return [found[place] for place in places]

    def quizzes(self, hospital: str, codes: Sequence[str], facts: Sequence[FactRef], *, on: date) -> list[Candidate]:
        return self._telling(quizzes_on(hospital, codes, facts, on=on)) if codes and facts else []

    def simple(
        self, hospital: str, codes: Sequence[str], section: Section, facts: Sequence[FactRef], *, on: date
    ) -> list[Candidate]:
        return self._telling(simple_on(hospital, codes, section, facts, on=on)) if codes and facts else []

    def _telling(self, query: Mapping[str, object]) -> list[Candidate]:
        with _passing_faults_are_unavailable():
            return [_candidate(hit) for hit in self._search(query)]

    def _search_all(self, queries: Sequence[Mapping[str, object]]) -> list[Any]:
        """Ask all at once; the answers in order."""
        if not queries:
            return []
        head = json.dumps({"index": self.alias, "ignore_unavailable": True})
        body = "".join(f"{head}\n{json.dumps(query, ensure_ascii=False)}\n" for query in queries)
        with _passing_faults_are_unavailable():
            answers: list[Any] = self._client.msearch(body=body)["responses"]
            for answer in answers:
                if "error" in answer:
                    raise TransportError(answer["status"], answer["error"].get("type", ""), answer["error"])
        return answers

    def matching(self, scope: Scope, wording: Wording, limit: int) -> list[Found]:
        if not wording.text:
            return []
        with _passing_faults_are_unavailable():
            return self._found(by_words(scope, wording, self._live_layout(), limit))

    def nearest(self, scope: Scope, vector: Vector, limit: int) -> list[Found]:
        with _passing_faults_are_unavailable():
            layout = self._live_layout()
            if layout.model != self._model or layout.vectors == "none":
                return []
            return (
                self._found(by_vector(scope, vector, limit))
                if layout.vectors == "knn"
                else self._compared(scope, vector, limit)
            )

    def engine(self) -> Engine:
        with _passing_faults_are_unavailable():
            told, layout = self._client.info()["version"], self._live_layout()
        name = str(told.get("distribution", "elasticsearch"))
        analyzers = ("cjk", "standard", *([layout.words] if layout.words else []))
        return Engine(name, str(told["number"]), analyzers, layout.vectors, layout.model)

    def entries(self) -> dict[str, Entry]:
        with _passing_faults_are_unavailable():
            return dict(entries(self._client, self.alias)) if behind(self._client, self.alias) else {}

    def begin(self) -> OpenSearchGeneration:
        with _passing_faults_are_unavailable():
            live, given_up = behind(self._client, self.alias), behind(self._client, beside(self.alias))
            if not live:
                self.create()
                live = behind(self._client, self.alias)
            new = f"{self.alias}-{max(map(_number, (*live, *given_up))) + 1}"
            self._client.indices.create(index=new, body=self._body(beside(self.alias)))
            if given_up:
                drop = [{"remove_index": {"index": index}} for index in given_up]
                self._client.indices.update_aliases(body={"actions": drop})
        return OpenSearchGeneration(self._client, self.alias, new)

    def _write(self, name: str, version: int, document: str) -> None:
        """Write unless a later version is there; without an index, make one first (never one without its mapping)."""
        with _passing_faults_are_unavailable():
            with suppress(NotFoundError):
                write(self._client, beside(self.alias), name, version, document)
            try:
                write(self._client, self.alias, name, version, document)
            except NotFoundError:
                self.create()
                write(self._client, self.alias, name, version, document)

    def create(self) -> None:
        """Make the first index, unless another writer was as early."""
        try:
            self._client.indices.create(index=f"{self.alias}-1", body=self._body(self.alias))
        except RequestError as fault:
            if fault.error != "resource_already_exists_exception":  # another writer was as early
                raise

    def _body(self, alias: str) -> dict[str, Any]:
        layout = best_layout(self._client, self._model, self._dimensions)
        return {**body_of(layout), "aliases": {alias: {}}}

    def _live_layout(self) -> Layout:
        known, now = self._layout, monotonic()
        if known is None or now - known[1] > LAYOUT_SECONDS:
            known = self._layout = (layout_of(self._client, self.alias), now)
        return known[0]

    def _found(self, query: Mapping[str, object]) -> list[Found]:
        hits = self._search(query)
        found = [Found(hit["fields"]["content_id"][0], hit["_score"]) for hit in hits]
        return sorted(found, key=lambda each: (-each.score, each.content_id))

    def _compared(self, scope: Scope, vector: Vector, limit: int) -> list[Found]:
        """Compare the vectors of everything in scope with one, here."""
        near = [
            Found(hit["_source"]["content_id"], max(cosine(vector, each["vector"]) for each in kept))
            for hit in self._search(all_vectors(scope, EXACT_MOST))
            if (kept := hit["_source"].get("passages"))
        ]
        return nsmallest(limit, near, key=lambda each: (-each.score, each.content_id))

    def _search(self, query: Mapping[str, object]) -> list[Any]:
        found = self._client.search(index=self.alias, body=query, params={"ignore_unavailable": "true"})
        hits: list[Any] = found["hits"]["hits"]
        return hits

    def _page(self, hospital: str, codes: Sequence[str], after: list[str]) -> list[Any]:
        """Return the next hits by content id; none where no index was made yet, for then nothing was published."""
        query: dict[str, object] = {
            "query": {"bool": {"filter": [{"term": {"hospital": hospital}}, {"terms": {"codes": list(codes)}}]}},
            "sort": [{"content_id": "asc"}],
            "size": PAGE,
            "_source": False,
        }
        with _passing_faults_are_unavailable():
            return self._search(query | ({"search_after": after} if after else {}))


class OpenSearchGeneration:
    """PieceGeneration: an index beside the one that the alias leads to."""

    def __init__(self, client: OpenSearch, alias: str, index: str) -> None:
        self._client = client
        self.alias = alias
        self._index = index

    def put(self, piece: IndexedPiece, version: int) -> None:
        self._write(document_name(piece.hospital, piece.content_id), version, source_of(piece))

    def remove(self, hospital: str, content_id: str, version: int) -> None:
        self._write(document_name(hospital, content_id), version, _emptied(hospital, content_id))

    def entries(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        with _passing_faults_are_unavailable():
            return dict(entries(self._client, self.alias)), dict(entries(self._client, self._index))

    def swap(self) -> bool:
        with _passing_faults_are_unavailable():
            if behind(self._client, beside(self.alias)) != [self._index]:
                return False
            moves = [{"remove": {"index": each, "alias": self.alias}} for each in behind(self._client, self.alias)]
            moves += [
                {"add": {"index": self._index, "alias": self.alias}},
                {"remove": {"index": self._index, "alias": beside(self.alias)}},
            ]
            self._client.indices.update_aliases(body={"actions": moves})
        return True

    def drop_others(self) -> None:
        with _passing_faults_are_unavailable():
            kept = set(behind(self._client, self.alias))
            later = {each for each in behind(self._client, beside(self.alias)) if each != self._index}
            for index in self._numbered() - kept - later:
                self._client.indices.delete(index=index, params={"ignore_unavailable": "true"})

    def _write(self, name: str, version: int, document: str) -> None:
        with _passing_faults_are_unavailable(), suppress(NotFoundError):  # no alias: given up for a later rebuild
            write(self._client, beside(self.alias), name, version, document)

    def _numbered(self) -> set[str]:
        names = self._client.indices.get(index=f"{self.alias}-*")
        return {name for name in names if name.rpartition("-")[2].isdigit()}


ENTRY_ORDER: Final = [{"hospital": "asc"}, {"content_id": "asc"}]


def beside(alias: str) -> str:
    """Return the alias of the index that is made beside the live one."""
    return f"{alias}-beside"


def behind(client: OpenSearch, alias: str) -> list[str]:
    """Return the indices that an alias leads to."""
    try:
        return list(client.indices.get_alias(name=alias))
    except NotFoundError:
        return []


def entries(client: OpenSearch, index: str) -> Iterator[tuple[str, Entry]]:
    """Yield what an index holds, by hospital and content id."""
    client.indices.refresh(index=index)
    after: list[str] = []
    while True:
        body: dict[str, Any] = {"query": {"match_all": {}}, "sort": ENTRY_ORDER, "size": PAGE, "version": True}
        hits = client.search(index=index, body=body | ({"search_after": after} if after else {}))["hits"]["hits"]
        for hit in hits:
            source = hit["_source"]
            digest = hashlib.sha256(_canonical(source).encode()).hexdigest()
            yield f"{source['hospital']} {source['content_id']}", Entry(hit["_version"], digest)
        if len(hits) < PAGE:
            return
        after = hits[-1]["sort"]


def write(client: OpenSearch, alias: str, name: str, version: int, document: str) -> None:
    """Index a document under its stream's version unless a later one is there; NotFoundError without the alias.

    An index of an earlier layout is given the fields that it lacks; what it holds is only found by them once rebuilt.
    """
    params = {"version": version, "version_type": "external_gte", "require_alias": "true"}
    with suppress(ConflictError):
        try:
            client.index(index=alias, id=name, body=document, params=params)
        except RequestError as fault:
            if fault.error != _STRICT:
                raise
            client.indices.put_mapping(index=alias, body={"properties": _lacking(client, alias)})
            client.index(index=alias, id=name, body=document, params=params)


def _lacking(client: OpenSearch, alias: str) -> dict[str, Any]:
    """Return the fields that an index does not have; those that it has can no longer be changed."""
    (mapping,) = client.indices.get_mapping(index=alias).values()
    known = mapping["mappings"].get("properties", {})
    return {name: field for name, field in fields(Layout()).items() if name not in known}


def document_name(hospital: str, content_id: str) -> str:
    """Return the id of a piece's document."""
    return hashlib.sha256(f"{hospital}/{content_id}".encode()).hexdigest()


def _emptied(hospital: str, content_id: str) -> str:
    return _canonical({"hospital": hospital, "content_id": content_id, "removed": True})


def source_of(piece: IndexedPiece) -> str:
    """Return a piece's document, the same bytes whenever it is made."""
    return _canonical({"hospital": piece.hospital, "content_id": piece.content_id, **_fields(piece)})


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
        "channels": list(piece.channels),
        "model": piece.model,
        **fields_for_guides(piece.candidate),
        "passages": [{"vector": list(vector)} for vector in piece.vectors],
    }


def _standing(told: Mapping[str, Any], limit: int) -> Standing:
    hits = told["hits"]["hits"]
    considered = told.get("aggregations") or {"considered": {"value": 0}}  # none where there is no index yet
    return Standing(tuple(map(_candidate, hits[:limit])), int(considered["considered"]["value"]), len(hits) <= limit)


def _standings(told: Mapping[str, Any], limit: int, count: int) -> list[Standing]:
    """Return what an answer tells of each of the places; nothing where there is no index yet."""
    groups = told.get("aggregations")
    return [_of_group(groups[str(at)], limit) for at in range(count)] if groups else [Standing()] * count


def _of_group(group: Mapping[str, Any], limit: int) -> Standing:
    hits = group["fitting"]["best"]["hits"]["hits"]
    return Standing(tuple(map(_candidate, hits[:limit])), group["doc_count"], len(hits) <= limit)


def _ladder(place: Place) -> tuple[str, ...]:
    return place.ladder


def _candidate(hit: Mapping[str, Any]) -> Candidate:
    return read_candidate(hit["fields"]["candidate"][0])


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
