"""`narrowcast guide explain`: why each piece of a guide was chosen, what else was considered, what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from narrowcast.application.explanations import Chosen, Explanation, LeftOut
from narrowcast.application.streams import GUIDE
from narrowcast.cli.common import OK, Arguments, add_command, find, open_stack, tell


def add_to(group: Any) -> None:
    """Declare the command."""
    explain = add_command(group, "explain", "say why each piece was chosen, and what was left out by which fact", _run)
    explain.add_argument("guide_id")
    explain.add_argument("--hospital", default="")


def _run(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    key = find(composition, GUIDE.name, arguments.guide_id, arguments.hospital)
    explained = composition.explanations.of(key.hospital, key.key)
    document = {"hospital": key.hospital, **msgspec.to_builtins(explained)}
    tell(arguments, document, lines_of(explained))
    return OK


def lines_of(explained: Explanation) -> Iterator[str]:
    """Yield the explanation as lines."""
    step = f", step {explained.step}" if explained.step else ""
    yield (
        f"{explained.guide_id}: edition {explained.edition}, rules {explained.rules}, for {explained.audience}{step}"
    )
    for section in explained.sections:
        yield f"{section.heading}  {section.why}".rstrip()
        yield from (f"  {line}" for each in section.chosen for line in _of_chosen(each))
        yield from (f"  - {_of_left_out(each)}" for each in section.left_out)
        yield from (f"  ! {ask}" for ask in section.asks)
        yield from (f"  gap: {code}" for code in section.gaps)


def _of_chosen(chosen: Chosen) -> Iterator[str]:
    parts = ", ".join(f"{each.part} {each.points:+}" for each in chosen.parts)
    back = ", ".join(f"{each.fact_id} v{each.version}" for each in chosen.taken_back)
    yield f"+ {chosen.piece.content_id} {chosen.piece.title} (for {chosen.code})"
    if back:
        yield f"    shown no more: {back} was taken back"
    yield f"    {chosen.score} points: {parts}"
    others = ", ".join(f"{each.content_id} {each.title}" for each in chosen.others)
    yield f"    of {chosen.considered} that fit{'; next: ' if others else ''}{others}"


def _of_left_out(left: LeftOut) -> str:
    named = f"{left.piece.content_id} {left.piece.title}"
    if left.bar is None:
        kept = f" (kept: {left.kept.content_id})" if left.kept else ""
        return f"{named}: {left.rule} {left.reason}{kept}"
    fact = f" by {left.fact.fact_id} v{left.fact.version} {left.fact_text}".rstrip() if left.fact else ""
    return f"{named}: {'not known: ' if left.unknown else ''}{left.bar} {left.value}".rstrip() + fact
