"""`narrowcast log …`: the event log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from narrowcast.application.verification import verify_log
from narrowcast.cli.common import NEGATIVE, OK, Arguments, add_command, open_stack, tell
from narrowcast.cli.log_show import add_show


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    add_command(group, "verify", "recompute every hash and signature", _verify)
    add_show(group)
    rebuild = add_command(group, "rebuild", "fold the log again into rows and index", _rebuild)
    rebuild.add_argument("projection", choices=["index", "read"])


def _verify(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    proof = verify_log(composition.store.log, composition.signing_key)
    report = {"ok": not proof.faults, **asdict(proof)}
    lines = [f"{proof.streams} streams, {proof.commits} commits, {proof.events} events, {proof.signatures} signatures"]
    lines += [f"BAD {fault.stream} version {fault.version}: {fault.reason}" for fault in proof.faults]
    tell(arguments, report, lines)
    return NEGATIVE if proof.faults else OK


def _rebuild(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    if arguments.projection == "index":
        composition.index.reset()
    folded = dict(composition.projector.rebuild())
    damaged = [stream for stream, whole in folded.items() if not whole]
    report = {"projection": arguments.projection, "streams": len(folded), "damaged": damaged}
    tell(arguments, report, [f"{len(folded)} streams folded", *(f"damaged, left out: {each}" for each in damaged)])
    return OK
