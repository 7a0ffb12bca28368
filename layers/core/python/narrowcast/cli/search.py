"""`narrowcast search "…"`: what a question finds on a running stack, and, with --explain, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from narrowcast.application.retrieval import Mode, Ranked, Retrieved, document
from narrowcast.application.streams import HOSPITAL
from narrowcast.cli.common import OK, Arguments, UsageError, add_command, open_stack, streams, tell
from narrowcast.runtime.bootstrap import Composition


def add_commands(groups: Any) -> None:
    """Declare the command, which is of no group."""
    search = add_command(groups, "search", "search the signed library as patients' questions do", _search)
    search.add_argument("question")
    search.add_argument("--hospital", default="")
    search.add_argument("--k", type=int, default=10, help="how many pieces at most")
    search.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.HYBRID)
    search.add_argument("--explain", action="store_true", help="tell the engine, the wording and every ranking")


def _search(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    hospital = arguments.hospital or _only_hospital(composition)
    retrieval = composition.retrieval
    found = retrieval.search(hospital, arguments.question, limit=arguments.k, mode=arguments.mode)
    answer: dict[str, object] = {
        "query": arguments.question,
        "engine": asdict(retrieval.engine()),
        "hits": [document(hit) for hit in found.hits],
    }
    if arguments.explain:
        answer["explain"] = explain(found.ranked)
    tell(arguments, answer, _lines(found, answer))
    return OK


def _only_hospital(composition: Composition) -> str:
    known = [key.hospital for key in streams(composition, HOSPITAL.name)]
    if len(known) != 1:
        raise UsageError(f"the stack has {len(known)} hospitals; name the --hospital")
    return known[0]


def explain(ranked: Ranked) -> dict[str, object]:
    """Return what was asked of the engine, and each ranking as it answered."""
    return {
        "wording": ranked.wording.text,
        "names": [list(names) for names in ranked.wording.names],
        "rankings": {way: [asdict(each) for each in found[:20]] for way, found in ranked.ways.items()},
        "fused": [asdict(each) for each in ranked.fused[:20]],
        "missed": ranked.missed,
    }


def _lines(found: Retrieved, answer: Mapping[str, Any]) -> Iterator[str]:
    for hit in found.hits:
        ranks = ", ".join(f"{way} {rank}" for way, rank in hit.rank.ranks.items())
        yield f"{hit.rank.score:.4f}  {hit.content_id}  {hit.state.draft.title}  ({ranks})"
    if not found.hits:
        yield "nothing signed answers this"
    if told := answer.get("explain"):
        engine = answer["engine"]
        yield f"engine: {engine['name']} {engine['version']}, analyzers {' '.join(engine['analyzers'])}"
        yield f"vectors: {engine['vectors']} {engine['model']}{told['missed'] and ', not used: ' + told['missed']}"
        yield f"asked for: {told['wording']}"
        yield from ("also called: " + " ".join(names) for names in told["names"])
