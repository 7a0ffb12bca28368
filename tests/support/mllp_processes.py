"""Bridge and API as processes that are killed at random and started again, and what must hold afterwards."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.mllp_senders import Told, send_all

_START_SECONDS = 20.0
_DRAIN_SECONDS = 120.0


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """A program on a port; `kill` is kill -9."""

    port: int
    command: list[str]
    log: Path
    kills: int = 0
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it and wait until it listens."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen([sys.executable, *self.command], stdout=log, stderr=log)  # noqa: S603 - our own programs
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(self.port):
            assert time.monotonic() < deadline, f"does not start: {self.command}: {self.log.read_text()[-400:]}"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without warning."""
        if self._running:
            self._running.kill()
            self._running.wait()
            self.kills += 1

    def stop(self) -> None:
        """End it as an operator does."""
        if self._running:
            self._running.terminate()
            self._running.wait(timeout=40)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stub_api(directory: Path) -> Process:
    """The stub of the API."""
    port = free_port()
    command = ["-m", "tests.support.mllp_stub", "--port", str(port), "--log", str(directory / "stored")]
    return Process(port, command, directory / "api.log")


def bridge_to(url: str, directory: Path, key: str = "key-1", patience: float = 5.0) -> Process:
    """`narrowcast mllp` in front of an API."""
    (directory / "key").write_text(key)
    port = free_port()
    command = ["-m", "narrowcast.cli", "mllp", "--listen", f"127.0.0.1:{port}", "--to", url]
    command += ["--key-file", str(directory / "key"), "--queue", str(directory / "queue"), "--patience", str(patience)]
    return Process(port, command, directory / "bridge.log")


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Have processes running for as long as the block lasts."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            process.stop()


async def send_through_kills(
    victims: list[Process], port: int, ids: list[str], *, connections: int, seed: int, every: tuple[float, float]
) -> Told:
    """Send all messages while one of the victims is killed at random, again and again."""
    sending = asyncio.create_task(send_all(port, ids, connections))
    dice = random.Random(seed)  # noqa: S311 - when to kill, no secret
    while not sending.done():
        await asyncio.wait([sending], timeout=dice.uniform(*every))
        if not sending.done():
            victim = dice.choice(victims)
            await asyncio.to_thread(victim.kill)
            await asyncio.sleep(dice.uniform(0.05, 0.5))
            await asyncio.to_thread(victim.start)
    return await sending


@dataclass(frozen=True)
class Finding:
    """What the log holds against what was acknowledged."""

    stored: int
    twice: int
    acknowledged_and_missing: int


def compare(stored: list[str], told: Told) -> Finding:
    """Return what the log holds against what was acknowledged."""
    counted = Counter(stored)
    missing = set(told.acknowledged) - set(counted)
    return Finding(len(counted), sum(times > 1 for times in counted.values()), len(missing))


def until_drained(directory: Path, ready: Callable[[], bool] = lambda: True) -> None:
    """Wait until the bridge's queue is empty."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    while list((directory / "queue").glob("*.hl7")) or not ready():
        assert time.monotonic() < deadline, "the queue does not empty"
        time.sleep(0.05)
