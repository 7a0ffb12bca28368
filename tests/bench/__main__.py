"""`make bench`: runs the benchmarks and prints a table of figures for each; BENCHMARKS.md quotes them.

    python -m tests.bench [NAME ...] [--json FILE]

Nothing here passes or fails by time, but for one promise: importing a handler takes at most 300 ms of CPU. The exit
code is 1 when that is broken, or when a figure cannot be had because the path did not hold.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from infra.local.demo import DemoFailed
from tests.bench import (
    bench_assembly,
    bench_assistant,
    bench_cost,
    bench_delivery,
    bench_imports,
    bench_integrity,
    bench_log,
    bench_mllp,
    bench_openapi,
    bench_patients,
    bench_peers,
    bench_proofs,
    bench_recall,
    bench_retrieval,
    fuzz_hl7,
    fuzz_intake,
)
from tests.bench.bench_delivery import NotDeliveredError
from tests.bench.site import Site, signed_library
from tests.bench.tables import REPOSITORY, Table, conditions, say, show, show_conditions


class Ground:
    """What several benchmarks stand on, made when the first of them asks."""

    def __init__(self, exits: ExitStack) -> None:
        self._exits = exits

    @cached_property
    def site(self) -> Site:
        """A stack with a signed library."""
        say("\n(a stack of its own comes up and the demo's library is signed: about a minute)")
        return self._exits.enter_context(signed_library())


# In the order they run: what stops the stream comes after what needs it.
MEASURED: dict[str, tuple[str, Callable[[Ground], list[Table]]]] = {
    "imports": ("CPU of importing each handler", lambda _: bench_imports.run()),
    "delivery": ("time from a visit accepted to its push", lambda ground: bench_delivery.run(ground.site)),
    "cost": ("calls, units and money of a guide", lambda ground: bench_cost.run(ground.site)),
    "assembly": ("choosing from up to 100,000 pieces, and the busiest key", lambda _: bench_assembly.run()),
    "assistant": ("time, calls and money of a question", lambda ground: bench_assistant.run(ground.site)),
    "retrieval": ("how well and how fast search ranks public questions", lambda _: bench_retrieval.run()),
    "mllp": ("what the MLLP bridge carries, and 10,000 messages through kills", lambda _: bench_mllp.run()),
    "schemathesis": ("requests made of the OpenAPI document alone", lambda ground: bench_openapi.run(ground.site)),
    "patients": ("10,000 patients over 90 days: caps, quiet hours, reasons", lambda _: bench_patients.run()),
    "recall": ("a fact taken back from 100,000 deliveries", lambda _: bench_recall.run()),
    "log": ("appending, loading, proving and folding the log", lambda ground: bench_log.run(ground.site)),
    "integrity": ("damages named by verify and verify.py, streams of 10 MB", lambda _: bench_integrity.run()),
    "peers": ("the log beside eventsourcing-dynamodb and eventsourcing on SQLite", lambda _: bench_peers.run()),
    "races": ("10,000 races of two writers", lambda _: bench_proofs.races()),
    "handoff": ("1,000 hand-overs racing an answer", lambda _: bench_proofs.hand_overs()),
    "faults": ("2,000 appends behind a wire that loses answers", lambda _: bench_proofs.lost_answers()),
    "kills": ("1,000 processes killed at their step boundaries", lambda _: bench_proofs.kills()),
}
PRINTED = {
    "facts": ("what the fact check catches, and how fast", "tests.bench.bench_facts"),
    "claims": ("what the compliance rules catch, and how fast", "tests.bench.bench_claims"),
}
"""Benchmarks that are programs of their own and print their own tables."""


def main() -> int:
    """Run the benchmarks that were named, or all; or one of the fuzzers, with its own arguments."""
    if sys.argv[1:2] == ["fuzz-hl7"]:
        return fuzz_hl7.main(sys.argv[2:])
    if sys.argv[1:2] and sys.argv[1].removeprefix("fuzz-") in fuzz_intake.READERS:
        return fuzz_intake.main(sys.argv[1].removeprefix("fuzz-"), sys.argv[2:])
    options = _options()
    told = conditions()
    show_conditions(told)
    tables, failed = list[Table](), list[str]()
    try:
        for measured in _measure(options.names):
            show(measured)
            tables += measured
        failed = [name for name in PRINTED if name in options.names and not _print(name)]
    except (DemoFailed, NotDeliveredError) as failure:
        say(f"FAILED: {failure}")
        failed.append("the path")
    if options.json:
        document = {"conditions": told, "tables": [asdict(table) for table in tables]}
        options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if failed or any(table.broken for table in tables) else 0


def _options() -> argparse.Namespace:
    known = {**MEASURED, **PRINTED}
    listed = "\n".join(f"  {name:<10}{sentence}" for name, (sentence, _) in known.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=f"Measure.\n\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a benchmark; without any, all of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write conditions and tables there, too")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    options.names = options.names or list(known)
    return options


def _measure(names: list[str]) -> Iterator[list[Table]]:
    """Yield the tables of one benchmark after the other."""
    with ExitStack() as exits:
        ground = Ground(exits)
        for name, (_, run) in MEASURED.items():
            if name in names:
                yield run(ground)


def _print(name: str) -> bool:
    """Run a program of its own; whether it ended well. One that is not there is left out."""
    sentence, module = PRINTED[name]
    if find_spec(module) is None:
        return True
    say(f"\n{name}: {sentence}\n")
    return subprocess.run([sys.executable, "-m", module], cwd=REPOSITORY, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
