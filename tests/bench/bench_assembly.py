"""How fast guides are chosen from libraries of 1,000 to 100,000 pieces, and which partition key is written to most.

The library and the visits are those of `synthetic`, the rules and code those of the product. What is measured is the
choosing itself: no log, no signature and no network is in it.
"""

from __future__ import annotations

import json
import math
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import quantiles
from time import perf_counter, thread_time
from typing import Any
from unittest.mock import patch

from narrowcast.application.store import Actor
from narrowcast.contracts.commit import Commit
from narrowcast.domain.assembly import assemble, code_ladder
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.visit_report import Identity
from tests.bench.synthetic import HOSPITAL, Hospital
from tests.bench.synthetic_log import write
from tests.bench.tables import Table, rounded
from tests.support.newsroom import METFORMIN_TOPIC, PROFILE, World
from tests.support.told_visits import told

SIZES = (1_000, 10_000, 100_000)
VISITS = 2_000
SIGNED, FROM_THE_LOG = 5_000, 300
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
        by_code = _by_code(library[:size])
        whole = _timed(partial(_from_shelves, shelves), situations)
        fresh = _timed(partial(_from_candidates, by_code), situations)
        rows.append((size, *whole, *fresh[:2], round(megabytes, 1)))
        broken = f"p99 {whole[2]} ms of CPU at {size} pieces" if whole[2] > GOAL_MILLISECONDS else broken
    return Table(
        title="assembly: from the candidates to the guide",
        columns=(
            "pieces",
            "p50 ms",
            "p99 ms",
            "p99 CPU ms",
            "guides/s/core",
            "shelved per visit: p50 ms",
            "p99 ms",
            "shelves, MB",
        ),
        rows=tuple(rows),
        notes=(
            f"{VISITS:,} synthetic visits, each assembled once, one process; guides/s by CPU time.",
            "The goal of 20 ms is held against CPU time: on a busy machine a guide waits its turn in slices of 12 ms.",
            "Shelves are kept in memory; 'per visit' makes them anew from the pieces about the visit's codes, as the",
            "function does with what the index proposed. Reading and verifying the pieces is not in it.",
        ),
        broken=(broken,) if broken else (),
    )


def _shelved(library: list[Candidate]) -> tuple[Shelves, float]:
    tracemalloc.start()
    shelves = Shelves(library)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return shelves, held / KB / KB


def _by_code(library: list[Candidate]) -> dict[str, list[Candidate]]:
    """Return the pieces of each code: what the content index knows."""
    known: dict[str, list[Candidate]] = defaultdict(list)
    for each in library:
        for code in each.tags.codes:
            known[code].append(each)
    return known


def _about(known: dict[str, list[Candidate]], situation: Situation) -> Iterator[Candidate]:
    steps = dict.fromkeys(step for code in situation.codes for step in code_ladder(code))
    return (each for step in steps for each in known.get(step, ()))


def _from_shelves(shelves: Shelves, situation: Situation) -> GuideAssembled:
    return assemble("v", "p", situation, shelves)


def _from_candidates(known: dict[str, list[Candidate]], situation: Situation) -> GuideAssembled:
    return assemble("v", "p", situation, Shelves(_about(known, situation)))


def _timed(make: Callable[[Situation], object], situations: list[Situation]) -> tuple[float, float, float, int]:
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
    """Write a signed library into a log in memory, verify every signature, and make guides from the log."""
    world, hospital = World().open_hospital(HOSPITAL, PROFILE), Hospital()
    begun = perf_counter()
    write(world.store, world.key, hospital.library(SIGNED))
    written = perf_counter() - begun
    for stream in {commit.stream for commit in world.log.scan()}:
        world.projector.project(stream)
    visits = [
        world.reception.accept(hospital.visit(n), Identity(f"MRN-{n}", f"VN-{n}")).visit_id for n in range(FROM_THE_LOG)
    ]
    verified = _verified(world)
    cuts = quantiles([_made_from_log(world, visit_id) for visit_id in visits], n=100)
    return Table(
        title="assembly: a signed library in a log",
        columns=("pieces", "written in s", "signatures verified", "guides", "p50 ms", "p99 ms"),
        rows=((SIGNED, round(written, 1), verified, len(visits), round(cuts[49], 1), round(cuts[98], 1)),),
        notes=(
            "Everything in memory, index and log too: what remains is folding each proposed piece and its facts and",
            "verifying its ECDSA signature, for each guide anew. It is this, not the choosing, that a guide waits for.",
        ),
        broken=() if verified == SIGNED else (f"{SIGNED - verified} signatures do not hold",),
    )


def _verified(world: World) -> int:
    today = world.clock.now().date()
    names = [f"s-{number:06}" for number in range(SIGNED)]
    return sum(world.library.piece(HOSPITAL, name, on=today) is not None for name in names)


def _made_from_log(world: World, visit_id: str) -> float:
    start = perf_counter()
    world.assembly.assemble(HOSPITAL, visit_id, Actor("system:bench"))
    return 1000 * (perf_counter() - start)


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
