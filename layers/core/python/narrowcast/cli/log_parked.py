"""`narrowcast log parked`: commits that a consumer of the log could not take in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from narrowcast.application.parking import Kind, Replay
from narrowcast.application.ports import ParkedRecord
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, open_stack, tell


def add_parked(group: Any) -> None:
    """Declare the command."""
    parked = add_command(group, "parked", "what consumers of the log could not take in", _parked)
    what = parked.add_mutually_exclusive_group()
    what.add_argument("--replay", action="store_true", help="try again; what may have been sent is not sent again")
    what.add_argument("--send-again", metavar="ID", help="send what is in doubt: it did not arrive")
    what.add_argument("--note-sent", metavar="ID", help="take what is in doubt for sent: it did arrive")


def _parked(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    replay = composition.replay if _acts(arguments) else None
    if replay:
        _act(arguments, replay)
    left = list(composition.parking_lot.list())
    records = [{"id": each.id, **asdict(each)} for each in left]
    lines = [f"{each.id} since {each.parked_at}: {each.kind}, {each.reason}" for each in left]
    tell(arguments, {"parked": records}, lines or ["nothing is parked"])
    return NEGATIVE if replay and left else OK


def _acts(arguments: Arguments) -> bool:
    return bool(arguments.replay or arguments.send_again or arguments.note_sent)


def _act(arguments: Arguments, replay: Replay) -> None:
    if arguments.replay:
        for _ in replay.replay():
            pass
    elif arguments.send_again:
        _decide(replay, arguments.send_again, replay.send_again)
    else:
        _decide(replay, arguments.note_sent, replay.note_sent)


def _decide(replay: Replay, record_id: str, act: Callable[[ParkedRecord], bool]) -> None:
    found = [each for each in replay.lot.list() if each.id == record_id and each.kind == Kind.IN_DOUBT]
    if not found:
        raise UsageError(f"nothing in doubt is parked as {record_id!r}")
    act(found[0])
