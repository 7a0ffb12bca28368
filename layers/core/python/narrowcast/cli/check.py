"""`narrowcast check …`: the checks, offline."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from array import array
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from narrowcast.application.ports import Embedder
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, lines_of, print_verdicts, tell
from narrowcast.domain.control.claims import PACK_VERSION
from narrowcast.domain.control.readability import BEST_SCORE, Reason, assess

REMEMBERED = 20_000
"""Sentences whose vectors are kept for when they come again: 1.5 KB each, and 10 ms saved."""


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    _add_cases(add_command(group, "facts", "judge sentences against facts", _check_facts))
    claims = add_command(group, "claims", "judge texts by the rules of a channel", _check_claims)
    _add_cases(claims)
    claims.add_argument("--pack", default=PACK_VERSION, metavar="VERSION", help="version of the rules (%(default)s)")
    _add_cases(add_command(group, "questions", "say where questions go", _check_questions))
    plain = add_command(group, "readability", "score how easily patients can read a text", _check_readability)
    plain.add_argument("file", type=Path)
    plain.add_argument("--gate", type=int, default=0, metavar="SCORE", help="exit 1 if the text scores below")
    label = add_command(group, "label", "look for the visible and the hidden AI label in exported files", _check_label)
    label.add_argument("files", type=Path, nargs="+", metavar="FILE")


def _add_cases(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help='cases in JSON Lines, UTF-8; "-" is standard input')


def _check_facts(arguments: Arguments) -> int:
    from narrowcast.domain.control.facts.cases import judge_lines

    return print_verdicts(judge_lines(lines_of(arguments.file)))


def _check_claims(arguments: Arguments) -> int:
    from narrowcast.domain.control.claims.cases import judge_lines

    return print_verdicts(judge_lines(lines_of(arguments.file), arguments.pack or PACK_VERSION))


def _check_questions(arguments: Arguments) -> int:
    from narrowcast.domain.routing.cases import judge_lines

    embedder = _fastest_embedder()
    vector = lru_cache(maxsize=REMEMBERED)(lambda text: array("f", embedder.queries([text])[0]))
    return print_verdicts(judge_lines(lines_of(arguments.file), lambda texts: list(map(vector, texts))))


def _fastest_embedder() -> Embedder:
    """Return the one model on the faster engine that is installed; verdicts are the same."""
    from narrowcast.adapters.embedding.local_e5 import LocalE5

    if not all(importlib.util.find_spec(name) for name in ("numpy", "onnxruntime")):
        return LocalE5()
    from narrowcast.adapters.embedding.onnx_e5 import OnnxE5, available

    return OnnxE5() if available() else LocalE5()


def _check_readability(arguments: Arguments) -> int:
    from narrowcast.domain.control.readability.plain_text import draft_of

    try:
        draft = draft_of(arguments.file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        message = f"{arguments.file} is not UTF-8"
        raise UsageError(message) from None
    measured = assess(draft)
    report = {"score": measured.score, "warning": not measured.is_plain, "reasons": list(map(asdict, measured.reasons))}
    lines = [f"{measured.score} of {BEST_SCORE}", *map(_reason_in_words, measured.reasons)]
    tell(arguments, report, lines)
    return NEGATIVE if measured.score < arguments.gate else OK


def _reason_in_words(reason: Reason) -> str:
    places = "、".join(str(place + 1) for place in reason.sentences)
    return f"{reason.item}: {reason.message}" + (f"（第{places}句）" if places else "")


def _check_label(arguments: Arguments) -> int:
    verdicts = [_label_verdict(path) for path in arguments.files]
    lines = [f"{each['file']}: {_missing_in_words(each['missing'])}" for each in verdicts]
    tell(arguments, verdicts, lines)
    return NEGATIVE if any(each["missing"] for each in verdicts) else OK


def _label_verdict(path: Path) -> dict[str, Any]:
    """Return what one file shows; one that cannot be read shows nothing, and that is said."""
    from narrowcast.domain.control.label.exports import FORMS, HIDDEN, VISIBLE, form_of, lint

    form = form_of(path.name)
    missing: Sequence[str] = (VISIBLE, HIDDEN)
    try:
        missing = lint(form, path.read_bytes())
    except OSError as error:
        print(f"narrowcast: {error}", file=sys.stderr)
    if form not in FORMS:
        print(f"narrowcast: {path}: only {', '.join(FORMS)} can be read", file=sys.stderr)
    return {
        "file": str(path),
        "form": form,
        "visible": VISIBLE not in missing,
        "hidden": HIDDEN not in missing,
        "missing": list(missing),
    }


def _missing_in_words(missing: Sequence[str]) -> str:
    return f"missing {', '.join(missing)}" if missing else "visible and hidden label"
