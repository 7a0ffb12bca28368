"""The proofs of the log at their full counts; smaller ones run with the tests. The figures are counts, not times.

Each stands on an emulated AWS of its own. A count that must be 0 and is not breaks the benchmark.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.tables import Cell, Table, rounded
from tests.support.audit import Audit
from tests.support.crash_append import kill_appends
from tests.support.crash_dispatch import dispatching, kill_dispatches
from tests.support.crash_project import kill_projections, projecting
from tests.support.crashes import nursery
from tests.support.emulator import CREDENTIALS, Emulator, running_emulator
from tests.support.faulty_wire import faulty_wire
from tests.support.flaky import hasty_sdk
from tests.support.hand_over_races import run_hand_overs
from tests.support.log_tables import new_log_table, open_log
from tests.support.lost_answers import Writer, write_all
from tests.support.proof_ground import surroundings
from tests.support.races import run_races
from tests.support.search_server import running_search

RACES = 10_000
HAND_OVERS = 1_000
APPENDS = 2_000
APPEND_KILLS, PROJECTION_KILLS, DISPATCH_KILLS = 500, 300, 200


def races() -> list[Table]:
    """Let two writers meet at the same place."""
    begun = time.perf_counter()
    with _ground() as (aws, _):
        table = new_log_table(aws)
        told = run_races(RACES, open_log(aws.endpoint_url, table), open_log(aws.endpoint_url, table))
    wrong = _wrong(told.audit) | {"races without one winner and one loser": not told.fair}
    return [
        _table(
            "races: two writers at one place, each with a connection of its own",
            {
                "races": told.races,
                "won by the first / the second writer": f"{told.won['one']:,} / {told.won['two']:,}",
                "told ConflictError": told.refused.total(),
            },
            wrong,
            begun,
        )
    ]


def hand_overs() -> list[Table]:
    """Let a person ask for a nurse while the assistant's answer is on its way."""
    begun = time.perf_counter()
    with _ground() as (aws, _):
        table = new_log_table(aws)
        told = run_hand_overs(HAND_OVERS, open_log(aws.endpoint_url, table), open_log(aws.endpoint_url, table))
    return [
        _table(
            "hand-overs: a person asks for a nurse while an answer is on its way, each with a connection of its own",
            {"races": told.races, **{f"ended with {end}": number for end, number in sorted(told.ends.items())}},
            {"answers after a hand-over": told.spoken_over},
            begun,
        )
    ]


def lost_answers() -> list[Table]:
    """Let writers append behind a wire that loses answers and throttles, with and without the SDK's retries."""
    with _ground() as (aws, folder):
        return [_behind_a_faulty_wire(aws, folder, retries) for retries in (0, 3)]


def _behind_a_faulty_wire(aws: Emulator, folder: Path, retries: int) -> Table:
    begun, table = time.perf_counter(), new_log_table(aws)
    with faulty_wire(aws, folder) as wire, hasty_sdk():
        writers = [Writer(f"w{n}", open_log(wire.endpoint_url, table, retries=retries)) for n in range(8)]
        told = write_all(writers, APPENDS, open_log(aws.endpoint_url, table))
        faults = wire.faults()
    return _table(
        f"lost answers: {APPENDS:,} appends by {len(writers)} writers, the SDK retries {retries} times",
        {
            "calls on the wire": faults.calls,
            "answers lost after the work was done": f"{faults.lost:,} ({faults.lost / faults.calls:.0%})",
            "calls throttled": f"{faults.throttled:,} ({faults.throttled / faults.calls:.0%})",
            "told UnavailableError (then settled by the same call again)": told.unknown,
            "told that the commit is in the log": told.acknowledged,
            "told ConflictError": told.refused,
        },
        {"false conflicts": told.false_conflicts, **_wrong(told.audit)},
        begun,
    )


def kills() -> list[Table]:
    """Kill working processes at each of their step boundaries."""
    with _ground() as (aws, folder), running_search() as search_url:
        return [
            _killed_appends(aws, folder),
            _killed_projections(aws, search_url, folder),
            _killed_dispatches(aws, folder),
        ]


def _killed_appends(aws: Emulator, folder: Path) -> Table:
    begun, environment = time.perf_counter(), surroundings(aws)
    with nursery(environment, folder / "append.log", uses="store") as processes:
        done = kill_appends(processes, open_log(aws.endpoint_url, environment["EVENT_LOG_TABLE"]), APPEND_KILLS)
    return _table(
        "kill -9 in an append: a command of 20 events, given again to a clean process",
        {
            "processes killed": done.kills,
            "step boundaries, each in turn": done.boundaries,
            "commands": done.commands,
            "in the log though the process did not live to say so": done.unheard,
        },
        {"torn": done.torn, "lost": done.lost, "doubled": done.doubled},
        begun,
    )


def _killed_projections(aws: Emulator, search_url: str, folder: Path) -> Table:
    begun = time.perf_counter()
    with projecting(aws, search_url, folder / "project.log") as (processes, projection):
        done = kill_projections(processes, projection, PROJECTION_KILLS)
    return _table(
        f"kill -9 in a projection: a batch of {done.records} records, delivered again to a clean process",
        {
            "processes killed": done.kills,
            "step boundaries, each in turn": done.boundaries,
            "rows and indexed pieces": f"{done.rows} + {done.pieces}",
            "kills that left something undone": done.unfinished,
        },
        {"kills after which a row or piece differs from a clean run's": done.differing},
        begun,
    )


def _killed_dispatches(aws: Emulator, folder: Path) -> Table:
    begun = time.perf_counter()
    with dispatching(aws, folder / "dispatch.log") as (processes, outside):
        done = kill_dispatches(processes, outside, DISPATCH_KILLS)
    return _table(
        f"kill -9 in the outbox: a batch of {done.records} records, delivered again to clean processes",
        {
            "processes killed": done.kills,
            "step boundaries, each in turn": done.boundaries,
            "effects of a batch (starts, answers, messages, events)": done.effects,
            "mails and SMS in doubt, parked for a person": done.in_doubt,
            "of these, sent before the process died": done.in_doubt_sent,
            "messages told again to the app, which shows an id once": done.repeated_to_app,
        },
        {"effects doubled": done.doubled, "effects lost": done.lost},
        begun,
    )


@contextmanager
def _ground() -> Iterator[tuple[Emulator, Path]]:
    os.environ.update(CREDENTIALS)
    with TemporaryDirectory(prefix="narrowcast-proof-") as folder, running_emulator(Path(folder)) as aws:
        yield aws, Path(folder)


def _wrong(audit: Audit) -> dict[str, int]:
    return {
        "acknowledged commits that are not in the log": audit.lost,
        "commits in the log twice": audit.doubled,
        "commits in the log that nobody was told of": audit.unclaimed,
        "streams whose chain does not hold": audit.broken,
    }


def _table(title: str, counted: Mapping[str, Cell], wrong: Mapping[str, int], begun: float) -> Table:
    seconds = rounded(time.perf_counter() - begun)
    return Table(
        title=title,
        columns=("what", "count"),
        rows=(*counted.items(), *((f"{what} (must be 0)", int(count)) for what, count in wrong.items())),
        notes=(f"Took {seconds:g} s.",),
        broken=tuple(f"{what}: {count:,}" for what, count in wrong.items() if count),
    )
