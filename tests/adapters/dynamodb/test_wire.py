"""The short way to DynamoDB: signed and repeated as the SDK would, its faults told apart as the SDK's are."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ChecksumError, ClientError, ConnectionClosedError, NoCredentialsError
from pynamodb.connection import Connection

from narrowcast.adapters.aws_faults import passes
from narrowcast.adapters.dynamodb import wire
from narrowcast.adapters.dynamodb.event_log import CommitItem, from_image, to_commit, to_item
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.contracts.commit import seal
from tests.support.http_server import Script

ASKED = {"TableName": "t"}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited = list[float]()
    monkeypatch.setattr(wire, "sleep", waited.append)
    return waited


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def connection(server: Script) -> Connection:
    return connect(region="cn-north-1", host=server.url, retries=2)


def _refusal(code: str) -> bytes:
    return f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"no"}}'.encode()


def test_a_call_is_signed_and_says_what_it_asks(connection: Connection, server: Script) -> None:
    server.answer(200, b'{"Item":{"a":{"S":"b"}}}')
    assert wire.call(connection, "GetItem", {**ASKED, "Key": {"k": {"B": b"\xff"}}}) == {"Item": {"a": {"S": "b"}}}
    (request,) = server.requests
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert "/cn-north-1/dynamodb/aws4_request" in request.headers["authorization"]
    assert json.loads(request.body) == {"TableName": "t", "Key": {"k": {"B": "/w=="}}}


def test_a_session_token_travels_along(connection: Connection, server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of a role")
    server.answer(200, b"{}")
    wire.call(connection, "PutItem", ASKED)
    assert server.requests[0].headers["x-amz-security-token"] == "of a role"


def test_credentials_that_are_about_to_expire_are_refreshed(connection: Connection, server: Script) -> None:
    keys = iter(["first", "second"])

    def fresh() -> dict[str, Any]:
        soon = datetime.now(UTC) + timedelta(seconds=1)
        return {"access_key": next(keys), "secret_key": "s", "token": "t", "expiry_time": soon.isoformat()}

    connection.client._request_signer._credentials = RefreshableCredentials.create_from_metadata(fresh(), fresh, "test")
    server.answer(200, b"{}")
    wire.call(connection, "PutItem", ASKED)
    assert "Credential=second/" in server.requests[0].headers["authorization"]


def test_without_credentials_nothing_is_sent(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentialsError):
        wire.call(connect(region="cn-north-1", host=server.url), "PutItem", ASKED)
    assert server.requests == []


@pytest.mark.parametrize(
    "fault",
    [
        (400, _refusal("ProvisionedThroughputExceededException")),
        (400, _refusal("ThrottlingException")),
        (500, _refusal("InternalServerError")),
        (503, b"<html>busy</html>"),
        (502, b""),
        None,
    ],
    ids=["throughput", "throttled", "broken", "page", "nothing", "hung up"],
)
def test_what_passes_is_tried_again(
    connection: Connection, server: Script, waits: list[float], fault: tuple[int, bytes] | None
) -> None:
    for _ in range(2):
        server.answer(*fault) if fault else server.hang_up()
    server.answer(200, b"{}")
    assert wire.call(connection, "PutItem", ASKED) == {}
    assert len(server.requests) == 3
    assert [0 <= waited <= most for waited, most in zip(waits, (1, 2), strict=True)] == [True, True]


def test_an_answer_that_was_damaged_on_the_way_is_asked_for_again(connection: Connection, server: Script) -> None:
    server.answer(200, b'{"Items":[]}', **{"x-amz-crc32": "1"})
    server.answer(200, b"{}", **{"x-amz-crc32": str(zlib.crc32(b"{}"))})
    assert wire.call(connection, "Query", ASKED) == {}


def test_one_that_stays_damaged_is_not_taken(connection: Connection, server: Script) -> None:
    server.answer(200, b"{}", **{"x-amz-crc32": "1"})
    with pytest.raises(ChecksumError):
        wire.call(connection, "Query", ASKED)
    assert len(server.requests) == 3


def test_what_does_not_pass_is_told_as_it_is_after_the_last_try(connection: Connection, server: Script) -> None:
    server.answer(400, _refusal("ThrottlingException"))
    with pytest.raises(ClientError, match="ThrottlingException") as told:
        wire.call(connection, "PutItem", ASKED)
    assert passes(told.value)
    assert len(server.requests) == 3


def test_a_service_that_never_answers_is_a_fault_that_passes(connection: Connection, server: Script) -> None:
    server.hang_up()
    with pytest.raises(ConnectionClosedError) as told:
        wire.call(connection, "PutItem", ASKED)
    assert passes(told.value)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ConditionalCheckFailedException"])
def test_a_refusal_is_not_asked_for_twice(connection: Connection, server: Script, code: str) -> None:
    server.answer(400, _refusal(code))
    with pytest.raises(ClientError, match=code) as told:
        wire.call(connection, "PutItem", ASKED)
    assert not passes(told.value)
    assert len(server.requests) == 1


def test_the_waits_grow_and_end() -> None:
    assert all(wire.wait_after(40) <= wire.LONGEST_WAIT for _ in range(100))
    assert max(wire.wait_after(4) for _ in range(100)) > max(wire.wait_after(1) for _ in range(100))


def test_every_page_is_read(connection: Connection, server: Script) -> None:
    server.answer(200, b'{"Items":[{"n":{"N":"1"}}],"LastEvaluatedKey":{"n":{"N":"1"}}}')
    server.answer(200, b'{"Items":[],"LastEvaluatedKey":{"n":{"N":"2"}}}')
    server.answer(200, b'{"Items":[{"n":{"N":"3"}}]}')
    assert [each["n"]["N"] for each in wire.found(connection, "Query", ASKED)] == ["1", "3"]
    begun = [json.loads(request.body).get("ExclusiveStartKey") for request in server.requests]
    assert begun == [None, {"n": {"N": "1"}}, {"n": {"N": "2"}}]


@pytest.mark.parametrize(
    ("region", "host"),
    [("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"), ("eu-west-1", "dynamodb.eu-west-1.amazonaws.com")],
)
def test_a_region_has_the_endpoint_of_its_partition(region: str, host: str) -> None:
    assert connect(region=region).client.meta.endpoint_url == f"https://{host}"


@pytest.mark.parametrize("payload", [b"[]", b"[" + b'{"a":1},' * 900 + b"{}]"], ids=["plain", "deflated"])
def test_an_item_is_what_its_model_defines(payload: bytes) -> None:
    commit = seal(stream="h/visit#1", version=7, commit_id="c", recorded_at="r", payload=payload, previous="")
    item = to_item(commit)
    model = CommitItem()
    model.deserialize({name: dict(value) for name, value in item.items()})
    assert model.serialize() == item
    image = msgspec.to_builtins(item)
    assert to_commit(image) == from_image(image) == commit
