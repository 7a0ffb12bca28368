"""`narrowcast bench …`: what the product can do, measured on anybody's data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from narrowcast.application.retrieval import Mode
from narrowcast.cli.common import Arguments, add_command


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    text = "rank a collection (corpus.jsonl, queries.jsonl, qrels.tsv) as the product does, and judge the ranking"
    retrieval = add_command(group, "retrieval", text, _bench_retrieval)
    retrieval.add_argument("folder", type=Path, metavar="DIR")
    retrieval.add_argument("--engine", default="", metavar="URL", help="an OpenSearch node; else one is started")
    retrieval.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.HYBRID)
    retrieval.add_argument("--cache", type=Path, default=Path(".narrowcast/vectors"), metavar="DIR")


def _bench_retrieval(arguments: Arguments) -> int:
    from narrowcast.cli.bench.retrieval import bench_retrieval

    return bench_retrieval(arguments)
