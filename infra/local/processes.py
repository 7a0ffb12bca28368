"""Background processes that outlive the command that started them, known by pid *and* start time.

A pid alone may belong to another program after a reboot or a long uptime; nothing is signalled on its word.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.home import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_POLL = 0.05


def start(records: Path, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    """Start a command in a session of its own, its output appended to `log`."""
    output = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    errors = (os.POSIX_SPAWN_DUP2, 1, 2)
    no_input = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    pid = os.posix_spawn(
        command[0], list(command), dict(environment), file_actions=[no_input, output, errors], setsid=True
    )
    write_json(records, {**read_json(records), name: {"pid": pid, "started": start_time(pid)}})


def is_running(records: Path, name: str) -> bool:
    """Whether the process started under this name is alive."""
    return running_pid(records, name) is not None


def running_pid(records: Path, name: str) -> int | None:
    """The pid of a recorded process that is alive and is still the one that was started."""
    record = read_json(records).get(name)
    if record and record["started"] and start_time(record["pid"]) == record["started"]:
        return int(record["pid"])
    return None


def was_started(records: Path, name: str) -> bool:
    """Whether a process was started under this name and not stopped since, alive or not."""
    return name in read_json(records)


def stop(records: Path, name: str, patience: float) -> bool:
    """Ask a process to end and wait up to `patience` seconds; False if it had to be killed."""
    pid = running_pid(records, name)
    ended = pid is None or _end(pid, patience)
    remaining = {other: record for other, record in read_json(records).items() if other != name}
    write_json(records, remaining)
    return ended


def _end(pid: int, patience: float) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if _gone_within(pid, patience):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _gone_within(pid, patience)
    return False


def _gone_within(pid: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while start_time(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def start_time(pid: int) -> str | None:
    """When a process started, as the system writes it; None when there is none or it has ended."""
    _collect(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _start_time_by_ps(pid)
    except ProcessLookupError:
        return None
    # The command, field 2, stands in brackets and may hold blanks; field 3 is the state, field 22 the start time.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def _collect(pid: int) -> None:
    """A child that ended stays a zombie until its parent asks for it; a process that is no child of ours is not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _start_time_by_ps(pid: int) -> str | None:
    """For systems without /proc."""
    answer = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None
