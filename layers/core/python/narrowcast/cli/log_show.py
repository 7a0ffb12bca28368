"""`narrowcast log show`: a stream as it stands or stood, and what its readers were shown then."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from narrowcast.application.past import Account, ShownGuide, ShownPiece
from narrowcast.application.streams import StreamKey
from narrowcast.cli.common import NEGATIVE, OK, Arguments, add_command, compact, open_stack, tell
from narrowcast.contracts.codec import Envelope

HIGHEST_VERSION = 10**9
LONGEST_KEY = 2048
"""Bytes of a stream key: what DynamoDB takes."""

TIME = "ISO 8601, as 2026-03-01T08:00+08:00; without an offset the hospital's own time (+08:00 all over China)"


def add_show(group: Any) -> None:
    """Declare the command."""
    show = add_command(group, "show", "print a stream's events, its state, and what was shown then", _show)
    show.add_argument("stream", type=_stream_key)
    when = show.add_mutually_exclusive_group()
    when.add_argument("--at", type=_time, metavar="TIME", help=f"as it stood at a time: {TIME}")
    when.add_argument("--version", type=_version, metavar="N", help="as it stood at its N-th commit")
    show.add_argument("--back", action="store_true", help="print the last event first")


def _stream_key(text: str) -> StreamKey:
    try:
        key = StreamKey.parse(text)
        fits = len(text.encode()) <= LONGEST_KEY
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not fits:
        raise argparse.ArgumentTypeError(f"a stream key has at most {LONGEST_KEY} bytes")
    return key


def _time(text: str) -> datetime:
    """Return the time, still without a zone if it was given without an offset."""
    try:
        moment = datetime.fromisoformat(text)
        moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write {TIME}") from None
    return moment


def _version(text: str) -> int:
    version = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(HIGHEST_VERSION)) else 0
    if not 1 <= version <= HIGHEST_VERSION:
        raise argparse.ArgumentTypeError(f"{text!r} is no version: they count from 1")
    return version


def _show(arguments: Arguments) -> int:
    past = open_stack(arguments).past
    key: StreamKey = arguments.stream
    at: datetime | None = arguments.at
    if at and at.tzinfo is None:
        at = at.replace(tzinfo=past.zone(key.hospital))
    account = past.account(key, at=at, version=arguments.version)
    envelopes = account.envelopes[::-1] if arguments.back else account.envelopes
    tell(arguments, _document(account, envelopes, at), _lines(account, envelopes))
    if fault := _fault(account, at, arguments.version):
        print(f"narrowcast: {fault}", file=sys.stderr)
        return NEGATIVE
    return OK


def _fault(account: Account, at: datetime | None, version: int | None) -> str:
    if version and account.version < version:
        return f"{account.stream} has no version {version}; its last is {account.version}"
    if account.version:
        return ""
    return f"{account.stream} holds nothing" + (f" as of {at.isoformat()}" if at else "")


def _document(account: Account, envelopes: Sequence[Envelope], at: datetime | None) -> dict[str, Any]:
    return {
        "stream": account.stream,
        "at": at.isoformat() if at else None,
        "version": account.version,
        "events": [msgspec.to_builtins(envelope) for envelope in envelopes],
        "state": msgspec.to_builtins(account.state) if account.version else None,
        "shown": msgspec.to_builtins(account.shown),
    }


def _lines(account: Account, envelopes: Sequence[Envelope]) -> Iterator[str]:
    for each in envelopes:
        yield f"{each.version}.{each.index} {each.recorded_at} {each.type} by {each.actor}: {compact(each.event)}"
    if account.version:
        yield f"\nstate at version {account.version}:\n{msgspec.json.encode(account.state).decode()}"
    if isinstance(account.shown, ShownPiece):
        yield "\nas signed:"
        yield from _piece_lines(account.shown)
    if isinstance(account.shown, ShownGuide):
        yield f"\nas shown, edition {account.shown.edition}:"
        for section in account.shown.sections:
            yield f"[{section.heading}]"
            for piece in section.pieces:
                yield from _piece_lines(piece)


def _piece_lines(piece: ShownPiece) -> Iterator[str]:
    standing = "open to patients" if piece.open else "not open to patients"
    yield f"{piece.title} ({piece.content_id}, revision {piece.revision}, {standing})"
    yield from piece.sentences
    yield f"{piece.signer_name} {piece.signed_at.isoformat()} {piece.label}"
    yield f"document sha256 {piece.document_hash}, signature verified"
