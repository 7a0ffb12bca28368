"""A process is known by more than its number, and ends when asked."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import processes

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "processes.json"
    yield file
    processes.stop(file, "part", patience=0)


def start(records: Path, command: tuple[str, ...] = SLEEP) -> Path:
    log = records.with_name("part.log")
    processes.start(records, "part", command, {"PATH": os.environ["PATH"]}, log)
    return log


def wait_for(log: Path, text: str) -> None:
    while text not in log.read_text():
        os.sched_yield()


def test_a_started_process_runs_until_it_is_stopped(records: Path) -> None:
    start(records)
    assert processes.is_running(records, "part")
    assert processes.stop(records, "part", patience=20)
    assert not processes.is_running(records, "part")
    assert not processes.was_started(records, "part")


def test_its_output_goes_to_its_log(records: Path) -> None:
    log = start(records, (sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr)"))
    wait_for(log, "err")
    wait_for(log, "out")


def test_a_crash_is_not_mistaken_for_a_stop(records: Path) -> None:
    start(records, (sys.executable, "-c", "raise SystemExit(3)"))
    while processes.is_running(records, "part"):
        os.sched_yield()
    assert processes.was_started(records, "part")


def test_another_process_with_the_same_number_is_neither_ours_nor_stopped(records: Path) -> None:
    records.write_text(json.dumps({"part": {"pid": os.getpid(), "started": "1"}}))
    assert not processes.is_running(records, "part")
    assert processes.stop(records, "part", patience=0)
    assert processes.start_time(os.getpid()) is not None


def test_a_process_that_will_not_end_is_killed(records: Path) -> None:
    wait_for(start(records, STUBBORN), "deaf")
    assert not processes.stop(records, "part", patience=0.2)
    assert not processes.is_running(records, "part")


def test_a_process_that_never_was_has_no_start_time() -> None:
    assert processes.start_time(2**22 + 1) is None
