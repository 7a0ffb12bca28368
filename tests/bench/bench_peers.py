"""Side by side: our log, `eventsourcing-dynamodb` on the same emulator, and `eventsourcing` on SQLite for reference.

Each store works in a process of its own; the rounds interleave, so that a busy moment of the machine meets all alike.
The peers' environment is made once under .build/peers from a lock file of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from narrowcast.contracts.registry import NAMES
from tests.bench.bench_log import events_of
from tests.bench.tables import REPOSITORY, Cell, Table, rounded
from tests.support.emulator import CREDENTIALS, Emulator, running_emulator
from tests.support.log_tables import new_log_table

APPENDED, LOADED = (1, 10, 100), (100, 1000)
GOALS = {1: 1.5, 10: 5.0, 100: 10.0}
"""How many times the peer's appends per second ours should be, by events in the append."""

UNITS_AT_10 = 4
ROUNDS, STALE = 40, 50
LOCK = REPOSITORY / "tests/bench/peers/requirements.lock"
ENVIRONMENT = REPOSITORY / ".build/peers"
OURS, PEER, SQLITE = "ours", "dynamodb", "sqlite"
Figures = dict[str, float]


@dataclass(frozen=True)
class Worker:
    """A store in its process."""

    process: subprocess.Popen[str]

    def ask(self, do: str, **given: object) -> Figures:
        """Have something done; return what it took."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("a worker without pipes")
        stdin.write(json.dumps({"do": do, **given}) + "\n")
        stdin.flush()
        figures: Figures = json.loads(stdout.readline())
        return figures


def run() -> list[Table]:
    """Measure all three."""
    python = _environment()
    with TemporaryDirectory(prefix="narrowcast-peers-") as folder, running_emulator(Path(folder)) as aws:
        settings = _settings(aws, Path(folder))
        with ExitStack() as exits:
            pythons = {OURS: sys.executable, PEER: python, SQLITE: sys.executable}
            return _tables({name: exits.enter_context(_worker(name, pythons[name], settings)) for name in pythons})


def _tables(workers: Mapping[str, Worker]) -> list[Table]:
    units = {
        count: {name: workers[name].ask("units", events=_events(count)) for name in (OURS, PEER)} for count in APPENDED
    }
    for worker in workers.values():
        for count in LOADED:
            worker.ask("fill", events=_events(count))
    appends = {count: _rounds(workers, "append", events=_events(count)) for count in APPENDED}
    loads = {count: _rounds(workers, "load", count=count) for count in LOADED}
    return [_append_table(appends, units), _load_table(loads), _stale_table(workers)]


def _rounds(workers: Mapping[str, Worker], do: str, **given: object) -> dict[str, Figures]:
    """Ask each in turn, round by round; return the medians of wall and CPU, in ms."""
    taken: dict[str, list[Figures]] = {name: [] for name in workers}
    for _ in range(ROUNDS):
        for name, worker in workers.items():
            taken[name].append(worker.ask(do, **given))
    return {
        name: {clock: 1000 * statistics.median(each[clock] for each in figures) for clock in ("wall", "cpu")}
        for name, figures in taken.items()
    }


def _append_table(taken: Mapping[int, Mapping[str, Figures]], units: Mapping[int, Mapping[str, Figures]]) -> Table:
    rows = [_append_row(count, taken[count], units[count]) for count in APPENDED]
    ours_at_10 = units[10][OURS]["units"]
    return Table(
        title=f"peers: one append to a new stream, from decided events to stored; medians of {ROUNDS} rounds, ms",
        columns=(
            *("events", "ours wall", "ours CPU", "peer wall", "peer CPU", "times faster", "times less CPU", "goal"),
            *("SQLite wall", "our units", "peer's units"),
        ),
        rows=tuple(rows),
        notes=(
            "Ours validates against the schema, hashes, and puts on condition; the peer (eventsourcing-dynamodb 0.1.0)",
            "puts in batches of 25 without any condition, so that two writers overwrite each other.",
        ),
        broken=() if ours_at_10 <= UNITS_AT_10 else (f"10 events cost {ours_at_10} write units, not {UNITS_AT_10}",),
    )


def _append_row(count: int, taken: Mapping[str, Figures], units: Mapping[str, Figures]) -> tuple[Cell, ...]:
    ours, peer, sqlite = taken[OURS], taken[PEER], taken[SQLITE]
    return (
        count,
        *(rounded(each[clock]) for each in (ours, peer) for clock in ("wall", "cpu")),
        *(rounded(peer[clock] / ours[clock]) for clock in ("wall", "cpu")),
        f"{GOALS[count]:g}",
        rounded(sqlite["wall"]),
        *(rounded(units[name]["units"]) for name in (OURS, PEER)),
    )


def _load_table(taken: Mapping[int, Mapping[str, Figures]]) -> Table:
    return Table(
        title=f"peers: one stream loaded, written ten events at a time; medians of {ROUNDS} rounds, ms",
        columns=("events", "ours wall", "ours CPU", "peer wall", "peer CPU", "times faster", "SQLite wall"),
        rows=tuple(_load_row(count, taken[count]) for count in LOADED),
        notes=("Ours reads strongly consistent and checks the hash chain; the peer does neither.",),
    )


def _load_row(count: int, taken: Mapping[str, Figures]) -> tuple[Cell, ...]:
    ours, peer = taken[OURS], taken[PEER]
    figures = (rounded(each[clock]) for each in (ours, peer) for clock in ("wall", "cpu"))
    return (count, *figures, rounded(peer["wall"] / ours["wall"]), rounded(taken[SQLITE]["wall"]))


def _stale_table(workers: Mapping[str, Worker]) -> Table:
    lost = {
        name: sum(worker.ask("stale", events=_events(1))["lost"] for _ in range(STALE))
        for name, worker in workers.items()
    }
    return Table(
        title="peers: a second writer at a place that is taken",
        columns=("writers", "of ours not refused", "of the peer's", "of SQLite's"),
        rows=((STALE, *(int(lost[name]) for name in (OURS, PEER, SQLITE))),),
        notes=("Each one that is not refused has overwritten what the first was told to be stored.",),
        broken=() if not lost[OURS] else ("our log let a stale writer through",),
    )


def _events(count: int) -> list[dict[str, Any]]:
    return [{"type": NAMES[type(event)], "data": msgspec.to_builtins(event)} for event in events_of(count)]


def _settings(aws: Emulator, folder: Path) -> dict[str, str]:
    aws.client("dynamodb").create_table(
        TableName="peer-events",
        AttributeDefinitions=[
            {"AttributeName": "originator_id", "AttributeType": "S"},
            {"AttributeName": "originator_version", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "originator_id", "KeyType": "HASH"},
            {"AttributeName": "originator_version", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        "LOG_TABLE": new_log_table(aws),
        "PEER_TABLE": "peer-events",
        "PEER_FILE": str(folder / "peer.sqlite"),
    }


@contextmanager
def _worker(name: str, python: str, settings: Mapping[str, str]) -> Iterator[Worker]:
    process = subprocess.Popen(  # noqa: S603 - our own worker
        [python, "-m", "tests.bench.peers.worker", name],
        env={**os.environ, **settings},
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Worker(process)
    finally:
        process.kill()
        process.communicate()


def _environment() -> str:
    """Return the Python of the peers' environment, made when it is missing or the lock is newer."""
    python = ENVIRONMENT / "bin/python"
    uv = str(REPOSITORY / ".venv/bin/uv")
    if not python.exists():
        _call(uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT))
    _call(uv, "pip", "sync", "--quiet", "--python", str(python), str(LOCK))
    return str(python)


def _call(*command: str) -> None:
    subprocess.run(command, cwd=REPOSITORY, check=True)  # noqa: S603 - fixed commands
