"""`narrowcast log …`: the event log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from narrowcast.application.store import history
from narrowcast.application.streams import StreamKey
from narrowcast.application.verification import verify_log
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, compact, open_stack, tell


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    add_command(group, "verify", "recompute every hash and signature", _verify)
    add_command(group, "show", "print a stream's events", _show_stream).add_argument("stream")
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


def _show_stream(arguments: Arguments) -> int:
    try:
        StreamKey.parse(arguments.stream)
    except ValueError as error:
        raise UsageError(error) from None
    envelopes = history(open_stack(arguments).store.log, arguments.stream)
    events = [msgspec.to_builtins(envelope) for envelope in envelopes]
    lines = [f"{e.version}.{e.index} {e.recorded_at} {e.type} by {e.actor}: {compact(e.event)}" for e in envelopes]
    tell(arguments, {"stream": arguments.stream, "events": events}, lines)
    return OK if events else NEGATIVE


def _rebuild(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    if arguments.projection == "index":
        composition.index.reset()
    folded = dict(composition.projector.rebuild())
    damaged = [stream for stream, whole in folded.items() if not whole]
    report = {"projection": arguments.projection, "streams": len(folded), "damaged": damaged}
    tell(arguments, report, [f"{len(folded)} streams folded", *(f"damaged, left out: {each}" for each in damaged)])
    return OK
