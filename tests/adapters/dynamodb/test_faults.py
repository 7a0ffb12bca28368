"""What the tables do when DynamoDB does not: every port says UnavailableError, and nothing waits long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.dynamodb.key_ring import DynamoKeyRing
from narrowcast.adapters.dynamodb.links import DynamoLinks
from narrowcast.adapters.dynamodb.parked import DynamoParkingLot
from narrowcast.adapters.dynamodb.read_table import DynamoReadTable
from narrowcast.adapters.dynamodb.refusals import DynamoRefusals
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.adapters.dynamodb.task_tokens import DynamoTaskTokens
from narrowcast.adapters.dynamodb.vault import DynamoVault
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import Contact, Link, RefusedMessage, UnavailableError
from tests.support.http_server import Script


class _Sealer:
    """Seals nothing."""

    def new_key(self, _: str) -> bytes:
        return b"wrapped"

    def seal(self, _: str, __: bytes, plain: bytes) -> bytes:
        return plain

    def unseal(self, _: str, __: bytes, sealed: bytes) -> bytes:
        return sealed


class _Bodies:
    """Keeps nothing."""

    def put(self, name: str, body: bytes) -> None:
        pass


LINK = Link("k", "sign", "h1/content#c1", "r1", "s1", "mail", "", datetime(2026, 1, 5, tzinfo=UTC))
REFUSED = RefusedMessage("r1", "h1", "2026-01-05T08:00:00+00:00", "json", ())
CALLS: dict[str, Callable[[Connection], object]] = {
    "row put": lambda c: DynamoReadTable(c, "t").put("a", "b", 1, {}),
    "row get": lambda c: DynamoReadTable(c, "t").get("a", "b"),
    "row query": lambda c: list(DynamoReadTable(c, "t").query("a")),
    "row entries": lambda c: DynamoReadTable(c, "t").entries(),
    "row begin": lambda c: DynamoReadTable(c, "t").begin(),
    "failure count": lambda c: DynamoParkingLot(c, "t", FixedClock()).count_failure("r"),
    "parked list": lambda c: list(DynamoParkingLot(c, "t", FixedClock()).list()),
    "parked remove": lambda c: DynamoParkingLot(c, "t", FixedClock()).remove("r"),
    "effect claim": lambda c: DynamoEffects(c, "t", FixedClock()).claim("e"),
    "effect release": lambda c: DynamoEffects(c, "t", FixedClock()).release("e"),
    "row remove": lambda c: DynamoReadTable(c, "t").remove("a", "b", 1),
    "link keep": lambda c: DynamoLinks(c, "t").keep(LINK),
    "link find": lambda c: DynamoLinks(c, "t").find("k"),
    "link attempt": lambda c: DynamoLinks(c, "t").count_attempt("k", limit=5),
    "token keep": lambda c: DynamoTaskTokens(c, "t", FixedClock()).keep("s", "w", "token"),
    "token find": lambda c: DynamoTaskTokens(c, "t", FixedClock()).find("s", "w"),
    "effect done": lambda c: DynamoEffects(c, "t", FixedClock()).done("e"),
    "effect mark": lambda c: DynamoEffects(c, "t", FixedClock()).mark("e"),
    "contact keep": lambda c: DynamoVault(c, "t", MemoryKeyRing()).keep("s", Contact()),
    "contact": lambda c: DynamoVault(c, "t", MemoryKeyRing()).contact("s"),
    "contact remove": lambda c: DynamoVault(c, "t", MemoryKeyRing()).remove("s"),
    "seal": lambda c: DynamoKeyRing(c, "t", _Sealer()).seal("s", b""),
    "unseal": lambda c: DynamoKeyRing(c, "t", _Sealer()).unseal("s", b""),
    "key destroy": lambda c: DynamoKeyRing(c, "t", _Sealer()).destroy("s"),
    "refusal keep": lambda c: DynamoRefusals(c, "t", _Bodies()).keep(REFUSED, b""),
    "refusal list": lambda c: list(DynamoRefusals(c, "t", _Bodies()).list("h1")),
}


@pytest.fixture
def connection(server: Script, monkeypatch: pytest.MonkeyPatch) -> Connection:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return connect(region="cn-north-1", host=server.url, retries=0)


def _error(code: str) -> bytes:
    return f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"no"}}'.encode()


@pytest.mark.parametrize("call", CALLS)
def test_a_throttled_call_is_unavailable(connection: Connection, server: Script, call: str) -> None:
    server.answer(400, _error("ProvisionedThroughputExceededException"))
    with pytest.raises(UnavailableError, match="ProvisionedThroughputExceededException"):
        CALLS[call](connection)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_without_an_answer_is_unavailable(connection: Connection, server: Script, call: str) -> None:
    server.hang_up()
    with pytest.raises(UnavailableError, match="ConnectionClosedError"):
        CALLS[call](connection)


def test_a_broken_service_is_unavailable(connection: Connection, server: Script) -> None:
    server.answer(500, _error("InternalServerError"))
    with pytest.raises(UnavailableError, match="InternalServerError"):
        CALLS["row put"](connection)


def test_a_denied_call_is_not_hidden(connection: Connection, server: Script) -> None:
    server.answer(400, _error("AccessDeniedException"))
    with pytest.raises(PutError, match="AccessDeniedException"):
        CALLS["effect mark"](connection)
