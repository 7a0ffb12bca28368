"""A stack of a benchmark's own, with the demo hospital's library signed and published, gone when the block ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.local import demo, processes, stack
from infra.local.components import STOP_SECONDS
from infra.local.home import Home
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import Settings, from_endpoints

LIBRARY = (demo.register, demo.propose_facts, demo.plan_topics, demo.edit_drafts, demo.sign_pieces)
HOSPITAL = "renhe"


@dataclass(frozen=True)
class Site:
    """The running stack; `endpoints` as in its endpoints.json."""

    directory: Path
    endpoints: dict[str, Any]

    @property
    def home(self) -> Home:
        """Where the stack keeps its files."""
        return Home(self.directory)

    @property
    def settings(self) -> Settings:
        """What the stack tells its functions."""
        return from_endpoints(self.home.endpoints)

    def composition(self, **changed: str) -> Composition:
        """Return a process's worth of use cases on this stack, with some settings changed."""
        settings = self.settings
        return Composition(replace(settings, values={**settings.values, **changed}))

    def stop_pump(self) -> None:
        """Leave the stream unread from now on, so that nothing happens but what the benchmark does."""
        processes.stop(self.home.processes, "pump", STOP_SECONDS["pump"])


@contextmanager
def signed_library() -> Iterator[Site]:
    """Bring a stack up and walk the demo's steps up to the last signature."""
    with TemporaryDirectory(prefix="narrowcast-bench-") as folder:
        directory = Path(folder)
        with stack.running_stack(directory) as endpoints:
            told = demo.Demo(directory, endpoints, before=0)
            with (directory / "library.log").open("w", encoding="utf-8") as log, redirect_stdout(log):
                for step in LIBRARY:
                    step(told)
            yield Site(directory, endpoints)


class Hospital:
    """Writes visits of distinct patients after the demo's JSON visit; `series` keeps two benchmarks' patients apart."""

    def __init__(self, series: int) -> None:
        self._series = series

    @cached_property
    def _visit(self) -> dict[str, Any]:
        visit: dict[str, Any] = json.loads((demo.DATA / "visits/visit-json.json").read_text("utf-8"))
        return visit

    def app_user(self, number: int) -> str:
        """Return the name by which the hospital's app knows a patient."""
        return f"bench-{self._series}-{number:04}"

    def visit(self, number: int) -> bytes:
        """Return the message of one patient's one visit."""
        place = self._series * 10_000 + number
        ids = {
            "message_id": f"RH-20261120-{place:06}",
            "patient_number": f"RH1{place:06}",
            "visit_number": f"RHV20261113{place:06}",
            "contact": {**self._visit["contact"], "app_user": self.app_user(number)},
        }
        return json.dumps({**self._visit, **ids}).encode()
