"""`narrowcast …`: what operators and CI run. Each command takes --json; exit 0 fine, 1 a negative verdict, 2 bad usage.

Commands on a stack talk to the one that `.narrowcast/endpoints.json` describes unless --endpoints names another;
`check` and `visits read` work offline. One module a group. Who stops reading what a command prints, as `head` does,
ends it without a word; Ctrl-C ends it with 130.
"""

from __future__ import annotations

import argparse
import os
import select
import sys
from collections.abc import Sequence

from narrowcast.application.ports import UnavailableError
from narrowcast.cli import (
    assistant,
    backlog,
    bench,
    check,
    content,
    guide,
    log,
    mllp,
    operations,
    patient,
    recall,
    report,
    search,
    visits,
)
from narrowcast.cli.common import INTERRUPTED, NEGATIVE, OK, USAGE, UsageError, add_group
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.settings import StackNotRunningError

GROUPS = {
    "log": ("the event log", log.add_commands),
    "content": ("pieces of content", content.add_commands),
    "guide": ("patients' guides", guide.add_commands),
    "patient": ("what patients may ask for", patient.add_commands),
    "assistant": ("how the assistant works at a hospital", assistant.add_commands),
    "recall": ("taking back what was told", recall.add_commands),
    "report": ("what a hospital learns from its questions", report.add_commands),
    "check": ("the checks, offline", check.add_commands),
    "visits": ("hospital messages", visits.add_commands),
    "bench": ("measuring", bench.add_commands),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError as error:
        return OK if _nobody_reads() else _refused(error)
    except (UsageError, StackNotRunningError, UnavailableError, Refusal, OSError) as error:
        return _refused(error)
    except CorruptCommitError as error:
        print(f"narrowcast: {error}; see `narrowcast log verify`", file=sys.stderr)
        return NEGATIVE
    return code


def _refused(error: Exception) -> int:
    print(f"narrowcast: {error}", file=sys.stderr)
    return USAGE


def _nobody_reads() -> bool:
    """Tell whether standard output is a pipe that its reader has closed; nothing more is written to it then."""
    out = sys.stdout.fileno()
    asked = select.poll()
    asked.register(out, 0)
    if not any(event & select.POLLERR for _, event in asked.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), out)
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="narrowcast", description="Operate a Narrowcast stack.")
    groups = parser.add_subparsers(required=True, metavar="GROUP")
    for name, (text, add_commands) in GROUPS.items():
        add_commands(add_group(groups, name, text))
    operations.add_commands(groups)
    assistant.add_ask(groups)
    backlog.add_commands(groups)
    mllp.add_commands(groups)
    search.add_commands(groups)
    return parser
