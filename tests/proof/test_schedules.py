"""1,000 random schedules of the log's stream end where a clean rebuild does; poison is parked; nothing is blocked."""

from __future__ import annotations

from collections import Counter

import pytest
from aws_lambda_powertools import Metrics

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.dynamodb.parked import DynamoParkingLot
from narrowcast.adapters.dynamodb.read_table import DynamoReadTable
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.adapters.opensearch.client import open_search
from narrowcast.adapters.opensearch.content_index import OpenSearchContentIndex
from narrowcast.application.parking import Kind
from narrowcast.runtime import observability
from tests.support.emulator import Emulator
from tests.support.newsroom import World
from tests.support.schedules import Outcome, Schedule, clinic

SCHEDULES, AT_A_TIME = 1_000, 100
EMULATED = 24

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


@pytest.fixture(scope="module")
def origin() -> World:
    return clinic()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "metrics", Metrics(namespace="Narrowcast", service="proof"))
    monkeypatch.setattr(observability.logger, "error", lambda *_, **__: None)


@pytest.mark.parametrize("first", range(0, SCHEDULES, AT_A_TIME))
def test_any_schedule_ends_where_a_clean_rebuild_does(origin: World, first: int) -> None:
    for seed in range(first, first + AT_A_TIME):
        outcome = Schedule(origin, seed).run()
        assert outcome.kept == outcome.rebuilt, f"schedule {seed}: rows or index differ from a rebuild"
        assert outcome.differences == []
        assert outcome.dead_letters == [], f"schedule {seed}: a record was given up without a reason"
        assert_parked(outcome, seed)
        assert set(outcome.sent) == outcome.due, f"schedule {seed}: a message is missing, or was never called for"
        assert set(outcome.sent.values()) == {1}, f"schedule {seed}: a message was sent twice"


@pytest.mark.stack
def test_schedules_on_dynamodb_and_opensearch_end_there_too(origin: World, aws: Emulator, search_url: str) -> None:
    connection = connect(region=aws.region, host=aws.endpoint_url)
    client = open_search(search_url)
    for seed in range(EMULATED):
        clock = FixedClock()
        ports = {
            "read": DynamoReadTable(connection, new_table(aws, f"rows-{seed}", "pk", "sk")),
            "index": OpenSearchContentIndex(client, f"schedule{seed}"),
            "effects": DynamoEffects(connection, new_table(aws, f"effects-{seed}", "effect"), clock),
            "lot": DynamoParkingLot(connection, new_table(aws, f"parked-{seed}", "parked"), clock),
        }
        outcome = Schedule(origin, seed, ports).run()
        assert outcome.differences == [], f"schedule {seed}"
        assert outcome.kept[0].keys() == outcome.rebuilt[0].keys()
        assert outcome.dead_letters == []
        assert_parked(outcome, seed)
        assert outcome.sent == Counter(outcome.due), f"schedule {seed}: messages are missing or doubled"


def new_table(aws: Emulator, name: str, *keys: str) -> str:
    """Create an empty table with these keys; return its name."""
    aws.client("dynamodb").create_table(
        TableName=f"schedule-{name}",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        BillingMode="PAY_PER_REQUEST",
    )
    return f"schedule-{name}"


def assert_parked(outcome: Outcome, seed: int) -> None:
    """What was poison was parked, and only what the log itself holds damaged stays so after a replay."""
    parked = {(each.consumer, each.stream, each.version) for each in outcome.parked if each.kind == Kind.DAMAGED}
    assert outcome.poison <= parked, f"schedule {seed}: poison was let through"
    innocent = {each for each in parked - outcome.poison if each[1] not in outcome.damaged}
    assert innocent == set(), f"schedule {seed}: sound records were taken for poison"
    assert {each.stream for each in outcome.left} <= outcome.damaged, f"schedule {seed}: a replay left sound records"


def test_the_schedules_hold_what_they_are_to_prove(origin: World) -> None:
    """Poison, damage, duplicates: a schedule of nothing would prove nothing."""
    outcomes = [Schedule(origin, seed).run() for seed in range(40)]
    assert any(outcome.poison for outcome in outcomes)
    assert any(outcome.damaged for outcome in outcomes)
    assert any(outcome.left for outcome in outcomes)
    assert all(len(outcome.due) >= 5 for outcome in outcomes)
    assert all(outcome.rebuilt[0] and outcome.rebuilt[1] for outcome in outcomes)
