"""How an index is laid out, chosen by what the engine answers: analyzers for Chinese, vectors by k-NN or kept only.

`cjk` (pairs of characters) is everywhere and ranks best; single characters find what is shorter than a pair; IK or
smartcn add words where the engine has them. The layout of an index is written into it (`_meta`), so that who searches
it later knows what it can be asked.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

WORD_ANALYZERS: Final = ("ik_max_word", "smartcn")
"""The first that the engine has is used."""
KNN_PLUGIN: Final = "opensearch-knn"
SIMILARITIES: Final = {
    "pairs": {"type": "BM25", "k1": 0.4, "b": 0.6},
    "characters": {"type": "BM25", "k1": 0.2, "b": 0.6},
}
"""That a text has what was asked for counts, not how often: it is short, and the next sentence repeats the word."""
COUNTS: Final = ("treatments", "customs", "facts", "months")
"""What an engine counts with: how many of each a piece has, and the months of its signature's newness."""
_PROBE: Final = "二甲双胍饭后吃"
_KEYWORD: Final = {"type": "keyword"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What an index can be asked. `vectors`: knn, exact or none; `model`: whose; `words`: the analyzer, or nothing."""

    words: str = ""
    vectors: str = "none"
    model: str = ""
    dimensions: int = 0


def best_layout(client: OpenSearch, model: str, dimensions: int) -> Layout:
    """Return the best layout that the engine has, for vectors of a model if there is one."""
    words = next((name for name in WORD_ANALYZERS if _analyzes(client, name)), "")
    if not model:
        return Layout(words)
    return Layout(words, "knn" if _has_knn(client) else "exact", model, dimensions)


def layout_of(client: OpenSearch, alias: str) -> Layout:
    """Return the layout of the index behind an alias; that of one without vectors if it does not say."""
    for index in client.indices.get_mapping(index=alias, params={"ignore_unavailable": "true"}).values():
        told = index["mappings"].get("_meta", {}).get("layout")
        return Layout(**told) if told else Layout()
    return Layout()


def body_of(layout: Layout) -> dict[str, Any]:
    """Return settings and mappings of an index."""
    index: dict[str, Any] = {"similarity": SIMILARITIES}
    settings = {"settings": {"index": index | ({"knn": True} if layout.vectors == "knn" else {})}}
    mapping = {"dynamic": "strict", "_meta": {"layout": asdict(layout)}, "properties": fields(layout)}
    return {**settings, "mappings": mapping}


def fields(layout: Layout) -> dict[str, Any]:
    """Return the fields of a piece."""
    return {
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
        "channels": _KEYWORD,
        "form": _KEYWORD,
        "facts": _KEYWORD,
        "sexes": _KEYWORD,
        "procedures": _KEYWORD,
        "steps": _KEYWORD,
        "literacy": _KEYWORD,
        "style": _KEYWORD,
        "customs": _KEYWORD,
        "language": _KEYWORD,
        "counts": {"properties": {name: {"type": "integer"} for name in COUNTS}},
        "candidate": {"type": "keyword", "index": False},
        "title": _chinese(layout),
        "text": _chinese(layout),
        "valid_until": {"type": "date", "format": "strict_date"},
        "model": _KEYWORD,
        "passages": _passages(layout),
    }


def _chinese(layout: Layout) -> dict[str, Any]:
    words = {"word": _text(layout.words, "pairs")} if layout.words else {}
    return _text("cjk", "pairs") | {"fields": {"char": _text("standard", "characters"), **words}}


def _text(analyzer: str, similarity: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": analyzer, "similarity": similarity}


def _passages(layout: Layout) -> dict[str, Any]:
    """Vectors are kept in the source everywhere; only k-NN indexes them."""
    if layout.vectors != "knn":
        return {"type": "object", "enabled": False}
    vector = {
        "type": "knn_vector",
        "dimension": layout.dimensions,
        "data_type": "byte",
        "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"},
    }
    return {"type": "nested", "properties": {"vector": vector}}


def _analyzes(client: OpenSearch, analyzer: str) -> bool:
    with suppress(NotFoundError, RequestError):
        return bool(client.indices.analyze(body={"analyzer": analyzer, "text": _PROBE})["tokens"])
    return False


def _has_knn(client: OpenSearch) -> bool:
    with suppress(NotFoundError, RequestError):
        plugins = client.cat.plugins(params={"format": "json"})
        return any(each.get("component") == KNN_PLUGIN for each in plugins)
    return False
