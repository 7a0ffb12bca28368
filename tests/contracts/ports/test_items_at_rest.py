"""What lies in the tables themselves: what DynamoDB's time to live and whoever reads a backup would see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.connection import Connection

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.dynamodb.key_ring import DynamoKeyRing
from narrowcast.adapters.dynamodb.links import DynamoLinks
from narrowcast.adapters.dynamodb.read_table import DynamoReadTable
from narrowcast.adapters.dynamodb.task_tokens import DynamoTaskTokens
from narrowcast.adapters.dynamodb.vault import DynamoVault
from narrowcast.adapters.kms.sealer import KmsSealer
from narrowcast.adapters.memory.time_and_ids import START, FixedClock
from narrowcast.application.ports import Contact, Link
from tests.support.emulator import Emulator

pytestmark = pytest.mark.stack
NewTable = Callable[..., str]
CONTACT = Contact(phone="+8613800000000", email="p1@example.org", app_user="王芳")


def _items(aws: Emulator, table: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = aws.client("dynamodb").scan(TableName=table)["Items"]
    return items


def _seconds(moment: datetime) -> dict[str, str]:
    return {"N": str(int(moment.timestamp()))}


def test_a_link_is_dropped_a_month_after_it_expired(aws: Emulator, connection: Connection, new_table: NewTable) -> None:
    table, expires = new_table("link"), datetime(2026, 1, 8, 8, 30, 15, 123456, tzinfo=UTC)
    DynamoLinks(connection, table).keep(Link("k", "sign", "h1/content#c1", "r1", "s1", "mail", "", expires))
    (item,) = _items(aws, table)
    assert item["expires_at"] == _seconds(expires + timedelta(days=30))


def test_a_token_is_dropped_when_no_execution_can_wait_any_more(
    aws: Emulator, connection: Connection, new_table: NewTable
) -> None:
    table = new_table("task")
    DynamoTaskTokens(connection, table, FixedClock()).keep("h1/content#c1", "signature", "token")
    (item,) = _items(aws, table)
    assert item["expires_at"] == _seconds(START + timedelta(days=366))


def test_a_claim_is_dropped_after_every_redelivery(aws: Emulator, connection: Connection, new_table: NewTable) -> None:
    table = new_table("effect")
    DynamoEffects(connection, table, FixedClock()).mark("event-1/mail")
    (item,) = _items(aws, table)
    assert item["expires_at"] == _seconds(START + timedelta(days=30))


def test_equal_documents_are_equal_bytes(aws: Emulator, connection: Connection, new_table: NewTable) -> None:
    table = new_table("pk", "sk")
    rows = DynamoReadTable(connection, table)
    rows.put("h1", "a", 10, {"标题": "怎么吃", "n": 1})
    rows.put("h1", "b", 10, {"n": 1, "标题": "怎么吃"})
    one, other = _items(aws, table)
    assert one["document"] == other["document"] == {"S": '{"n":1,"标题":"怎么吃"}'}
    assert one["version"] == {"N": "10"}


def test_a_contact_lies_sealed_apart_from_its_key_and_of_a_destroyed_key_the_mark_is_left(
    aws: Emulator, connection: Connection, new_table: NewTable
) -> None:
    contacts, keys, kms = new_table("subject"), new_table("subject"), aws.client("kms")
    ring = DynamoKeyRing(connection, keys, KmsSealer(kms, kms.create_key()["KeyMetadata"]["Arn"]))
    DynamoVault(connection, contacts, ring).keep("h1/patient#p1", CONTACT)
    (sealed,), (key,) = _items(aws, contacts), _items(aws, keys)
    assert sealed.keys() == {"subject", "sealed"}
    assert not any(text.encode() in sealed["sealed"]["B"] for text in ("13800000000", "example.org", "王芳"))
    assert key.keys() == {"subject", "wrapped"}
    assert key["wrapped"]["B"] not in sealed["sealed"]["B"]
    ring.destroy("h1/patient#p1")
    assert _items(aws, keys) == [{"subject": {"S": "h1/patient#p1"}, "destroyed": {"BOOL": True}}]
