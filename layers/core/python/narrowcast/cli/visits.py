"""`narrowcast visits …`: hospital messages."""

from __future__ import annotations

import json
import random
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, open_stack

_ROUTES = {"hl7": "/hl7", "fhir": "/fhir", "json": "/visits"}
_TYPES = {"hl7": "x-application/hl7-v2+er7", "fhir": "application/fhir+json", "json": "application/json"}
_SECONDS = 60
_REFUSED = 300


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    read = add_command(group, "read", "say what messages tell, without sending them", _read_visit)
    read.add_argument("file", type=Path, help="one message or several; - reads standard input")
    read.add_argument("--format", choices=["auto", "hl7", "fhir", "json"], default="auto")
    read.add_argument("--hospital", default="")
    read.add_argument("--codes", type=Path, metavar="FILE", help="what the hospital's own codes mean (CSV or JSON)")
    replay = add_command(group, "replay", "send messages to a running stack and show the visits", _replay)
    replay.add_argument("paths", type=Path, nargs="+", metavar="FILE|DIR")
    replay.add_argument("--shuffle", metavar="SEED", help="send them in an order drawn from this seed")


def _read_visit(arguments: Arguments) -> int:
    from narrowcast.application.intake.code_map import CodeMapError
    from narrowcast.runtime.offline import read_visit

    codes = arguments.codes.read_bytes() if arguments.codes else b""
    try:
        described = read_visit(_bytes_of(arguments.file), arguments.format, arguments.hospital, codes)
    except CodeMapError as error:
        raise UsageError(f"{arguments.codes}: {error}") from None
    print(json.dumps(described, ensure_ascii=False))
    return OK if described["accepted"] else NEGATIVE


def _bytes_of(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


# ---- replay ----


def _replay(arguments: Arguments) -> int:
    """Print {"sent", "accepted", "refused", "visits"}; the visits are those that the messages are about."""
    from narrowcast.runtime.settings import endpoints_of

    endpoints = endpoints_of(arguments.endpoints)
    files = _files(arguments.paths)
    if arguments.shuffle is not None:
        random.Random(arguments.shuffle).shuffle(files)  # noqa: S311 - an order, no secret
    answers = [_send(endpoints, path.read_bytes()) for path in files]
    refused = sum(status >= _REFUSED for status, _ in answers)
    ids = {visit for _, visits in answers for visit in visits}
    document = {"sent": len(files), "accepted": len(files) - refused, "refused": refused}
    print(json.dumps({**document, "visits": list(_visits(arguments, ids))}, ensure_ascii=False))
    return NEGATIVE if refused else OK


def _files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, those of a folder in order of name; UsageError if there are none."""
    given = list(paths)
    if absent := next((path for path in given if not path.exists()), None):
        raise UsageError(f"{absent} does not exist")
    files = [each for path in given for each in ([path] if path.is_file() else sorted(path.rglob("*")))]
    messages = [path for path in files if path.is_file() and path.name != "expectations.json"]
    if not messages:
        raise UsageError(f"no messages in {', '.join(map(str, given))}")
    return messages


def _send(endpoints: dict[str, Any], body: bytes) -> tuple[int, list[str]]:
    """Send one message as its hospital would; returns the status and the pseudonyms of the visits it is about."""
    from narrowcast.application.intake import detect_format

    found = detect_format("", body)
    headers = {"Content-Type": _TYPES.get(found, "application/octet-stream")}
    headers["Authorization"] = f"Bearer {endpoints['tokens']['his']}"
    request = urllib.request.Request(f"{endpoints['api']}{_ROUTES.get(found, '/visits')}", body, headers)  # noqa: S310 - the stack's own address
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the stack's own address
            visits = answer.headers.get("X-Narrowcast-Visit", "")
            return answer.status, visits.split(",") if visits else []
    except urllib.error.HTTPError as refusal:
        return refusal.code, []
    except urllib.error.URLError as fault:
        raise UsageError(f"{endpoints['api']} does not answer ({fault.reason}): is the stack running?") from None


def _visits(arguments: Arguments, ids: set[str]) -> Iterator[dict[str, object]]:
    from narrowcast.application.intake.contract import describe_visit
    from narrowcast.cli.common import state_of, streams

    composition = open_stack(arguments)
    for key in (key for key in streams(composition, "visit") if key.key in ids):
        state = state_of(composition, key)
        yield {"hospital": key.hospital, **describe_visit(state, key.key, state.patient)}
