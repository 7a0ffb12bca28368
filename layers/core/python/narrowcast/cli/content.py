"""`narrowcast content …`: pieces of content."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.application.projections import content_row
from narrowcast.application.streams import CONTENT, StreamKey
from narrowcast.cli.common import (
    NEGATIVE,
    OK,
    Arguments,
    UsageError,
    add_command,
    find,
    open_stack,
    state_of,
    streams,
    tell,
)
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.bootstrap import Composition

DRAWN = ("pdf", "png")


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    add_command(group, "list", "list pieces and where they stand", _list_content).add_argument("--hospital", default="")
    show = add_command(group, "show", "print a piece", _show_content)
    show.add_argument("content_id")
    show.add_argument("--hospital", default="")
    export = add_command(group, "export", "write a signed piece to a file that bears both AI labels", _export_content)
    export.add_argument("content_id")
    export.add_argument("--form", choices=["html", "md", "txt", "json", "pdf", "png"], required=True)
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--hospital", default="")


def _list_content(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    keys = [key for key in streams(composition, CONTENT.name) if arguments.hospital in ("", key.hospital)]
    rows = [{"hospital": key.hospital, **_row(composition, key)} for key in keys]
    tell(arguments, {"contents": rows}, [f"{r['content_id']:<28} {r['status']:<10} {r['title']}" for r in rows])
    return OK


def _row(composition: Composition, key: StreamKey) -> dict[str, object]:
    try:
        return dict(content_row(key, state_of(composition, key)))
    except CorruptCommitError as error:
        return {"content_id": key.key, "status": "damaged", "title": str(error)}


def _show_content(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    key = find(composition, CONTENT.name, arguments.content_id, arguments.hospital)
    state = state_of(composition, key)
    signed = state.signed
    lines = [state.draft.title, *(sentence.text for sentence in state.draft.sentences)]
    lines.append(f"[{state.status}] {signed.label}" if signed else f"[{state.status}]")
    tell(arguments, {"hospital": key.hospital, "content_id": key.key, "state": msgspec.to_builtins(state)}, lines)
    return OK


def _export_content(arguments: Arguments) -> int:
    from narrowcast.application.exports import PrinterError

    composition = open_stack(arguments)
    key = find(composition, CONTENT.name, arguments.content_id, arguments.hospital)
    try:
        exports = composition.press if arguments.form in DRAWN else composition.exports
        data = exports.export(key.hospital, key.key, arguments.form)
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; drawing needs narrowcast[print]"
        raise UsageError(message) from None
    except PrinterError as error:
        raise UsageError(error) from None
    except Refusal as refusal:
        print(f"narrowcast: {refusal}", file=sys.stderr)
        return NEGATIVE
    arguments.out.write_bytes(data)
    report = {"content_id": key.key, "form": arguments.form, "file": str(arguments.out), "bytes": len(data)}
    tell(arguments, report, [f"{arguments.out}: {len(data)} bytes"])
    return OK
