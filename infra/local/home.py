"""Where a stack keeps its files: everything under `.narrowcast/` of one working directory."""

from __future__ import annotations

import fcntl
import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The directory a stack was started in; two stacks with different directories do not meet."""

    directory: Path

    @property
    def root(self) -> Path:
        return self.directory / ".narrowcast"

    @property
    def emulator_state(self) -> Path:
        return self.root / "emulator"

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def layers(self) -> Path:
        return self.root / "layers"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def processes(self) -> Path:
        return self.root / "processes.json"

    @property
    def pump_ready(self) -> Path:
        return self.root / "pump.ready"

    @property
    def recovery(self) -> Path:
        return self.root / "recovery.json"

    @property
    def passwords(self) -> Path:
        return self.root / "passwords.json"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox.jsonl"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.json"

    def make(self) -> None:
        for folder in (self.emulator_state, self.objects, self.temporary, self.logs, self.layers, self.checkpoints):
            folder.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)


def read_json(file: Path) -> dict[str, Any]:
    """The object in a file; empty when the file is not there."""
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return content


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Replace a file in one step: a reader, or a crash, sees the old content or the new."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(file)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Wait until no other process holds this lock, and hold it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
