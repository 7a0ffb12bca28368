"""Runs a collection through the ranking that patients' questions get, and tells how good and how fast it was."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from narrowcast.application.ports import Embedder, IndexedPiece, Scope, Vector
from narrowcast.application.retrieval import PATIENT_CHANNEL, Mode, Ranking
from narrowcast.cli.bench.collection import Collection, read_collection, told
from narrowcast.cli.bench.engines import Bench, filled
from narrowcast.cli.bench.figures import figures, percentile
from narrowcast.cli.common import OK, Arguments, tell
from narrowcast.domain.content import Tags
from narrowcast.domain.search.passages import passages
from narrowcast.domain.search.routes import route_to
from narrowcast.domain.vocabulary import Audience, Section

HOSPITAL = "bench"
FOR_ANYONE = Tags((), (), (), (), Audience.PATIENT)
SCOPE = Scope(HOSPITAL, date(2026, 1, 1), PATIENT_CHANNEL, (Audience.PATIENT,))
FOREVER = "9999-12-31"
WARM_UP = 20
"""Questions asked before the clock counts: a node and a model are slower at first."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The ranking of each query and how long it took, in milliseconds."""

    rankings: dict[str, list[str]]
    times: list[float]


def bench_retrieval(arguments: Arguments) -> int:
    """Measure, and print one figure a line or all as JSON."""
    collection = read_collection(arguments.folder)
    for line in told(collection):
        _say(line)
    embedder = _embedder(arguments.mode)
    vectors = _vectors(arguments, collection, embedder) if embedder else {}
    begun = perf_counter()
    with filled(arguments.engine, _pieces(collection, vectors, embedder), embedder) as bench:
        seconds = perf_counter() - begun
        route = route_to(collection.corpus.values())
        answered = _answered(Ranking(bench.index, embedder, route), collection, arguments.mode)
        result = {
            **_conditions(bench, arguments.mode, collection),
            "route": str(route),
            **{name: round(value, 4) for name, value in figures(answered.rankings, collection.judged).items()},
            "index_seconds": round(seconds, 1),
            "p50_ms": round(percentile(answered.times, 50), 1),
            "p99_ms": round(percentile(answered.times, 99), 1),
        }
    tell(arguments, result, (f"{name}: {value}" for name, value in result.items()))
    return OK


def _embedder(mode: Mode) -> Embedder | None:
    if mode is Mode.BM25:
        return None
    from narrowcast.adapters.embedding.centred import Centred
    from narrowcast.adapters.embedding.local_e5 import LocalE5
    from narrowcast.adapters.embedding.onnx_e5 import OnnxE5, available

    return Centred(OnnxE5() if available() else LocalE5())


def _vectors(arguments: Arguments, collection: Collection, embedder: Embedder) -> dict[str, tuple[Vector, ...]]:
    """Return the vectors of each document's passages, embedding those that no earlier run did."""
    from narrowcast.adapters.embedding.kept import KeptVectors

    parts = {name: passages("", text) for name, text in collection.corpus.items()}
    kept = KeptVectors(arguments.cache, embedder)
    missing = kept.missing(part for own in parts.values() for part in own)
    if missing:
        _say(f"{len(missing)} passages to embed with {embedder.name}")
        kept.add(missing, lambda done: _say(f"{done} of {len(missing)} embedded"))
    return {name: tuple(map(kept.of, own)) for name, own in parts.items()}


def _pieces(
    collection: Collection, vectors: dict[str, tuple[Vector, ...]], embedder: Embedder | None
) -> Iterator[IndexedPiece]:
    for name, text in collection.corpus.items():
        yield IndexedPiece(
            hospital=HOSPITAL,
            content_id=name,
            revision=1,
            document_hash="",
            section=Section.DISEASE,
            tags=FOR_ANYONE,
            title="",
            text=text,
            valid_until=FOREVER,
            channels=(PATIENT_CHANNEL,),
            model=embedder.name if embedder else "",
            vectors=vectors.get(name, ()),
        )


def _answered(ranking: Ranking, collection: Collection, mode: Mode) -> Answered:
    """Ask every judged query, one after the other; the time includes the question's own vector."""
    asked = {query: collection.queries[query] for query in collection.judged}
    for text in list(asked.values())[:WARM_UP]:
        ranking.rank(SCOPE, text, mode)
    timed = {query: _timed(ranking, text, mode) for query, text in asked.items()}
    return Answered({query: names for query, (names, _) in timed.items()}, [spent for _, spent in timed.values()])


def _timed(ranking: Ranking, text: str, mode: Mode) -> tuple[list[str], float]:
    begun = perf_counter()
    ranked = ranking.rank(SCOPE, text, mode)
    return [each.name for each in ranked.fused], 1000 * (perf_counter() - begun)


def _conditions(bench: Bench, mode: Mode, collection: Collection) -> dict[str, object]:
    engine = bench.index.engine()
    used: Iterable[str] = (engine.name, engine.version, *engine.analyzers, f"vectors: {engine.vectors}")
    reason = {"engine_missing": bench.why} if bench.why else {}
    sizes = {"documents": len(collection.corpus), "queries": len(collection.judged), "skipped": len(collection.skipped)}
    return {"engine": " ".join(used), **reason, "model": engine.model or "none", "mode": str(mode), **sizes}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
