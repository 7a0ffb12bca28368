"""`kill -9` at each step boundary of the projection: read the stream, write the row, write the index, say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrowcast.adapters.opensearch.client import open_search
from narrowcast.application.ports import Entry
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings
from tests.support.crashes import Nursery, nursery, sweep
from tests.support.emulator import Emulator
from tests.support.proof_ground import surroundings
from tests.support.proof_world import copy, latest, written
from tests.support.stream_batches import batch

Kept = tuple[Mapping[str, Entry], Mapping[str, Entry]]


@dataclass(frozen=True)
class Projected:
    """What rows and index were after each kill and a clean delivery of the same batch; only 0 differing is right.

    `unfinished` counts the kills that left something undone, before the batch came again.
    """

    kills: int
    boundaries: int
    records: int
    rows: int
    pieces: int
    unfinished: int
    differing: int


@dataclass(frozen=True)
class Projection:
    """The tables that a composition projects into, emptied and read past the processes that are killed."""

    aws: Emulator
    product: Composition

    def kept(self) -> Kept:
        """Return version and digest of the bytes at each place of the rows and of the index."""
        return self.product.read.entries(), self.product.index.entries()

    def empty(self) -> None:
        """Take everything away, so that it is made anew."""
        table, dynamodb = self.product.settings["READ_TABLE"], self.aws.client("dynamodb")
        for item in dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]:
            dynamodb.delete_item(TableName=table, Key={key: item[key] for key in ("pk", "sk")})
        search = open_search(self.product.settings["SEARCH_ENDPOINT"])
        for index in search.indices.get(index="content-*"):
            search.indices.delete(index=index)


@contextmanager
def projecting(aws: Emulator, search_url: str, log: Path) -> Iterator[tuple[Nursery, Projection]]:
    """Run processes that project a hospital's log."""
    environment = surroundings(aws) | {"SEARCH_ENDPOINT": search_url}
    product = Composition(Settings(environment))
    copy(written(), product.store.log)
    with nursery(environment, log, uses="projector", functions="project_events") as processes:
        yield processes, Projection(aws, product)


def kill_projections(nursery: Nursery, projection: Projection, times: int, *, stride: int = 1) -> Projected:
    """Kill `times` processes that project the last commit of each stream."""
    commits, boundaries, unfinished, differing = latest(written()), set[int](), 0, 0
    event = batch(commits)
    _deliver(nursery, event)
    clean = projection.kept()

    def attempt(_: int, boundary: int) -> bool:
        nonlocal unfinished, differing
        projection.empty()
        end = nursery.run("project_events", kill_at=boundary, event=event)
        if end.killed:
            unfinished += projection.kept() != clean
            _deliver(nursery, event)
        differing += projection.kept() != clean
        return end.killed

    boundaries.update(sweep(times, attempt, stride=stride))
    rows, pieces = clean
    return Projected(times, len(boundaries), len(commits), len(rows), len(pieces), unfinished, differing)


def _deliver(nursery: Nursery, event: Mapping[str, Any]) -> None:
    """Deliver the batch to a clean process; all of it must be taken in."""
    assert nursery.run("project_events", event=event).answer == {"batchItemFailures": []}
