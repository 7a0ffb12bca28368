"""The questions put to an engine: what may be found, which words, which vectors. Weights are data, tuned by measuring.

Every query has its filter; without one nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from narrowcast.adapters.opensearch.mapping import Layout
from narrowcast.application.ports import Scope, Vector
from narrowcast.domain.search.wording import Wording

Query = dict[str, Any]
PAIRS, WORDS, CHARACTERS, NAMES = 1.0, 0.25, 0.3, 0.15
"""How much a match counts by pairs of characters, by words, by single characters, and by another name."""
TITLE: Final = 0.5
"""How much the title adds."""
SHORT: Final = 20
"""Characters up to which words and single characters are asked for, too: in a long question they only cost time."""
FOUND: Final = {"_source": False, "docvalue_fields": ["content_id"]}
"""Of what is found only its name is wanted; a document's source has its vectors, and reading a hundred takes long."""


def in_scope(scope: Scope) -> Query:
    """Return the filter of a scope."""
    return {
        "bool": {
            "filter": [
                {"term": {"hospital": scope.hospital}},
                {"term": {"channels": scope.channel}},
                {"terms": {"audience": list(scope.audiences)}},
                {"range": {"valid_until": {"gte": scope.on.isoformat()}}},
            ],
            "must_not": [{"terms": {"content_id": list(scope.without)}}],
        }
    }


def by_words(scope: Scope, wording: Wording, layout: Layout, limit: int) -> Query:
    """Return the search for a question's words and for other names of what it names."""
    matches = [
        {"match": {f"{field}{sub}": {"query": wording.text, "boost": boost * weight}}}
        for field, boost in (("text", 1.0), ("title", TITLE))
        for sub, weight in _ways(wording, layout).items()
    ]
    wanted = {"should": [*matches, *map(_named, wording.names)], "minimum_should_match": 1}
    return _search({"bool": {"filter": [in_scope(scope)], **wanted}}, limit)


def _ways(wording: Wording, layout: Layout) -> Mapping[str, float]:
    if len(wording.text) > SHORT:
        return {"": PAIRS}
    return {"": PAIRS, ".char": CHARACTERS, **({".word": WORDS} if layout.words else {})}


def _named(names: tuple[str, ...]) -> Query:
    """A piece that has any of the names counts once."""
    phrases = [{"match_phrase": {field: name}} for name in names for field in ("text", "title")]
    return {"dis_max": {"queries": phrases, "boost": NAMES}}


def by_vector(scope: Scope, vector: Vector, limit: int) -> Query:
    """Return the search for the nearest passages by k-NN."""
    near = {"vector": list(vector), "k": limit, "filter": in_scope(scope)}
    passages = {"path": "passages", "score_mode": "max", "query": {"knn": {"passages.vector": near}}}
    return _search({"nested": passages}, limit)


def all_vectors(scope: Scope, limit: int) -> Query:
    """Return the search for the vectors of everything in scope, for engines without k-NN."""
    return {
        "query": in_scope(scope),
        "sort": [{"content_id": "asc"}],
        "size": limit,
        "_source": ["content_id", "passages"],
    }


def _search(query: Query, limit: int) -> Query:
    return {"query": query, "size": limit, "track_total_hits": False, **FOUND}
