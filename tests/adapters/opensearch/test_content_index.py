from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from narrowcast.adapters.opensearch.client import open_search
from narrowcast.adapters.opensearch.content_index import OpenSearchContentIndex
from narrowcast.adapters.opensearch.mapping import Layout, fields
from narrowcast.application.ports import IndexedPiece, UnavailableError
from narrowcast.domain.content import Tags
from narrowcast.domain.vocabulary import AgeBand, Audience, Section, Stage
from tests.support.http_server import Script

PIECE = IndexedPiece(
    hospital="h1",
    content_id="c1",
    revision=2,
    document_hash="ab" * 32,
    section=Section.MEDICATION,
    tags=Tags(("E11",), ("A10BA02",), (Stage.TREATMENT_START,), (AgeBand.MIDDLE,), Audience.PATIENT),
    title="二甲双胍怎么吃",
    text="随餐服用。",
    valid_until="2027-01-05",
)


@pytest.fixture
def index(server: Script) -> OpenSearchContentIndex:
    return OpenSearchContentIndex(open_search(server.url, seconds=5, retries=0))


def _error(kind: str) -> bytes:
    return json.dumps({"error": {"type": kind, "reason": kind, "root_cause": [{"reason": kind}]}}).encode()


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_domain_is_unavailable(index: OpenSearchContentIndex, server: Script, status: int) -> None:
    server.answer(status, _error("busy"), **JSON)
    with pytest.raises(UnavailableError, match=str(status)):
        index.put(PIECE, 1)
    with pytest.raises(UnavailableError, match=str(status)):
        list(index.candidates("h1", ["E11"]))
    with pytest.raises(UnavailableError, match=str(status)):
        index.begin()


def test_a_domain_that_hangs_up_is_unavailable(index: OpenSearchContentIndex, server: Script) -> None:
    server.hang_up()
    with pytest.raises(UnavailableError):
        index.remove("h1", "c1", 1)


def test_a_denied_call_is_not_hidden(index: OpenSearchContentIndex, server: Script) -> None:
    server.answer(403, _error("security_exception"), **JSON)
    with pytest.raises(Exception, match="403") as fault:
        index.put(PIECE, 1)
    assert not isinstance(fault.value, UnavailableError)


def test_the_same_piece_is_the_same_bytes(index: OpenSearchContentIndex, server: Script) -> None:
    server.answer(201, b"{}", **JSON)
    index.put(PIECE, 7)
    index.put(replace(PIECE), 7)
    one, *_, other = server.requests
    assert one.body == other.body
    assert json.loads(one.body).keys() == fields(Layout()).keys() - {"removed"}


def test_a_write_waits_for_no_refresh_and_never_makes_an_index_without_its_mapping(
    index: OpenSearchContentIndex, server: Script
) -> None:
    server.answer(201, b"{}", **JSON)
    index.put(PIECE, 7)
    beside, request = server.requests
    assert beside.path.startswith("/content-beside/")
    assert "refresh" not in request.path
    assert "require_alias=true" in request.path
    assert "version=7" in request.path
    assert "version_type=external_gte" in request.path


def test_a_removed_piece_leaves_nothing_of_its_text(index: OpenSearchContentIndex, server: Script) -> None:
    server.answer(201, b"{}", **JSON)
    index.remove("h1", "c1", 8)
    assert json.loads(server.requests[0].body) == {"hospital": "h1", "content_id": "c1", "removed": True}


def test_two_first_writers_make_one_index(index: OpenSearchContentIndex, server: Script) -> None:
    server.answer(404, _error("index_not_found_exception"), **JSON)
    server.answer(404, _error("index_not_found_exception"), **JSON)
    server.answer(400, _error("illegal_argument_exception"), **JSON)
    server.answer(200, b'{"tokens":[{}]}', **JSON)
    server.answer(400, _error("resource_already_exists_exception"), **JSON)
    server.answer(201, b"{}", **JSON)
    index.put(PIECE, 7)
    assert [request.path.partition("?")[0].split("/")[1] for request in server.requests] == [
        "content-beside",
        "content",
        "_analyze",
        "_analyze",
        "content-1",
        "content",
    ]


@pytest.fixture
def session() -> Any:
    return boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", region_name="cn-north-1")


def test_requests_to_aws_are_signed_over_https(session: Any) -> None:
    client = open_search("search-x.cn-north-1.es.amazonaws.com.cn", session=session, region="cn-north-1")
    (connection,) = client.transport.connection_pool.connections
    assert connection.host == "https://search-x.cn-north-1.es.amazonaws.com.cn:443"
    signed = connection.http_auth("GET", f"{connection.host}/content/_search", b"", {})
    assert signed["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/cn-north-1/es/aws4_request" in signed["Authorization"]


def test_requests_to_the_loopback_are_plain_and_unsigned(session: Any, server: Script) -> None:
    server.answer(200, b'{"hits":{"hits":[]}}', **JSON)
    index = OpenSearchContentIndex(open_search(server.url, session=session, region="cn-north-1"))
    assert list(index.candidates("h1", ["E11"])) == []
    assert "authorization" not in server.requests[0].headers
