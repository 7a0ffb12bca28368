"""Proofs at their full counts: every damage to a log or its archive is named, and streams of 10 MB lose nothing."""

from __future__ import annotations

import io
import json
import os
import runpy
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from narrowcast.adapters.files import in_order, write_folder
from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.application.archive import Export
from narrowcast.application.sealing import Sealer, read_sealed
from narrowcast.application.verification import verify_log
from narrowcast.contracts.commit import Commit
from tests.bench.tables import Cell, Table, rounded
from tests.support.damage import Damage, deletions, flips, swaps
from tests.support.emulator import CREDENTIALS, running_emulator
from tests.support.large_streams import lost, write_stream
from tests.support.log_tables import new_log_table, open_log
from tests.support.newsroom import HOSPITAL, METFORMIN_TOPIC, World

DAMAGES = 1_000
ARCHIVED_DAMAGES = 300
MEGABYTE = 1024 * 1024
STREAMS = ((10 * MEGABYTE, 300 * 1024), (10 * MEGABYTE, 8 * 1024))
KIT = files("narrowcast.cli") / "archive"


class Ground:
    """A published library, its roots, and its archive in a folder."""

    def __init__(self, folder: Path) -> None:
        self.world = World().open_hospital()
        self.world.plan("dm-know").accept("dm-know").sign("dm-know").publish("met-start", METFORMIN_TOPIC)
        roots, key = MemoryRoots(), MemorySigningKey("seal-key")
        Sealer(self.world.log, roots, key, self.world.clock).seal()
        self.sealed = read_sealed(roots, key)
        self.commits = list(self.world.log.scan())
        self.folder = folder
        self.verify = runpy.run_path(str(KIT / "verify.py"))["main"]
        export = Export(
            commits=in_order(self.commits),
            roots=roots,
            hospitals=(HOSPITAL,),
            content_key=self.world.key,
            root_key=key,
            exported_at="2026-01-06T00:00:00.000000Z",
            kit={name: (KIT / name).read_bytes() for name in ("README.md", "verify.py")},
        )
        write_folder(export.files(), folder)
        self.lines = (folder / "commits.jsonl").read_bytes().splitlines(keepends=True)

    def told_of(self, lines: list[bytes]) -> list[SimpleNamespace]:
        """Return the faults that verify.py names when these are the archive's commits."""
        (self.folder / "commits.jsonl").write_bytes(b"".join(lines))
        printed = io.StringIO()
        with redirect_stdout(printed):
            self.verify([str(self.folder), "--json"])
        return [SimpleNamespace(**fault) for fault in json.loads(printed.getvalue())["faults"]]


def run() -> list[Table]:
    """Damage and look; write and read."""
    with TemporaryDirectory(prefix="narrowcast-integrity-") as folder:
        ground = Ground(Path(folder) / "archive")
        return [_damages(ground), _large(Path(folder))]


def _damages(ground: Ground) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for place, (done, unnamed) in {"table": _in_table(ground), "archive": _in_archive(ground)}.items():
        rows += [(place, kind, count, unnamed[kind]) for kind, count in sorted(done.items())]
    return Table(
        title="damage: one thing done to a sealed log of a published library, then verified",
        columns=("where", "what", "done", "not named"),
        rows=tuple(rows),
        notes=(
            f"{len(ground.commits)} commits. Named means: the stream and version, or the one behind it.",
            "The table is checked by `narrowcast log verify`, the archive by its own verify.py.",
        ),
        broken=tuple(f"{row[0]}: {row[1]} not named {row[3]} times" for row in rows if row[3]),
    )


def _in_table(ground: Ground) -> tuple[Counter[str], Counter[str]]:
    done, unnamed = Counter[str](), Counter[str]()
    for damages in (flips, deletions, swaps):
        for damage in damages(ground.commits, Random(11), DAMAGES):  # noqa: S311 - seeded choices
            faults = verify_log(damage.log, ground.world.key, ground.sealed).faults
            done[damage.kind] += 1
            unnamed[damage.kind] += not damage.named_by(faults)
    return done, unnamed


def _in_archive(ground: Ground) -> tuple[Counter[str], Counter[str]]:
    done, unnamed = Counter[str](), Counter[str]()
    ways: dict[str, Callable[[list[bytes], Random], tuple[list[bytes], set[int]]]] = {
        "byte of a line": _flip,
        "line deleted": _delete,
        "two lines swapped": _swap,
    }
    for kind, way in ways.items():
        chance = Random(13)  # noqa: S311 - seeded choices
        for _ in range(ARCHIVED_DAMAGES):
            lines, touched = way(ground.lines, chance)
            places = frozenset(_place(ground.lines[at]) for at in touched)
            done[kind] += 1
            unnamed[kind] += not Damage(kind, places, ground.world.log).named_by(ground.told_of(lines))
    return done, unnamed


def _flip(lines: list[bytes], chance: Random) -> tuple[list[bytes], set[int]]:
    at = chance.randrange(len(lines))
    changed = bytearray(lines[at])
    changed[chance.randrange(len(changed) - 1)] ^= chance.randrange(1, 256)
    return [*lines[:at], bytes(changed), *lines[at + 1 :]], {at}


def _delete(lines: list[bytes], chance: Random) -> tuple[list[bytes], set[int]]:
    at = chance.randrange(len(lines))
    return [*lines[:at], *lines[at + 1 :]], {at}


def _swap(lines: list[bytes], chance: Random) -> tuple[list[bytes], set[int]]:
    one, other = chance.sample(range(len(lines)), 2)
    swapped = list(lines)
    swapped[one], swapped[other] = lines[other], lines[one]
    return swapped, {one, other}


def _place(line: bytes) -> tuple[str, int]:
    said: dict[str, Any] = json.loads(line)
    return said["stream"], said["version"]


def _large(folder: Path) -> Table:
    with patch.dict(os.environ, CREDENTIALS), running_emulator(folder) as aws:
        log = open_log(aws.endpoint_url, new_log_table(aws))
        rows = [_large_row(log, place, *shape) for place, shape in enumerate(STREAMS)]
    return Table(
        title="large: one stream written to the emulator and read back in every way",
        columns=("MB", "commits", "lost forward", "backward", "in a range", "in a scan", "seconds"),
        rows=tuple(rows),
        broken=tuple(f"{row[1]} commits: something was lost" for row in rows if any(row[2:6])),
    )


def _large_row(log: Any, place: int, total: int, each: int) -> tuple[Cell, ...]:
    begun = time.perf_counter()
    written: list[Commit] = write_stream(log, f"renhe/conversation#c-{place}", total=total, each=each)
    told = lost(log, written)
    return (total // MEGABYTE, len(written), *told.values(), rounded(time.perf_counter() - begun))
