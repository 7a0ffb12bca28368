"""Starts the emulator of AWS for tests: one process, on a free port of the loopback, with nothing kept.

Holds no table, key or template: whoever needs one creates it through `Emulator.client`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import urllib3

REGION = "cn-north-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
_PATIENT = urllib3.Retry(total=None, connect=150, read=5, backoff_factor=0.05, backoff_max=0.2)


@dataclass(frozen=True)
class Emulator:
    """A running emulator; `endpoint_url` serves every service."""

    endpoint_url: str
    region: str = REGION
    session: Any = field(default_factory=boto3.Session, repr=False)

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service."""
        return _client(self.session, service, self.endpoint_url, self.region)

    def outbox(self, path: str) -> Any:
        """Return what the emulator has sent: `path` is `ses/messages` or `sns/sms-messages`."""
        return urllib3.request("GET", f"{self.endpoint_url}/_ministack/{path}?region={self.region}").json()


@cache
def _client(session: Any, service: str, endpoint_url: str, region: str) -> Any:
    return session.client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@contextmanager
def running_emulator(folder: Path) -> Iterator[Emulator]:
    """Run an emulator whose files stay in `folder`, until the block ends."""
    port = free_port()
    environment = os.environ | CREDENTIALS | _settings(port, folder)
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            endpoint_url = f"http://127.0.0.1:{port}"
            urllib3.request("GET", f"{endpoint_url}/_ministack/health", retries=_PATIENT)
            yield Emulator(endpoint_url)
        finally:
            process.kill()  # SIGTERM would save state that nobody reads
            process.wait()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(port: int, folder: Path) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
