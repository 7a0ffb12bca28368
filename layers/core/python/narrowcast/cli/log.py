"""`narrowcast log …`: the event log."""

from __future__ import annotations

from typing import Any

from narrowcast.cli.common import OK, Arguments, add_command, open_stack, tell
from narrowcast.cli.log_integrity import add_integrity
from narrowcast.cli.log_show import add_show


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    add_integrity(group)
    add_show(group)
    rebuild = add_command(group, "rebuild", "fold the log again into rows and index", _rebuild)
    rebuild.add_argument("projection", choices=["index", "read"])


def _rebuild(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    if arguments.projection == "index":
        composition.index.reset()
    folded = dict(composition.projector.rebuild())
    damaged = [stream for stream, whole in folded.items() if not whole]
    report = {"projection": arguments.projection, "streams": len(folded), "damaged": damaged}
    tell(arguments, report, [f"{len(folded)} streams folded", *(f"damaged, left out: {each}" for each in damaged)])
    return OK
