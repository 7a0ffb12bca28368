"""What the command groups share: how a command is declared, finds its stack and prints its answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.application.streams import AGGREGATES, StreamKey
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import from_endpoints

OK, NEGATIVE, USAGE = 0, 1, 2
INTERRUPTED = 130
Arguments = argparse.Namespace


class UsageError(Exception):
    """The command cannot be carried out as it was given."""


def add_group(groups: Any, name: str, text: str) -> Any:
    """Return a new command group."""
    group = groups.add_parser(name, help=text, description=text)
    return group.add_subparsers(required=True, metavar="COMMAND")


def add_command(group: Any, name: str, text: str, run: Callable[[Arguments], int]) -> argparse.ArgumentParser:
    """Declare a command of the group; `run` returns its exit code."""
    command: argparse.ArgumentParser = group.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--endpoints", type=Path, default=Path(".narrowcast/endpoints.json"), metavar="FILE")
    command.set_defaults(run=run)
    return command


def open_stack(arguments: Arguments) -> Composition:
    """Return the composition on the stack that the command names."""
    return Composition(from_endpoints(arguments.endpoints))


def streams(composition: Composition, aggregate: str) -> list[StreamKey]:
    """Return the streams of an aggregate, in order of hospital and id."""
    keys = {StreamKey.find(commit.stream) for commit in composition.store.log.scan()}
    return sorted((k for k in keys if k and k.aggregate == aggregate), key=lambda k: (k.hospital, k.key))


def find(composition: Composition, aggregate: str, key: str, hospital: str) -> StreamKey:
    """Return the one stream of the aggregate with that id; UsageError if there is none or more than one."""
    found = [k for k in streams(composition, aggregate) if k.key == key and hospital in ("", k.hospital)]
    if len(found) != 1:
        message = f"{len(found)} {aggregate}s have the id {key!r}" + ("; name the --hospital" if found else "")
        raise UsageError(message)
    return found[0]


def state_of(composition: Composition, key: StreamKey) -> Any:
    """Return the present state of a stream."""
    return composition.store.load(AGGREGATES[key.aggregate], key.hospital, key.key).state


def tell(arguments: Arguments, document: object, lines: Iterable[str]) -> None:
    """Print the document with --json, the lines without."""
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False, default=_plain))
    else:
        print("\n".join(lines))


def _plain(value: object) -> str:
    """Return a moment or day in ISO 8601, as the API and the log write it; anything else as it names itself."""
    return value.isoformat() if isinstance(value, date) else str(value)


def compact(event: object) -> str:
    """Return an event as one line of JSON."""
    return msgspec.json.encode(event, order="sorted").decode()


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, or of standard input for "-", as they are: who reads them says what is no UTF-8."""
    if str(path) == "-":
        yield from sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield from file


def print_verdicts(verdicts: Iterable[dict[str, Any]]) -> int:
    """Print one verdict a line; to the other stream progress every 10,000, and how many lines could not be judged."""
    malformed = 0
    for number, verdict in enumerate(verdicts, start=1):
        print(_as_line(verdict))
        malformed += "error" in verdict
        if number % 10_000 == 0:
            print(f"{number} lines", file=sys.stderr)
    if malformed:
        print(f"{malformed} malformed lines were not judged", file=sys.stderr)
    return OK


def _as_line(verdict: dict[str, Any]) -> str:
    """Return JSON in plain characters, or in escapes when the stream cannot take them (half a surrogate pair)."""
    line = json.dumps(verdict, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(verdict)
    return line
