"""`narrowcast backlog`: what patients lack, with how many stand behind it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from narrowcast.application.backlog import Backlog, Entry, told
from narrowcast.application.store import Actor
from narrowcast.cli.assistant import hospital_of
from narrowcast.cli.common import OK, Arguments, add_command, open_stack, tell


def add_commands(groups: Any) -> None:
    """Declare the command."""
    listed = add_command(groups, "backlog", "what patients lack, most patients first; small counts are hidden", _list)
    listed.add_argument("--hospital", default="", metavar="CODE", help="needed where there is more than one")
    listed.add_argument("--ask", default="", metavar="ITEM", help="send the right doctor a form for this entry")


def _list(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    hospital = hospital_of(composition, arguments.hospital)
    backlog = Backlog(composition.store, composition.read)
    if arguments.ask:
        asked = backlog.ask(hospital, arguments.ask, Actor("operator:backlog"))
        tell(arguments, {"item": arguments.ask, "signer_id": asked.signer_id}, [f"asked: {asked.signer_id}"])
        return OK
    entries = backlog.entries(hospital)
    tell(arguments, {"hospital": hospital, "entries": [_document(each) for each in entries]}, map(_line, entries))
    return OK


def _document(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "patients": told(entry.patients), "times": told(entry.times)}


def _line(entry: Entry) -> str:
    due = f", until {entry.due}" if entry.due else ""
    return f"{told(entry.patients):>5}  {entry.need:<13}  {entry.label}  ({entry.state}{due})  {entry.item}"
