"""`narrowcast guide …`: patients' guides."""

from __future__ import annotations

from typing import Any

import msgspec

from narrowcast.application.streams import GUIDE
from narrowcast.cli import guide_explain, guide_simulate
from narrowcast.cli.common import OK, Arguments, add_command, find, open_stack, state_of, tell


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    show = add_command(group, "show", "print a guide: sections, pieces, gaps, pushes", _show_guide)
    show.add_argument("guide_id")
    show.add_argument("--hospital", default="")
    guide_explain.add_to(group)
    guide_simulate.add_to(group)


def _show_guide(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    key = find(composition, GUIDE.name, arguments.guide_id, arguments.hospital)
    state = state_of(composition, key)
    made = state.made
    lines = [f"{s.section.heading}: {', '.join(p.content_id for p in s.pieces)}" for s in made.sections]
    lines += [f"gap: {gap.section.heading} {gap.code}" for gap in made.gaps]
    lines += [f"pushed by {push.channel}" for push in state.pushes]
    tell(arguments, {"hospital": key.hospital, "guide_id": key.key, "guide": msgspec.to_builtins(state)}, lines)
    return OK
