"""Calls DynamoDB by its wire's own form, for a table whose calls are counted in fractions of a millisecond.

What carries a call is botocore's, out of the client that all tables share: endpoint, credentials, signer, HTTP session
(pool, TLS, proxies, timeouts) and the reading of errors. Left out is the rest of the general client (models of every
shape, hooks, endpoint rules, user agents): half of the CPU of a put. Faults come out as botocore's, so that
`aws_faults` tells those that pass. Knows no table and no item.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from random import random
from time import sleep
from typing import Any
from uuid import uuid4

import msgspec
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ChecksumError, ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own name
from botocore.model import StructureShape
from botocore.parsers import create_parser
from pynamodb.connection import Connection

from narrowcast.adapters.aws_faults import passes

Wire = Mapping[str, Any]
"""What travels: binary values are bytes when asked, base64 when answered."""

LONGEST_WAIT = 20
"""Seconds."""

_OK = 200
_ERROR, _ERRORS = StructureShape("Error", {"type": "structure"}), create_parser("json")


def call(connection: Connection, operation: str, asked: Wire) -> Wire:
    """Return the answer. A call that may pass is tried again as often as the client would, and after the same waits.

    ClientError for an answer that is a refusal, botocore's ConnectionError or HTTPClientError when there is none.
    A call whose answer was lost is repeated too: whoever writes must know its own writing again.
    """
    body = msgspec.json.encode(asked)
    attempt = 1
    while True:
        try:
            return _tried(connection, operation, body)
        except (ClientError, ConnectionError, HTTPClientError, ChecksumError) as fault:
            if attempt >= _attempts(connection) or not (passes(fault) or isinstance(fault, ChecksumError)):
                raise
        sleep(wait_after(attempt))
        attempt += 1


def found(connection: Connection, operation: str, asked: Wire) -> Iterator[Wire]:
    """Yield every item that a Query or Scan finds, past the end of each page; a Limit in `asked` is that of a page."""
    answer = call(connection, operation, asked)
    yield from answer["Items"]
    while last := answer.get("LastEvaluatedKey"):
        answer = call(connection, operation, {**asked, "ExclusiveStartKey": last})
        yield from answer["Items"]


def wait_after(attempt: int) -> float:
    """Return the seconds to wait after a failed attempt, from 1: exponential with full jitter, as in standard mode."""
    return random() * min(1 << (attempt - 1), LONGEST_WAIT)  # noqa: S311 - spreads callers, hides nothing


def _attempts(connection: Connection) -> int:
    attempts: int = connection.client.meta.config.retries["total_max_attempts"]  # type: ignore[attr-defined]
    return attempts


def _tried(connection: Connection, operation: str, body: bytes) -> Wire:
    request = AWSRequest("POST", connection.client.meta.endpoint_url, headers=_headers(operation), data=body)
    _sign(connection, request)
    session = connection.client._endpoint.http_session  # noqa: SLF001 - PynamoDB relies on it too; nothing public has it
    return _read(operation, session.send(request.prepare()))


def _headers(operation: str) -> dict[str, str]:
    return {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "amz-sdk-invocation-id": str(uuid4()),
    }


def _sign(connection: Connection, request: AWSRequest) -> None:
    """Sign with the credentials of this moment: the signer refreshes those that are about to expire."""
    signer = connection.client._request_signer  # noqa: SLF001 - PynamoDB relies on it too; nothing public has it
    signer.get_auth_instance(signer.signing_name, signer.region_name, signer.signature_version).add_auth(request)


def _read(operation: str, answer: AWSResponse) -> Wire:
    if answer.status_code != _OK:
        told = {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content}
        raise ClientError(_ERRORS.parse(told, _ERROR), operation)
    _check(answer.headers.get("x-amz-crc32"), answer.content)
    read: Wire = msgspec.json.decode(answer.content)
    return read


def _check(told: str | None, content: bytes) -> None:
    counted = str(zlib.crc32(content))
    if told is not None and told != counted:
        raise ChecksumError(checksum_type="crc32", expected_checksum=told, actual_checksum=counted)
