"""How well and how fast search ranks: the held halves of public collections, through `narrowcast bench retrieval`.

RETRIEVAL_DATA names the folder with the two files that retrieval_sets.py reads; they are not in the repository.
RETRIEVAL_MOST is how many texts a collection may have: few by default, for embedding takes a minute per 3,000.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local import opensearch_node
from infra.local.ports import free_port
from tests.bench.retrieval_sets import write_sets
from tests.bench.tables import REPOSITORY, Table

DATA, MOST = "RETRIEVAL_DATA", "RETRIEVAL_MOST"
USUAL_MOST = 3_000
MODES = ("bm25", "hybrid")
FIGURES = ("R@1", "R@10", "MRR@10", "nDCG@10", "R@100", "index_seconds", "p50_ms", "p99_ms")
KEPT = REPOSITORY / ".narrowcast/vectors"


def run() -> list[Table]:
    """Measure every collection by words and by both ways, on a node of its own or the one at OPENSEARCH_URL."""
    data, most = os.environ.get(DATA, ""), int(os.environ.get(MOST, USUAL_MOST))
    if not data:
        return [_table((), (f"Not measured: {DATA} names no folder with the public questions.",))]
    with tempfile.TemporaryDirectory() as place, _node(Path(place)) as url:
        held = [each for each in write_sets(Path(data), Path(place), most=most) if each.name.endswith("-held")]
        told = [(folder.name, _measured(folder, mode, url)) for folder in held for mode in MODES]
    rows = tuple((name, each["mode"], each["documents"], *(each[figure] for figure in FIGURES)) for name, each in told)
    last = told[-1][1]
    engine = f"{last['engine']}; {last['model']}"
    return [_table(rows, (engine, "Weights were chosen on the other halves; of index_seconds, vectors are no part."))]


def _table(rows: tuple[tuple[Any, ...], ...], notes: tuple[str, ...]) -> Table:
    title = "retrieval, measured: questions that no weight was chosen by, one after the other"
    return Table(title=title, columns=("collection", "mode", "documents", *FIGURES), rows=rows, notes=notes)


def _measured(folder: Path, mode: str, url: str) -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name("narrowcast")), "bench", "retrieval", str(folder), "--json"]
    options = ["--engine", url, "--mode", mode, "--cache", str(KEPT)]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _node(place: Path) -> Iterator[str]:
    if given := os.environ.get("OPENSEARCH_URL"):
        yield given
        return
    own = place / "node"
    place.chmod(0o755)  # the node may run as another user
    try:
        yield opensearch_node.up(free_port(), own)
    finally:
        opensearch_node.down(own)
