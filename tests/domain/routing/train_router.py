"""Trains the router and writes its weights: run from the repository root after sentences or cues change.

    python -m tests.domain.routing.train_router

Softmax regression over cues and vectors, full batch with fixed steps: the same sentences give the same weights. Of the
sets by other hands those in LEARNT are learnt from; the others only measure and are never read here. `--report`
cross-validates first.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from narrowcast.adapters.embedding.local_e5 import LocalE5
from narrowcast.domain.routing import Route, fold
from narrowcast.domain.routing.cues import cues

HERE = Path(__file__).parent
SETS = HERE / "sets"
WEIGHTS = HERE.parents[2] / "layers/core/python/narrowcast/domain/routing/weights.json"
VECTOR_SCALE = 0.15
PAIR_SCALE = 0.5
LEAST_SEEN = 3
DECAY = 7e-4
STEPS = 600
RATE = 0.05
LEARNT = ("second_hand", "second_hand_b", "second_hand_d")
LIMITS = {"emergency": 0.18, "doubt": 0.06, "by_cues": 0.45}
TEMPLATE_WEIGHT = 0.25
"""A made sentence counts less than a written one: it varies less."""

Matrix = Any


def written() -> list[tuple[str, int]]:
    """Return the sentences written by hand, with the place of their route."""
    rows = []
    for at, route in enumerate(Route):
        rows += [(line.strip(), at) for line in (SETS / f"{route}.txt").read_text("utf-8").splitlines() if line.strip()]
    return rows + [row for name in LEARNT for row in by_another_hand(name)]


def by_another_hand(name: str) -> list[tuple[str, int]]:
    """Return the questions of a set by another author, with the place of their route."""
    cases = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(case["text"], list(Route).index(Route(case["route"]))) for case in cases]


def made() -> list[tuple[str, int]]:
    """Return sentences put together from the lists of templates.json."""
    raw = json.loads((SETS / "templates.json").read_text("utf-8"))
    rows = []
    for at, route in enumerate(Route):
        for template in raw["templates"][route]:
            slots = [part for part in raw["words"] if "{" + part + "}" in template]
            chosen = [raw["words"][slot] for slot in slots]
            rows += [(template.format(**dict(zip(slots, words, strict=True))), at) for words in _some(chosen)]
    return rows


def _some(lists: list[list[str]], most: int = 12) -> list[tuple[str, ...]]:
    """Return up to `most` combinations, spread over all of them."""
    every = list(product(*lists))
    step = max(1, len(every) // most)
    return every[::step][:most]


def features(texts: list[str], names: dict[str, int] | None = None) -> tuple[Matrix, dict[str, int]]:
    """Return the matrix of cues and the names of its columns."""
    seen = [list(cues(fold(text))) for text in texts]
    if names is None:
        counts: dict[str, int] = {}
        for row in seen:
            for cue in row:
                counts[cue] = counts.get(cue, 0) + 1
        names = {cue: at for at, cue in enumerate(sorted(cue for cue, n in counts.items() if n >= LEAST_SEEN))}
    matrix = np.zeros((len(texts), len(names)))
    for at, row in enumerate(seen):
        for cue in row:
            if cue in names:
                matrix[at, names[cue]] = PAIR_SCALE if "+" in cue else 1.0
    return matrix, names


def fit(rows: Matrix, routes: Matrix, weight: Matrix) -> tuple[Matrix, Matrix]:
    """Return weights and biases: Adam on the whole batch."""
    many, wide, kinds = len(rows), rows.shape[1], len(Route)
    wanted = np.eye(kinds)[routes]
    state = [np.zeros((wide, kinds)), np.zeros(kinds)]
    first, second = [np.zeros_like(each) for each in state], [np.zeros_like(each) for each in state]
    for step in range(1, STEPS + 1):
        off = (chances(rows, *state) - wanted) * weight[:, None] / many
        slopes = [rows.T @ off + DECAY * state[0], off.sum(0)]
        for at, slope in enumerate(slopes):
            first[at] = 0.9 * first[at] + 0.1 * slope
            second[at] = 0.999 * second[at] + 0.001 * slope * slope
            size = np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8
            state[at] = state[at] - RATE * first[at] / (1 - 0.9**step) / size
    return state[0], state[1]


def chances(rows: Matrix, weights: Matrix, bias: Matrix) -> Matrix:
    """Return the softmax of the sums."""
    sums = rows @ weights + bias
    raised = np.exp(sums - sums.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def spread(vectors: Matrix) -> tuple[Matrix, float]:
    """Return the mean of the vectors and the factor that gives them the weight they deserve beside cues."""
    mean = vectors.mean(0)
    return mean, float(VECTOR_SCALE / (vectors - mean).std())


def report(rows: Matrix, routes: Matrix, weight: Matrix, hand: int) -> None:
    """Print what ten-fold cross-validation over the written sentences finds; the made ones are always learnt from."""
    order = np.random.default_rng(0).permutation(hand)
    found: Matrix = np.zeros((hand, len(Route)))
    for fold_ in np.array_split(order, 10):
        kept = np.setdiff1d(np.arange(len(rows)), fold_)
        found[fold_] = chances(rows[fold_], *fit(rows[kept], routes[kept], weight[kept]))
    truth = routes[:hand]
    for limit in (0.3, LIMITS["emergency"], 0.15, 0.1):
        said: Matrix = np.where(found[:, 0] >= limit, 0, 1 + found[:, 1:].argmax(1))
        shares = [float((said[truth == at] == at).mean()) for at in range(len(Route))]
        false = float((said[truth == 2] == 0).mean())
        told = " ".join(f"{route} {share:.3f}" for route, share in zip(Route, shares, strict=True))
        print(f"limit {limit}: {told} library->emergency {false:.3f}")  # noqa: T201


def _rounded(matrix: Matrix, digits: int) -> Any:
    values: Any = np.round(matrix, digits).tolist()
    return values


def _by_cue(weights: Matrix, names: dict[str, int]) -> dict[str, list[float]]:
    return {name: _rounded(weights[at] * (PAIR_SCALE if "+" in name else 1), 3) for name, at in names.items()}


def main() -> None:
    """Train and write."""
    hand, more = written(), made()
    texts, routes = [t for t, _ in hand + more], np.array([at for _, at in hand + more])
    weight = np.array([1.0] * len(hand) + [TEMPLATE_WEIGHT] * len(more))
    table, names = features(texts)
    vectors = np.array(LocalE5().queries([fold(text) for text in texts]))
    mean, factor = spread(vectors)
    together = np.hstack([(vectors - mean) * factor, table])
    if "--report" in sys.argv:
        print(f"{len(hand)} written, {len(more)} made, {len(names)} cues")  # noqa: T201
        report(together, routes, weight, len(hand))
        print("cues alone")  # noqa: T201
        report(table, routes, weight, len(hand))
    data: dict[str, Any] = {"limits": LIMITS}
    alone, alone_bias = fit(table, routes, weight)
    data["cues_alone"] = {"bias": _rounded(alone_bias, 3), "cues": _by_cue(alone, names)}
    both, both_bias = fit(together, routes, weight)
    wide = vectors.shape[1]
    data["with_vector"] = {
        "bias": _rounded(both_bias, 3),
        "cues": _by_cue(both[wide:], names),
        "mean": _rounded(mean, 4),
        "dimensions": _rounded(both[:wide].T * factor, 3),
    }
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(texts)} sentences, {len(names)} cues, {WEIGHTS.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
