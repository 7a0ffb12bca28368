"""How fast guides are chosen from libraries of 1,000 to 100,000 pieces, and which partition key is written to most.

The library and the visits are those of `synthetic`, the rules and code those of the product. What is measured is the
choosing itself, then the whole way of a guide in one process with log and index in memory.
"""

from __future__ import annotations

import gc
import json
import math
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import quantiles
from time import perf_counter, thread_time
from typing import Any, TypeVar
from unittest.mock import patch

from narrowcast.adapters.remembering_key import RememberingKey
from narrowcast.application.assembling import Assembly
from narrowcast.application.guides import SignedLibrary
from narrowcast.application.store import Actor
from narrowcast.contracts.commit import Commit
from narrowcast.domain.assembly import assemble
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.visit_report import Identity
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.bench.tables import Table, rounded
from tests.support.newsroom import METFORMIN_TOPIC, PROFILE, World
from tests.support.told_visits import told

T = TypeVar("T")
SIZES = (1_000, 10_000, 100_000)
VISITS = 2_000
VERIFIED, WARMING, FROM_THE_LOG = 5_000, 50, 300
GOAL_MILLISECONDS = 20.0
GOAL_WRITE_UNITS = 300

HOSPITALS = 1_000
OUTPATIENTS_A_DAY = 4_200
MORNING = 0.6
"""Assumed: the share of a day's outpatients who are told of between 8 and 11 o'clock."""
MORNING_SECONDS = 3 * 3600
OUTAGE_SECONDS, CATCHING_UP_SECONDS = 1_800, 60
"""Assumed: once that morning a hospital's interface is down for half an hour, and then sends all of it in a minute."""
MESSAGES_A_VISIT = 3
KB = 1024


def run() -> list[Table]:
    """Measure both."""
    return [_speed(), _signed(), _morning()]


def _speed() -> Table:
    hospital = Hospital()
    situations = [situation_of(told(hospital.visit(each)), hospital.reader(each)) for each in range(VISITS)]
    library, rows, broken = list(hospital.library(SIZES[-1])), [], ""
    for size in SIZES:
        shelves, megabytes = _shelved(library[:size])
        whole = _timed(partial(_from_shelves, shelves), situations)
        rows.append((size, *whole, round(megabytes, 1)))
        broken = f"p99 {whole[1]} ms at {size} pieces" if whole[1] > GOAL_MILLISECONDS else broken
    return Table(
        title="assembly: the choosing alone, shelves in memory",
        columns=("pieces", "p50 ms", "p99 ms", "p99 CPU ms", "guides/s/core", "shelves, MB"),
        rows=tuple(rows),
        notes=(
            f"{VISITS:,} synthetic visits, each assembled once, one process; guides/s by CPU time.",
            "The goal of 20 ms is held against wall time, whatever else the machine does; CPU time stands beside it.",
            "No log, no signature, no network: what the index does of it on AWS, the engine does.",
        ),
        broken=(broken,) if broken else (),
    )


def _shelved(library: list[Candidate]) -> tuple[Shelves, float]:
    tracemalloc.start()
    shelves = Shelves(library)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return shelves, held / KB / KB


def _from_shelves(shelves: Shelves, situation: Situation) -> GuideAssembled:
    return assemble("v", "p", situation, shelves)


def _timed(make: Callable[[T], object], situations: list[T]) -> tuple[float, float, float, int]:
    """Return p50 and p99 in milliseconds, p99 of the CPU's milliseconds, and guides a second of CPU."""
    taken, busy = list[float](), list[float]()
    for situation in situations:
        start, cpu = perf_counter(), thread_time()
        make(situation)
        busy.append(1000 * (thread_time() - cpu))
        taken.append(1000 * (perf_counter() - start))
    cuts = quantiles(taken, n=100)
    return (
        round(cuts[49], 3),
        round(cuts[98], 3),
        round(quantiles(busy, n=100)[98], 3),
        round(1000 * len(situations) / sum(busy)),
    )


def _signed() -> Table:
    """Make guides from signed libraries in a log in memory, as the function does."""
    rows, broken = list[tuple[float, ...]](), list[str]()
    for size in SIZES:
        row, verified = _from_the_log(size)
        rows.append(row)
        broken += [f"{size - verified} of {size} signatures do not hold"] if verified != min(size, VERIFIED) else []
        broken += [f"p99 {row[3]} ms in a warm process at {size} pieces"] if row[3] > GOAL_MILLISECONDS else []
    return Table(
        title="assembly: from the visit to the recorded guide, signed libraries in a log",
        columns=(
            "pieces",
            "written in s",
            "warm p50 ms",
            "p99 ms",
            "p99 CPU ms",
            "cold p50 ms",
            "p99 ms",
            "p99 CPU ms",
            "opened p50",
            "p99",
        ),
        rows=tuple(rows),
        notes=(
            f"{FROM_THE_LOG} guides each, wall time: visit and person read, the index asked, each piece that the",
            "choice rests on folded from the log with its facts and its signature verified, the guide appended.",
            "Log and index in memory, no network. Cold: nothing is remembered from one guide to the next; warm: one",
            "process makes them one after the other, its first 50 not counted, and signatures it knows are",
            "not worked out twice (each stream is read again). The library, which on AWS is in no process, is kept",
            "from the garbage collector.",
        ),
        broken=tuple(broken),
    )


def _from_the_log(size: int) -> tuple[tuple[float, ...], int]:
    world, hospital = World().open_hospital(HOSPITAL, PROFILE), Hospital()
    begun = perf_counter()
    write(world.store, world.key, hospital.library(size), index=world.index)
    written = perf_counter() - begun
    visits = [
        world.reception.accept(hospital.visit(n), Identity(f"MRN-{n}", f"VN-{n}")).visit_id
        for n in range(WARMING + 2 * FROM_THE_LOG)
    ]
    verified = _verified(world, min(size, VERIFIED))
    gc.collect()
    gc.freeze()
    library = SignedLibrary(world.store, RememberingKey(world.key))
    warm = Assembly(world.store, library, world.index)
    opened = quantiles([_opened(world, each) for each in visits[WARMING : WARMING + FROM_THE_LOG]], n=100)
    _made_from_log(warm, visits[:WARMING])
    kept = _made_from_log(warm, visits[WARMING : WARMING + FROM_THE_LOG])
    anew = _made_from_log(world.assembly, visits[WARMING + FROM_THE_LOG :])
    times = map(rounded, (*kept, *anew))
    return (size, rounded(written), *times, opened[49], opened[98]), verified


def _opened(world: World, visit_id: str) -> int:
    """Return how many pieces the guide of a visit makes the gate open."""
    visit, reader, _ = world.assembly.visit(HOSPITAL, visit_id)
    choosing = world.assembly.choosing(HOSPITAL, visit, reader)
    choosing.choose(visit_id, visit.patient)
    return len(choosing.opened)


def _verified(world: World, count: int) -> int:
    today = world.clock.now().date()
    names = [f"s-{number:06}" for number in range(count)]
    return sum(world.library.piece(HOSPITAL, name, on=today) is not None for name in names)


def _made_from_log(assembly: Assembly, visits: list[str]) -> list[float]:
    """Return p50 and p99 in milliseconds, and p99 of the CPU's milliseconds."""
    taken = _timed(lambda visit_id: assembly.assemble(HOSPITAL, visit_id, Actor("system:bench")), visits)
    return [*taken[:3]]


@dataclass(frozen=True)
class Written:
    """What a visit writes: units by partition key, those of a hospital's own partitions apart from the visit's."""

    shared: Counter[str]
    own: Counter[str]


def _morning() -> Table:
    written = _one_visit()
    arrivals = _busiest_seconds()
    rows = sorted(
        ((key, units, rounded(units * arrivals)) for key, units in written.shared.items()), key=lambda row: -row[1]
    )
    busiest_own = max(written.own.values())
    worst = max((row[2] for row in rows), default=0)
    return Table(
        title=f"partition keys: a morning of {HOSPITALS:,} hospitals",
        columns=("key", "write units a visit", "write units/s in its busiest second"),
        rows=(*rows, ("log: one visit's or patient's stream", busiest_own, busiest_own)),
        notes=(
            f"{OUTPATIENTS_A_DAY:,} outpatients a day at a hospital of median size (log-normal, sigma 0.6);",
            f"{MORNING:.0%} of them come from 8 to 11;",
            "each hospital's interface is down for half an hour and then sends everything within a minute.",
            f"The busiest second: {arrivals} visits of one hospital. Goal: no key over {GOAL_WRITE_UNITS} units/s.",
            "A visit is three messages; units are counted from what one visit writes in memory (1 KB begun each).",
        ),
        broken=(f"{worst} write units/s on one key",) if float(worst) > GOAL_WRITE_UNITS else (),
    )


def _one_visit() -> Written:
    """Count what one visit writes, with its guide and push, after the hospital is open and has signed pieces."""
    world = World().open_hospital().publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    shared, own = Counter[str](), Counter[str]()
    with _counting(world, shared, own):
        world.visit()
    for key in [key for key in shared if key.endswith("/visit")]:
        shared[key] *= MESSAGES_A_VISIT  # its other messages find the same guide: they come before it is made
    return Written(shared, own)


@contextmanager
def _counting(world: World, shared: Counter[str], own: Counter[str]) -> Iterator[None]:
    append, put = world.log.append, world.read.put

    def counted_append(commit: Commit) -> None:
        own[commit.stream] += math.ceil((len(commit.payload) + 400) / KB)
        append(commit)

    def counted_put(partition: str, key: str, version: int, row: Any) -> None:
        shared[f"read: {partition}"] += math.ceil(len(json.dumps(row, ensure_ascii=False).encode()) / KB)
        put(partition, key, version, row)

    with patch.object(world.log, "append", counted_append), patch.object(world.read, "put", counted_put):
        yield


def _busiest_seconds() -> int:
    """Return the most visits that one hospital tells of in one second."""
    return max(_busiest_second(Random(f"hospital/{number}")) for number in range(HOSPITALS))  # noqa: S311 - no secret


def _busiest_second(chance: Random) -> int:
    visits = round(OUTPATIENTS_A_DAY * chance.lognormvariate(0, 0.6) * MORNING)
    down = chance.randrange(MORNING_SECONDS - OUTAGE_SECONDS)
    seconds = Counter(_told_at(chance, down) for _ in range(visits))
    return max(seconds.values())


def _told_at(chance: Random, down: int) -> int:
    moment = chance.randrange(MORNING_SECONDS)
    if down <= moment < down + OUTAGE_SECONDS:
        return down + OUTAGE_SECONDS + chance.randrange(CATCHING_UP_SECONDS)
    return moment
