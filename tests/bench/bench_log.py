"""What the log costs: appending, loading, proving and folding it again.

CPU on the memory adapter is the cost of the codec, the schemas, the hash chain and the folds; wall time on the
emulator shows what its own table adds and says nothing about DynamoDB. The log that is proved and folded is a copy of
what the demo hospital wrote.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.snapshots import MemorySnapshots
from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.adapters.system import RandomIds, SystemClock
from narrowcast.application.ports import EventLog
from narrowcast.application.projections import INDEX, READ
from narrowcast.application.rebuild import Work
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import VISIT
from narrowcast.application.verification import verify_log
from narrowcast.contracts.codec import decode
from narrowcast.domain.visit import DiagnosisRecorded, Event, VisitOpened
from narrowcast.domain.visit_report import Diagnosis
from narrowcast.domain.vocabulary import AgeBand, Sex, Stage
from tests.bench.metering import Meter
from tests.bench.site import HOSPITAL, Site
from tests.bench.tables import Cell, Table, rounded

APPENDED = (1, 10, 100)
LOADED = (100, 1000)
PER_COMMIT = 10
RUNS = 15
ACTOR = Actor("system:bench")
DISEASES = ("冠状动脉粥样硬化性心脏病", "陈旧性心肌梗死", "高血压病3级", "2型糖尿病", "慢性肾脏病3期", "")


def run(site: Site) -> list[Table]:
    """Measure on a memory log and on the stack's own."""
    memory = Store(MemoryEventLog(), SystemClock(), RandomIds())
    emulator = site.composition().store
    whole = _whole_log(site)  # before the others write to it
    return [_appends(memory, emulator), _loads(memory, emulator), whole]


def _appends(memory: Store, emulator: Store) -> Table:
    return Table(
        title=f"log: one commit appended to a new stream, median of {RUNS}",
        columns=("events in the commit", "CPU ms, memory", "wall ms, emulator", "write units"),
        rows=tuple(_append_row(count, memory, emulator) for count in APPENDED),
        notes=("Loading the empty stream, validating, encoding, hashing, putting. Events of a visit.",),
    )


def _append_row(count: int, memory: Store, emulator: Store) -> tuple[Cell, ...]:
    cpu = _median(time.process_time, lambda: write(memory, _key(), events_of(count)))
    meter = Meter()
    with meter.counting():
        wall = _median(time.perf_counter, lambda: write(emulator, _key(), events_of(count)))
    units = sum(call.write_units for call in meter.calls) / RUNS
    return (count, rounded(1000 * cpu), rounded(1000 * wall), rounded(units))


def _loads(memory: Store, emulator: Store) -> Table:
    return Table(
        title=f"log: one stream loaded and folded, commits of {PER_COMMIT} events, median of {RUNS}",
        columns=("events in the stream", "CPU ms, memory", "from a snapshot", "wall ms, emulator", "read units"),
        rows=tuple(_load_row(count, memory, emulator) for count in LOADED),
        notes=(
            "Decoding, checking the hash chain, folding a visit; only a stream of more than 32 commits has a snapshot.",
            "On the emulator as the functions load: from the snapshot where there is one.",
        ),
    )


def _load_row(count: int, memory: Store, emulator: Store) -> tuple[Cell, ...]:
    key = _key()
    kept = replace(memory, snapshots=MemorySnapshots())
    for store in (kept, emulator):
        for begin in range(0, count, PER_COMMIT):
            write(store, key, events_of(count)[begin : begin + PER_COMMIT])
    cpu = _median(time.process_time, lambda: memory.load(VISIT, HOSPITAL, key))
    resumed = _median(time.process_time, lambda: kept.load(VISIT, HOSPITAL, key))
    meter = Meter()
    with meter.counting():
        wall = _median(time.perf_counter, lambda: emulator.load(VISIT, HOSPITAL, key))
    units = sum(call.read_units for call in meter.calls) / RUNS
    return (count, rounded(1000 * cpu), rounded(1000 * resumed), rounded(1000 * wall), rounded(units))


def _whole_log(site: Site) -> Table:
    composition = site.composition()
    store = Store(copy(composition.store.log), SystemClock(), RandomIds())
    proof = verify_log(store.log, composition.signing_key)  # asks for the public key once
    proved = _median(time.process_time, lambda: verify_log(store.log, composition.signing_key))
    rebuilt = _median(time.process_time, lambda: _rebuild(store))
    return Table(
        title=f"log: everything the demo hospital wrote so far, copied to memory, median of {RUNS}",
        columns=("what", "events", "CPU s", "events/s per core"),
        rows=(
            ("verify: every hash and signature", proof.events, rounded(proved), rounded(proof.events / proved)),
            ("rebuild: every row and the index", proof.events, rounded(rebuilt), rounded(proof.events / rebuilt)),
        ),
        notes=(
            f"{proof.commits} commits in {proof.streams} streams, the longest with {_longest(store.log)} events;",
            f"{proof.signatures} signatures, {len(proof.faults)} faults.",
        ),
        broken=tuple(f"{fault.stream} {fault.version}: {fault.reason}" for fault in proof.faults),
    )


def _rebuild(store: Store) -> None:
    for projection, target in ((READ, MemoryReadTable()), (INDEX, MemoryContentIndex())):
        Work(store.log, projection, target, lambda _: None).fold_all(segments=1)


def _longest(log: EventLog) -> int:
    counts = Counter[str]()
    for commit in log.scan():
        counts[commit.stream] += len(decode(commit))
    return max(counts.values())


def copy(log: EventLog) -> MemoryEventLog:
    """Return the same commits in memory."""
    copied = MemoryEventLog()
    for commit in sorted(log.scan(), key=lambda each: (each.stream, each.version)):
        copied.append(commit)
    return copied


def write(store: Store, key: str, events: tuple[Event, ...]) -> None:
    """Commit events to a visit's stream."""
    store.execute(VISIT, HOSPITAL, key, lambda _: events, ACTOR)


def events_of(count: int) -> tuple[Event, ...]:
    """Return a visit and what is told of its diagnoses; each event came with a message of its own."""
    at = "2026-11-20T07:40:00.000000Z"
    messages = [hashlib.sha256(str(place).encode()).hexdigest()[:32] for place in range(count)]
    opened = VisitOpened(
        messages[0], f"p-{messages[0][:24]}", Stage.POST_OP, "cardio", AgeBand.OLDER, Sex.MALE, at, test=False
    )
    found = (
        DiagnosisRecorded(message, at, Diagnosis(f"I25.{place % 8:03}", display=DISEASES[place % len(DISEASES)]), place)
        for place, message in enumerate(messages[1:])
    )
    return (opened, *found)


def _key() -> str:
    return f"v-{uuid4().hex[:24]}"


def _median(clock: Callable[[], float], act: Callable[[], object]) -> float:
    """Return the median seconds of a run."""
    return statistics.median(_timed(clock, act) for _ in range(RUNS))


def _timed(clock: Callable[[], float], act: Callable[[], object]) -> float:
    begun = clock()
    act()
    return clock() - begun
