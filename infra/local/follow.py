"""`make logs`: the logs of all components as they grow, each line with the name of its component."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from infra.local.home import Home

if TYPE_CHECKING:
    from pathlib import Path

_POLL_SECONDS = 0.2


def follow(directory: Path, *, once: bool = False) -> None:
    """Print what the logs hold and, unless `once`, what is added until interrupted."""
    logs, read = Home(directory).logs, dict[str, int]()
    try:
        while True:
            for log in sorted(logs.glob("*.log")):
                read[log.stem] = _print_from(log, read.get(log.stem, 0))
            if once:
                return
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return


def _print_from(log: Path, position: int) -> int:
    """Print the whole lines after a position; the position after them."""
    with log.open("rb") as file:
        file.seek(position if position <= log.stat().st_size else 0)
        lines = file.read()
        complete = lines.rpartition(b"\n")[0]
        for line in complete.splitlines():
            print(f"{log.stem:8}| {line.decode('utf-8', errors='replace')}", flush=True)
        return file.tell() - (len(lines) - len(complete) - (1 if complete else 0))
