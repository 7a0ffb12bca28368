"""`narrowcast visits …`: hospital messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from narrowcast.cli.common import NEGATIVE, OK, Arguments, add_command


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    read = add_command(group, "read", "say what a message tells, without sending it", _read_visit)
    read.add_argument("file", type=Path)
    read.add_argument("--format", choices=["auto", "hl7", "fhir", "json"], default="auto")
    read.add_argument("--hospital", default="")


def _read_visit(arguments: Arguments) -> int:
    from narrowcast.runtime.offline import read_visit

    described = read_visit(arguments.file.read_bytes(), arguments.format, arguments.hospital)
    print(json.dumps(described, ensure_ascii=False))
    return OK if described["accepted"] else NEGATIVE
