"""Commands that belong to no group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from narrowcast.application.reconcile import Report
from narrowcast.cli.common import OK, Arguments, add_command, open_stack, tell


def add_commands(groups: Any) -> None:
    """Declare the commands."""
    add_command(groups, "reconcile", "restart dead workflows, replay missing effects", _reconcile)


def _reconcile(arguments: Arguments) -> int:
    report = open_stack(arguments).reconciler.reconcile()
    tell(arguments, asdict(report), _lines(report))
    return OK


def _lines(report: Report) -> Iterator[str]:
    for name in ("restarted", "replayed", "in_doubt", "failed"):
        done = getattr(report, name)
        yield f"{name}: {', '.join(done) or 'nothing'}"
    yield from (f"{item}: {why}" for item, why in report.why.items())
    if not report.finished:
        yield "time ran out: call again"
