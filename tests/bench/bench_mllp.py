"""MLLP: what the bridge carries beside a server that only acknowledges, and 10,000 messages through random kills.

The API behind the bridge is the stub of tests/support/mllp_stub.py, a process that flushes each message to a file: so
the figures are the bridge's own. Every message goes to disk twice (queue and stub), flushed both times; the bare
server of the `hl7` package keeps nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from tests.bench.tables import Cell, Table, percentile, rounded
from tests.support.mllp_processes import (
    Process,
    bridge_to,
    compare,
    free_port,
    running,
    send_through_kills,
    stub_api,
    until_drained,
)
from tests.support.mllp_senders import Told, send_all

MESSAGES, CONNECTIONS, MEASURED = 10_000, 20, 4_000
KILL_EVERY = (0.5, 3.0)
SEED = 20261122


def run() -> list[Table]:
    """Measure, then kill."""
    return [_throughput(), _kills()]


def _throughput() -> Table:
    rows = tuple(
        _row(name, told) for name, told in (("hl7 package, only acknowledges", _bare()), ("bridge", _bridge()))
    )
    return Table(
        title=f"mllp: {MEASURED} messages over {CONNECTIONS} connections, one at a time on each",
        columns=("server", "messages/s", "p50 ms", "p99 ms"),
        rows=rows,
        notes=(
            "Senders and servers share the machine. The bridge's time holds two flushes to disk and one HTTP call.",
        ),
    )


def _row(name: str, told: Told) -> tuple[Cell, ...]:
    milliseconds = [each * 1000 for each in told.seconds]
    middle, late = statistics.median(milliseconds), percentile(milliseconds, 99)
    return (name, rounded(len(milliseconds) / told.elapsed), rounded(middle), rounded(late))


def _ids(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def _bare() -> Told:
    with tempfile.TemporaryDirectory() as directory:
        port = free_port()
        command = ["-m", "tests.support.mllp_bare", "--port", str(port)]
        with running(Process(port, command, Path(directory) / "bare.log")):
            return asyncio.run(send_all(port, _ids("B", MEASURED), CONNECTIONS))


def _bridge() -> Told:
    with tempfile.TemporaryDirectory() as name:
        api = stub_api(Path(name))
        bridge = bridge_to(f"http://127.0.0.1:{api.port}", Path(name))
        with running(api, bridge):
            return asyncio.run(send_all(bridge.port, _ids("M", MEASURED), CONNECTIONS))


def _kills() -> Table:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        api = stub_api(directory)
        bridge = bridge_to(f"http://127.0.0.1:{api.port}", directory)
        ids = _ids("K", MESSAGES)
        with running(api, bridge):
            told = asyncio.run(
                send_through_kills(
                    [api, bridge], bridge.port, ids, connections=CONNECTIONS, seed=SEED, every=KILL_EVERY
                )
            )
            until_drained(directory)
        finding = compare((directory / "stored").read_text().split(), told)
    broken = () if (finding.stored, finding.twice, finding.acknowledged_and_missing) == (MESSAGES, 0, 0) else ("kills",)
    return Table(
        title=f"mllp: {MESSAGES} messages from {CONNECTIONS} connections, bridge and API killed (kill -9) at random",
        columns=("acknowledged AA", "stored", "stored twice", "AA but not stored", "kills of bridge", "kills of API"),
        rows=(
            (
                len(told.acknowledged),
                finding.stored,
                finding.twice,
                finding.acknowledged_and_missing,
                bridge.kills,
                api.kills,
            ),
        ),
        notes=(
            f"Senders heard AE {told.put_off} times and lost their connection {told.lost} times; each sent again.",
            f"It took {told.elapsed:.0f} s.",
        ),
        broken=broken,
    )
