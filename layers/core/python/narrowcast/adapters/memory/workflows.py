"""Workflows that only remember: what was started, what was answered. No step of any process runs here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class MemoryWorkflows:
    """Workflows.

    `started` holds the input of every execution by process and name, `answers` every answer by token. A test plays
    the process: `wait` opens a token, `end` finishes an execution.
    """

    def __init__(self) -> None:
        self.started: dict[tuple[str, str], Mapping[str, object]] = {}
        self.answers: dict[str, Mapping[str, object]] = {}
        self._waiting: set[str] = set()
        self._ended: set[tuple[str, str]] = set()

    def start(self, process: str, name: str, data: Mapping[str, object]) -> None:
        self.started.setdefault((process, name), data)

    def answer(self, token: str, output: Mapping[str, object]) -> bool:
        if token not in self._waiting:
            return False
        self._waiting.remove(token)
        self.answers[token] = output
        return True

    def running(self, process: str) -> Iterator[str]:
        return iter([name for kept, name in self.started if kept == process and (kept, name) not in self._ended])

    def wait(self, token: str) -> None:
        """Let a task of some execution wait with this token."""
        self._waiting.add(token)

    def end(self, process: str, name: str) -> None:
        """Let the execution end."""
        self._ended.add((process, name))
