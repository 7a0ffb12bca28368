"""A proxy between the SDK and the emulated AWS that throttles calls and loses answers after the work was done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from tests.support.emulator import Emulator, free_port

LOST, THROTTLED = 0.3, 0.3
"""Shares of all calls to DynamoDB: the answer is cut off after the commit; the call is refused before it."""

_RULES = (
    {"service": "dynamodb", "probability": LOST, "response": {"abort_frac": 0.0}},
    {
        "service": "dynamodb",
        "probability": THROTTLED / (1 - LOST),  # of the calls that the first rule let pass
        "error": {"code": "ProvisionedThroughputExceededException"},
    },
)
_PATIENT = urllib3.Retry(total=None, connect=150, read=5, backoff_factor=0.05, backoff_max=0.2)


@dataclass(frozen=True)
class Faults:
    """What the wire did so far."""

    calls: int
    lost: int
    throttled: int


@dataclass(frozen=True)
class FaultyWire:
    """A running proxy."""

    endpoint_url: str

    def faults(self) -> Faults:
        """Count what was done to calls."""
        rules, requests = self._ask("rules"), self._ask("stats")["requests"]
        lost, throttled = (int(rule["fired_count"]) for rule in rules)
        return Faults(int(requests["total"]), lost, throttled)

    def _ask(self, what: str) -> Any:
        return urllib3.request("GET", f"{self.endpoint_url}/_microburst/{what}", retries=_PATIENT).json()


@contextmanager
def faulty_wire(aws: Emulator, folder: Path) -> Iterator[FaultyWire]:
    """Run the proxy in front of the emulator until the block ends."""
    port, rules = free_port(), folder / "faults.json"  # JSON is YAML
    rules.write_text(json.dumps({"upstream": aws.endpoint_url, "rules": _RULES}), "utf-8")
    command = (sys.executable, "-m", "microburst", "--config", str(rules), "--port", str(port), "--host", "127.0.0.1")
    with (folder / "faulty_wire.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603 - fixed
        try:
            wire = FaultyWire(f"http://127.0.0.1:{port}")
            wire.faults()
            yield wire
        finally:
            process.kill()
            process.wait()
