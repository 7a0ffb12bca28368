"""Snapshots: the latest of each stream, kept as it was given and thrown away without a trace."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from pynamodb.connection import Connection

from narrowcast.adapters.dynamodb.snapshots import DynamoSnapshots
from narrowcast.adapters.memory.snapshots import MemorySnapshots
from narrowcast.application.ports import Snapshot, Snapshots
from tests.support.emulator import Emulator

NewTable = Callable[..., str]

PATIENT = Snapshot("renhe/patient#p-1", 7, "h" * 64, "f" * 64, '{"facts":["随访"]}'.encode(), "d" * 64)
VISIT = replace(PATIENT, stream="renhe/visit#v-1", version=1, state=b"{}")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    if request.param == "memory":
        return MemorySnapshots()
    new_table: NewTable = request.getfixturevalue("new_table")
    connection: Connection = request.getfixturevalue("connection")
    return DynamoSnapshots(connection, new_table("stream"))


def test_a_stream_without_a_snapshot_has_none(snapshots: Snapshots) -> None:
    assert snapshots.find(PATIENT.stream) is None
    assert list(snapshots.scan()) == []


def test_a_snapshot_is_found_as_it_was_kept(snapshots: Snapshots) -> None:
    snapshots.keep(PATIENT)
    snapshots.keep(VISIT)
    assert (snapshots.find(PATIENT.stream), snapshots.find(VISIT.stream)) == (PATIENT, VISIT)
    assert sorted(snapshots.scan(), key=lambda each: each.stream) == [PATIENT, VISIT]


def test_a_later_snapshot_takes_the_place_of_an_earlier_one_and_never_the_other_way(snapshots: Snapshots) -> None:
    later = replace(PATIENT, version=8, state=b"[]")
    for each in (PATIENT, later, PATIENT, replace(later, state=b"late")):
        snapshots.keep(each)
    assert list(snapshots.scan()) == [later]


def test_a_dropped_snapshot_is_gone_and_the_next_one_is_kept(snapshots: Snapshots) -> None:
    snapshots.keep(PATIENT)
    snapshots.drop(PATIENT.stream)
    snapshots.drop(PATIENT.stream)
    assert list(snapshots.scan()) == []
    earlier = replace(PATIENT, version=3)
    snapshots.keep(earlier)
    assert snapshots.find(PATIENT.stream) == earlier


def test_a_state_of_many_pages_comes_back_to_the_byte(snapshots: Snapshots) -> None:
    large = replace(PATIENT, state=b"[" + b"1," * 1_000_000 + b"1]")
    snapshots.keep(large)
    assert snapshots.find(PATIENT.stream) == large


@pytest.mark.stack
def test_a_state_that_no_item_holds_is_not_kept_and_nobody_minds(connection: Connection, new_table: NewTable) -> None:
    snapshots = DynamoSnapshots(connection, new_table("stream"))
    snapshots.keep(replace(PATIENT, state=random.Random(1).randbytes(500_000)))  # noqa: S311 - only to fill room
    assert snapshots.find(PATIENT.stream) is None


@pytest.mark.stack
def test_a_damaged_item_is_read_as_a_snapshot_that_nobody_believes(
    aws: Emulator, connection: Connection, new_table: NewTable
) -> None:
    name = new_table("stream")
    snapshots = DynamoSnapshots(connection, name)
    aws.client("dynamodb").put_item(TableName=name, Item={"stream": {"S": VISIT.stream}, "state": {"B": b"{"}})
    found = snapshots.find(VISIT.stream)
    assert found == Snapshot(VISIT.stream, 0, "", "", b"{", "")
    assert list(snapshots.scan()) == [found]
