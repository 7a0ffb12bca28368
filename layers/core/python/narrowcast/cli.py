"""`narrowcast …`: what operators and CI run. Each command takes --json; exit 0 fine, 1 a negative verdict, 2 bad usage.

Commands on a stack talk to the one that `.narrowcast/endpoints.json` describes unless --endpoints names another;
`check` and `visits read` work offline.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from narrowcast.application.projections import content_row
from narrowcast.application.store import history
from narrowcast.application.streams import AGGREGATES, CONTENT, GUIDE, StreamKey
from narrowcast.application.verification import verify_log
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.domain.control.readability import BEST_SCORE, Reason, assess
from narrowcast.domain.errors import Refusal
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import StackNotRunningError, from_endpoints

OK, NEGATIVE, USAGE = 0, 1, 2
DRAWN = ("pdf", "png")
Arguments = argparse.Namespace


class UsageError(Exception):
    """The command cannot be carried out as it was given."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except (UsageError, StackNotRunningError, Refusal, OSError) as error:
        print(f"narrowcast: {error}", file=sys.stderr)
        return USAGE
    except CorruptCommitError as error:
        print(f"narrowcast: {error}; see `narrowcast log verify`", file=sys.stderr)
        return NEGATIVE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="narrowcast", description="Operate a Narrowcast stack.")
    groups = parser.add_subparsers(required=True, metavar="GROUP")
    _log_commands(_group(groups, "log", "the event log"))
    _content_commands(_group(groups, "content", "pieces of content"))
    _guide_commands(_group(groups, "guide", "patients' guides"))
    _check_commands(_group(groups, "check", "the checks, offline"))
    _visit_commands(_group(groups, "visits", "hospital messages"))
    _command(groups, "reconcile", "restart dead workflows, replay missing effects", _reconcile)
    return parser


def _group(groups: Any, name: str, text: str) -> Any:
    group = groups.add_parser(name, help=text, description=text)
    return group.add_subparsers(required=True, metavar="COMMAND")


def _command(group: Any, name: str, text: str, run: Callable[[Arguments], int]) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--endpoints", type=Path, default=Path(".narrowcast/endpoints.json"), metavar="FILE")
    command.set_defaults(run=run)
    return command


def _log_commands(group: Any) -> None:
    _command(group, "verify", "recompute every hash and signature", _verify)
    _command(group, "show", "print a stream's events", _show_stream).add_argument("stream")
    rebuild = _command(group, "rebuild", "fold the log again into rows and index", _rebuild)
    rebuild.add_argument("projection", choices=["index", "read"])


def _content_commands(group: Any) -> None:
    _command(group, "list", "list pieces and where they stand", _list_content).add_argument("--hospital", default="")
    show = _command(group, "show", "print a piece", _show_content)
    show.add_argument("content_id")
    show.add_argument("--hospital", default="")
    export = _command(group, "export", "write a signed piece to a file that bears both AI labels", _export_content)
    export.add_argument("content_id")
    export.add_argument("--form", choices=["html", "md", "txt", "json", "pdf", "png"], required=True)
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--hospital", default="")


def _guide_commands(group: Any) -> None:
    show = _command(group, "show", "print a guide: sections, pieces, gaps, pushes", _show_guide)
    show.add_argument("guide_id")
    show.add_argument("--hospital", default="")


def _check_commands(group: Any) -> None:
    _command(group, "facts", "judge sentences against facts", _check_facts).add_argument("file", type=Path)
    claims = _command(group, "claims", "judge texts by the rules of a channel", _check_claims)
    claims.add_argument("file", type=Path)
    claims.add_argument("--pack", default="")
    plain = _command(group, "readability", "score how easily patients can read a text", _check_readability)
    plain.add_argument("file", type=Path)
    plain.add_argument("--gate", type=int, default=0, metavar="SCORE", help="exit 1 if the text scores below")
    label = _command(group, "label", "look for the visible and the hidden AI label in exported files", _check_label)
    label.add_argument("files", type=Path, nargs="+", metavar="FILE")


def _visit_commands(group: Any) -> None:
    read = _command(group, "read", "say what a message tells, without sending it", _read_visit)
    read.add_argument("file", type=Path)
    read.add_argument("--format", choices=["auto", "hl7", "fhir", "json"], default="auto")
    read.add_argument("--hospital", default="")


# The log


def _verify(arguments: Arguments) -> int:
    composition = _composition(arguments)
    proof = verify_log(composition.store.log, composition.signing_key)
    report = {"ok": not proof.faults, **asdict(proof)}
    lines = [f"{proof.streams} streams, {proof.commits} commits, {proof.events} events, {proof.signatures} signatures"]
    lines += [f"BAD {fault.stream} version {fault.version}: {fault.reason}" for fault in proof.faults]
    _print(arguments, report, lines)
    return NEGATIVE if proof.faults else OK


def _show_stream(arguments: Arguments) -> int:
    try:
        StreamKey.parse(arguments.stream)
    except ValueError as error:
        raise UsageError(error) from None
    envelopes = history(_composition(arguments).store.log, arguments.stream)
    events = [msgspec.to_builtins(envelope) for envelope in envelopes]
    lines = [f"{e.version}.{e.index} {e.recorded_at} {e.type} by {e.actor}: {_compact(e.event)}" for e in envelopes]
    _print(arguments, {"stream": arguments.stream, "events": events}, lines)
    return OK if events else NEGATIVE


def _rebuild(arguments: Arguments) -> int:
    composition = _composition(arguments)
    if arguments.projection == "index":
        composition.index.reset()
    folded = dict(composition.projector.rebuild())
    damaged = [stream for stream, whole in folded.items() if not whole]
    report = {"projection": arguments.projection, "streams": len(folded), "damaged": damaged}
    _print(arguments, report, [f"{len(folded)} streams folded", *(f"damaged, left out: {each}" for each in damaged)])
    return OK


def _reconcile(arguments: Arguments) -> int:
    report = asdict(_composition(arguments).reconciler.reconcile())
    _print(arguments, report, [f"{name}: {', '.join(done) or 'nothing'}" for name, done in report.items()])
    return OK


# Content and guides


def _list_content(arguments: Arguments) -> int:
    composition = _composition(arguments)
    keys = [key for key in _streams(composition, CONTENT.name) if arguments.hospital in ("", key.hospital)]
    rows = [{"hospital": key.hospital, **_row(composition, key)} for key in keys]
    _print(arguments, {"contents": rows}, [f"{r['content_id']:<28} {r['status']:<10} {r['title']}" for r in rows])
    return OK


def _row(composition: Composition, key: StreamKey) -> dict[str, object]:
    try:
        return dict(content_row(key, _state(composition, key)))
    except CorruptCommitError as error:
        return {"content_id": key.key, "status": "damaged", "title": str(error)}


def _show_content(arguments: Arguments) -> int:
    composition = _composition(arguments)
    key = _find(composition, CONTENT.name, arguments.content_id, arguments.hospital)
    state = _state(composition, key)
    signed = state.signed
    lines = [state.draft.title, *(sentence.text for sentence in state.draft.sentences)]
    lines.append(f"[{state.status}] {signed.label}" if signed else f"[{state.status}]")
    _print(arguments, {"hospital": key.hospital, "content_id": key.key, "state": msgspec.to_builtins(state)}, lines)
    return OK


def _export_content(arguments: Arguments) -> int:
    from narrowcast.application.exports import PrinterError

    composition = _composition(arguments)
    key = _find(composition, CONTENT.name, arguments.content_id, arguments.hospital)
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
    _print(arguments, report, [f"{arguments.out}: {len(data)} bytes"])
    return OK


def _show_guide(arguments: Arguments) -> int:
    composition = _composition(arguments)
    key = _find(composition, GUIDE.name, arguments.guide_id, arguments.hospital)
    state = _state(composition, key)
    made = state.made
    lines = [f"{s.section.heading}: {', '.join(p.content_id for p in s.pieces)}" for s in made.sections]
    lines += [f"gap: {gap.section.heading} {gap.code}" for gap in made.gaps]
    lines += [f"pushed by {push.channel}" for push in state.pushes]
    _print(arguments, {"hospital": key.hospital, "guide_id": key.key, "guide": msgspec.to_builtins(state)}, lines)
    return OK


def _find(composition: Composition, aggregate: str, key: str, hospital: str) -> StreamKey:
    found = [k for k in _streams(composition, aggregate) if k.key == key and hospital in ("", k.hospital)]
    if len(found) != 1:
        message = f"{len(found)} {aggregate}s have the id {key!r}" + ("; name the --hospital" if found else "")
        raise UsageError(message)
    return found[0]


def _streams(composition: Composition, aggregate: str) -> list[StreamKey]:
    keys = {StreamKey.find(commit.stream) for commit in composition.store.log.scan()}
    return sorted((k for k in keys if k and k.aggregate == aggregate), key=lambda k: (k.hospital, k.key))


def _state(composition: Composition, key: StreamKey) -> Any:
    return composition.store.load(AGGREGATES[key.aggregate], key.hospital, key.key).state


# Offline


def _check_facts(arguments: Arguments) -> int:
    from narrowcast.domain.control.facts.cases import judge_lines

    return _print_lines(judge_lines(_lines(arguments.file)))


def _check_claims(arguments: Arguments) -> int:
    from narrowcast.domain.control.claims import PACK_VERSION
    from narrowcast.domain.control.claims.cases import judge_lines

    return _print_lines(judge_lines(_lines(arguments.file), arguments.pack or PACK_VERSION))


def _check_readability(arguments: Arguments) -> int:
    from narrowcast.domain.control.readability.plain_text import draft_of

    try:
        draft = draft_of(arguments.file.read_text("utf-8"))
    except UnicodeDecodeError:
        message = f"{arguments.file} is not UTF-8"
        raise UsageError(message) from None
    measured = assess(draft)
    report = {"score": measured.score, "warning": not measured.is_plain, "reasons": list(map(asdict, measured.reasons))}
    lines = [f"{measured.score} of {BEST_SCORE}", *map(_reason_in_words, measured.reasons)]
    _print(arguments, report, lines)
    return NEGATIVE if measured.score < arguments.gate else OK


def _reason_in_words(reason: Reason) -> str:
    places = "、".join(str(place + 1) for place in reason.sentences)
    return f"{reason.item}: {reason.message}" + (f"（第{places}句）" if places else "")


def _check_label(arguments: Arguments) -> int:
    verdicts = [_label_verdict(path) for path in arguments.files]
    lines = [f"{each['file']}: {_missing_in_words(each['missing'])}" for each in verdicts]
    _print(arguments, verdicts, lines)
    return NEGATIVE if any(each["missing"] for each in verdicts) else OK


def _label_verdict(path: Path) -> dict[str, Any]:
    """Return what one file shows; a file that cannot be read shows nothing."""
    from narrowcast.domain.control.label.exports import HIDDEN, VISIBLE, form_of, lint

    form = form_of(path.name)
    try:
        missing = lint(form, path.read_bytes())
    except OSError:
        missing = (VISIBLE, HIDDEN)
    return {
        "file": str(path),
        "form": form,
        "visible": VISIBLE not in missing,
        "hidden": HIDDEN not in missing,
        "missing": list(missing),
    }


def _missing_in_words(missing: Sequence[str]) -> str:
    return f"missing {', '.join(missing)}" if missing else "visible and hidden label"


def _read_visit(arguments: Arguments) -> int:
    from narrowcast.runtime.offline import read_visit

    described = read_visit(arguments.file.read_bytes(), arguments.format, arguments.hospital)
    print(json.dumps(described, ensure_ascii=False))
    return OK if described["accepted"] else NEGATIVE


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file


def _print_lines(verdicts: Iterable[dict[str, Any]]) -> int:
    """Print one verdict a line, and progress to the other stream every 10,000 lines."""
    for number, verdict in enumerate(verdicts, start=1):
        print(json.dumps(verdict, ensure_ascii=False))
        if number % 10_000 == 0:
            print(f"{number} lines", file=sys.stderr)
    return OK


def _composition(arguments: Arguments) -> Composition:
    return Composition(from_endpoints(arguments.endpoints))


def _print(arguments: Arguments, document: object, lines: Iterable[str]) -> None:
    if arguments.json:
        print(json.dumps(document, ensure_ascii=False, default=str))
    else:
        print("\n".join(lines))


def _compact(event: object) -> str:
    return msgspec.json.encode(event, order="sorted").decode()


if __name__ == "__main__":
    sys.exit(main())
