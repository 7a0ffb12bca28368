"""`make logs`: the logs of all components and functions as they grow, each line with the name of its writer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local import components, processes
from infra.local.clients import client
from infra.local.home import Home, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS = 0.5
# An event carries the time at which its invocation ended, and is written a little later.
_OVERLAP_MS = 5_000
_PLATFORM_LINES = ("START RequestId:", "END RequestId:", "DONE RequestId:")


def follow(directory: Path, *, once: bool = False) -> None:
    """Print what the logs hold and, unless `once`, what is added until interrupted."""
    home = Home(directory)
    files, functions = LogFiles(home.logs), FunctionLogs(home)
    try:
        while True:
            for writer, line in (*files.new_lines(), *functions.new_lines()):
                print(f"{writer:<20.20}| {line}", flush=True)
            if once:
                return
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return


@dataclass
class LogFiles:
    """The components' own logs."""

    folder: Path
    _read: dict[Path, int] = field(default_factory=dict)

    def new_lines(self) -> Iterator[tuple[str, str]]:
        """Writer and text of every line completed since the last call."""
        for log in sorted(self.folder.glob("*.log")):
            with log.open("rb") as file:
                file.seek(self._read.get(log, 0))
                complete = file.read().rpartition(b"\n")[0]
            if complete:
                self._read[log] = self._read.get(log, 0) + len(complete) + 1
                yield from ((log.stem, line.decode("utf-8", errors="replace")) for line in complete.splitlines())


@dataclass
class FunctionLogs:
    """What functions wrote, as the emulator's CloudWatch Logs keep it; nothing while the emulator is away."""

    home: Home
    _since: int = 0
    _shown: set[str] = field(default_factory=set)

    def new_lines(self) -> list[tuple[str, str]]:
        """Writer and text of every event not returned before."""
        if not processes.is_running(self.home.processes, "aws"):
            return []
        now = int(time.time() * 1000)
        try:
            lines = self._new_events(components.url(read_json(self.home.ports)["aws"]))
        except (BotoCoreError, ClientError):
            return []
        self._since = now - _OVERLAP_MS
        return lines

    def _new_events(self, aws: str) -> list[tuple[str, str]]:
        functions = client("lambda", aws).get_paginator("list_functions").paginate().search("Functions[]")
        logs = client("logs", aws)
        return [
            (_short(function["FunctionName"]), message)
            for function in functions
            for message in self._new_of(logs, function["LoggingConfig"]["LogGroup"])
        ]

    def _new_of(self, logs: Any, group: str) -> list[str]:
        """The emulator writes the lines of one invocation at once, each invocation into a stream of its own."""
        try:
            events = logs.filter_log_events(logGroupName=group, startTime=self._since)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []  # nothing written yet
        fresh = [event for event in events if event["logStreamName"] not in self._shown]
        self._shown.update(event["logStreamName"] for event in fresh)
        return [event["message"] for event in fresh if not event["message"].startswith(_PLATFORM_LINES)]


def _short(function: str) -> str:
    """NarrowcastService-PushGuideFunction3C02… -> PushGuide."""
    return function.partition("-")[2].rpartition("Function")[0] or function
