"""`narrowcast log …`: the event log."""

from __future__ import annotations

from typing import Any

from narrowcast.cli.log_integrity import add_integrity
from narrowcast.cli.log_parked import add_parked
from narrowcast.cli.log_projections import add_projections
from narrowcast.cli.log_show import add_show


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    add_integrity(group)
    add_show(group)
    add_projections(group)
    add_parked(group)
