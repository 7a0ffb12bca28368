"""Many pieces into an index of their own at once: for measuring, not for the library, whose writes carry versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from narrowcast.adapters.opensearch.content_index import OpenSearchContentIndex, document_name, source_of
from narrowcast.application.ports import IndexedPiece

AT_ONCE = 500


def load(client: OpenSearch, index: OpenSearchContentIndex, pieces: Iterable[IndexedPiece]) -> None:
    """Make the index and put the pieces into it; they are found when this returns, in one segment as after long use."""
    index.create()
    client.indices.put_settings(index=index.alias, body={"index": {"refresh_interval": "-1"}})
    rest = iter(pieces)
    while part := list(islice(rest, AT_ONCE)):
        answer: Any = client.bulk(body="\n".join(_lines(index.alias, part)) + "\n")
        if answer["errors"]:
            refused = next(each["index"] for each in answer["items"] if "error" in each["index"])
            raise ValueError(f"the engine refuses {refused['_id']}: {refused['error']['reason']}")
    client.indices.refresh(index=index.alias)
    with suppress(NotFoundError, RequestError):  # not every engine has segments
        client.indices.forcemerge(index=index.alias, max_num_segments=1)


def unload(client: OpenSearch, index: OpenSearchContentIndex) -> None:
    """Remove the index."""
    client.indices.delete(index=f"{index.alias}-1", params={"ignore_unavailable": "true"})


def _lines(alias: str, pieces: Iterable[IndexedPiece]) -> Iterator[str]:
    for piece in pieces:
        yield f'{{"index":{{"_index":"{alias}","_id":"{document_name(piece.hospital, piece.content_id)}"}}}}'
        yield source_of(piece)
