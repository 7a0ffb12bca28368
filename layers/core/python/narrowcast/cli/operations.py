"""Commands that belong to no group."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from narrowcast.cli.common import OK, Arguments, add_command, open_stack, tell


def add_commands(groups: Any) -> None:
    """Declare the commands."""
    add_command(groups, "reconcile", "restart dead workflows, replay missing effects", _reconcile)


def _reconcile(arguments: Arguments) -> int:
    report = asdict(open_stack(arguments).reconciler.reconcile())
    tell(arguments, report, [f"{name}: {', '.join(done) or 'nothing'}" for name, done in report.items()])
    return OK
