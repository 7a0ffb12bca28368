"""The calculator of units that BENCHMARKS.md relies on: sizes and roundings as DynamoDB documents them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.bench.metering import item_size, read_units, write_units

KEY = {"pk": {"S": "a"}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"name": {"S": "仁和"}}, 4 + 6),
        ({"n": {"N": "1"}}, 1 + 2),
        ({"n": {"N": "-123456"}}, 1 + 5),
        ({"b": {"B": base64.b64encode(bytes(30)).decode()}}, 1 + 30),
        ({"f": {"BOOL": True}}, 1 + 1),
        ({"l": {"L": [{"S": "ab"}, {"NULL": True}]}}, 1 + 3 + (1 + 2) + (1 + 1)),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + (1 + 1 + 1)),
        ({"s": {"SS": ["a", "bc"]}}, 1 + 3),
        ({"n": {"N": "12.3"}}, 1 + 3),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(item: dict[str, dict[str, Any]], size: int) -> None:
    assert item_size(item) == size


@pytest.mark.parametrize(("length", "units"), [(0, 1), (1024 - 3, 1), (1024 - 2, 2), (10 * 1024, 11)])
def test_a_write_costs_a_unit_for_every_begun_kilobyte(length: int, units: int) -> None:
    assert write_units({"Item": {"pk": {"S": "x" * (length + 1)}}}) == units


def test_a_batch_costs_what_its_puts_cost() -> None:
    puts = [{"PutRequest": {"Item": {"pk": {"S": "x" * length}}}} for length in (10, 1024 - 2, 3000)]
    assert write_units({"RequestItems": {"table": puts}}) == 1 + 1 + 3


def test_a_query_rounds_the_sum_of_its_items_and_not_each() -> None:
    items = [{"pk": {"S": "x" * 1000}}] * 5
    assert read_units({"ConsistentRead": True}, {"Items": items}) == 2


def test_finding_nothing_costs_the_smallest_read() -> None:
    assert read_units({"ConsistentRead": True}, {"Items": []}) == 1
    assert read_units({"ConsistentRead": True}, {}) == 1


def test_an_eventually_consistent_read_costs_half() -> None:
    assert read_units({}, {"Item": KEY}) == 0.5
