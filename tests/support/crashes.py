"""Kills working processes at each of their step boundaries in turn, and lets a clean one do the same work again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
NEVER = -1


class FailedError(AssertionError):
    """A child ended in another way than by its work or by the kill it was told."""


@dataclass(frozen=True)
class End:
    """How a child ended: killed at its boundary, or after `steps` boundaries with an answer."""

    killed: bool
    answer: Any = None
    steps: int = 0


@dataclass(frozen=True)
class Nursery:
    """A running zygote."""

    work: IO[str]
    answers: IO[str]

    def run(self, act: str, *, kill_at: int = NEVER, **arguments: Any) -> End:
        """Let a fresh process do the work; it dies at the boundary of that number, if it gets there."""
        print(json.dumps({"act": act, "kill_at": kill_at, "arguments": arguments}), file=self.work, flush=True)
        told = json.loads(self.answers.readline())
        if told["signal"] == signal.SIGKILL:
            return End(killed=True)
        said = told["said"] or {}
        if told["signal"] or "failed" in said:
            raise FailedError(said.get("failed", f"signal {told['signal']}"))
        return End(killed=False, answer=said["answer"], steps=said["steps"])


@contextmanager
def nursery(environment: Mapping[str, str], log: Path, *, uses: str, functions: str = "") -> Iterator[Nursery]:
    """Run a zygote that is told only this environment, until the block ends.

    It makes these parts of the composition and loads these functions before the first child, which then has them.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    warm = {"PROOF_USES": uses, "PROOF_FUNCTIONS": functions}
    command = (sys.executable, "-m", "tests.support.crash_zygote")
    with (
        log.open("ab") as errors,
        subprocess.Popen(  # noqa: S603 - fixed
            command,
            cwd=ROOT,
            env=kept | dict(environment) | warm,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        yield Nursery(process.stdin, process.stdout)
        process.stdin.close()


def sweep(times: int, attempt: Callable[[int, int], bool], *, stride: int = 1) -> Iterator[int]:
    """Yield the boundary of each kill, `times` in all: every `stride`th from the first to the end of the work.

    Then again, beginning one further. `attempt(number, boundary)` tries one; whether the process was killed there.
    """
    boundary = begun = kills = number = 0
    while kills < times:
        if attempt(number, boundary):
            yield boundary
            kills, boundary = kills + 1, boundary + stride
        else:
            boundary = begun = (begun + 1) % stride
        number += 1
