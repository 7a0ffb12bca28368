"""The four programs of a stack: what each is started with, and how one knows that it answers."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import osmem_server  # type: ignore[import-untyped]

from infra.local import processes
from infra.local.clients import ACCOUNT, CREDENTIALS, REGION
from infra.local.home import REPOSITORY
from infra.local.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.home import Home

# In the order they start; they stop in the reverse order, so that nobody speaks to a server that has gone.
NAMES = ("aws", "search", "outbox", "pump")
PORTS = ("aws", "search", "outbox")
# How long each may take to end: the emulator saves its state, the pump lets the functions it called finish.
STOP_SECONDS = {"aws": 60.0, "search": 5.0, "outbox": 10.0, "pump": 60.0}
_READY_SECONDS = 30.0
_POLL_SECONDS = 0.05


class StartError(Exception):
    """A component did not come up; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Component:
    """One program: its command, its whole environment, and the URL or the file that is there once it is up."""

    name: str
    command: tuple[str, ...]
    ready: str | Path
    environment: Mapping[str, str] = field(default_factory=dict)


def url(port: int) -> str:
    """The address of a component."""
    return f"http://{HOST}:{port}"


def all_of(home: Home, ports: Mapping[str, int]) -> dict[str, Component]:
    """Every component, by name, in the order of starting."""
    parts = (_emulator(home, ports), _search(ports), _outbox(home, ports), _pump(home, ports))
    return {part.name: part for part in parts}


def _emulator(home: Home, ports: Mapping[str, int]) -> Component:
    settings = {
        "GATEWAY_PORT": str(ports["aws"]),
        "BIND_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home.emulator_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home.objects),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",  # below it are a line per call and all output of functions, which `follow` shows
    }
    return Component(
        name="aws",
        command=(sys.executable, "-m", "ministack"),
        environment={**_aws_environment(home, ports), **settings},
        ready=f"{url(ports['aws'])}/_ministack/health",
    )


def _search(ports: Mapping[str, int]) -> Component:
    address = f"{HOST}:{ports['search']}"
    return Component(
        name="search",
        command=(osmem_server.resolve_binary(), "-addr", address, "-no-stdin-watch", "-no-ja"),
        ready=f"{url(ports['search'])}/",
    )


def _outbox(home: Home, ports: Mapping[str, int]) -> Component:
    return Component(
        name="outbox",
        command=(sys.executable, "-m", "infra.local.outbox", str(home.directory), str(ports["outbox"])),
        environment={**_aws_environment(home, ports), "PYTHONPATH": str(REPOSITORY)},
        ready=f"{url(ports['outbox'])}/messages.json",
    )


def _pump(home: Home, ports: Mapping[str, int]) -> Component:
    return Component(
        name="pump",
        command=(sys.executable, "-m", "infra.local.pump", str(home.directory), url(ports["aws"])),
        environment={**_aws_environment(home, ports), "PYTHONPATH": str(REPOSITORY)},
        ready=home.pump_ready,
    )


def _aws_environment(home: Home, ports: Mapping[str, int]) -> dict[str, str]:
    """What functions inherit from the emulator: no variable of the person at the keyboard gets through."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home.root),
        "TMPDIR": str(home.temporary),
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": url(ports["aws"]),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        **CREDENTIALS,
    }


def start(home: Home, component: Component) -> None:
    """Start a component and return when it is ready to serve and to be stopped; StartError when it does not come up."""
    log = home.logs / f"{component.name}.log"
    home.pump_ready.unlink(missing_ok=True)
    processes.start(home.processes, component.name, component.command, component.environment, log)
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(component.ready):
        if not processes.is_running(home.processes, component.name) or time.monotonic() > deadline:
            raise StartError(f"{component.name} did not come up:\n{_tail(log)}")
        time.sleep(_POLL_SECONDS)


def _is_ready(ready: str | Path) -> bool:
    if isinstance(ready, Path):
        return ready.exists()
    try:
        with urllib.request.urlopen(ready, timeout=5):  # noqa: S310 - a URL of our own
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
