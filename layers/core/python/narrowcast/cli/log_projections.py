"""`narrowcast log rebuild`, `narrowcast log projections`: what is folded from the log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from narrowcast.application.projections import PROJECTIONS
from narrowcast.application.rebuild import SEGMENTS, Rebuilt, standing
from narrowcast.cli.common import NEGATIVE, OK, Arguments, add_command, open_stack, tell


def add_projections(group: Any) -> None:
    """Declare the commands."""
    rebuild = add_command(group, "rebuild", "fold the log again beside a projection, compare, swap", _rebuild)
    rebuild.add_argument("projection", choices=sorted(PROJECTIONS))
    rebuild.add_argument("--dry-run", action="store_true", help="compare only; the live one stays")
    rebuild.add_argument("--segments", type=int, default=SEGMENTS, metavar="N", help="parts of the log read at a time")
    add_command(group, "projections", "how far each projection came", _projections)


def _rebuild(arguments: Arguments) -> int:
    rebuilder = open_stack(arguments).rebuilder(arguments.projection)
    rebuilt = rebuilder.rebuild(swap=not arguments.dry_run, segments=arguments.segments, say=_say)
    tell(arguments, asdict(rebuilt), _lines(rebuilt))
    missed = rebuilt.damaged or not (rebuilt.swapped or arguments.dry_run)
    return NEGATIVE if missed else OK


def _lines(rebuilt: Rebuilt) -> Iterator[str]:
    yield f"{rebuilt.streams} streams folded, {len(rebuilt.differences)} places differed from the live projection"
    for each in rebuilt.differences:
        yield f"{each.kind}: {each.place} (live version {each.live}, rebuilt version {each.rebuilt})"
    yield from (f"damaged, left out: {stream}" for stream in rebuilt.damaged)
    yield "swapped" if rebuilt.swapped else "not swapped"


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _projections(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    log = composition.store.log
    found = [standing(log, each, composition.kept(each.name).entries()) for each in PROJECTIONS.values()]
    lines = [f"{e.projection} v{e.version}: {e.streams} streams, {len(e.behind)} behind" for e in found]
    lines += [f"behind: {e.projection} {stream} {at}/{head}" for e in found for stream, head, at in e.behind]
    tell(arguments, {"projections": [asdict(each) for each in found]}, lines)
    return OK
