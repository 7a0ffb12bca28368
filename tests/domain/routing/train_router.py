"""Trains the router and writes its weights: run from the repository root after sentences or cues change.

    python -m tests.domain.routing.train_router

Softmax regression over cues and vectors, full batch with fixed steps: the same sentences give the same weights. Of the
sets by other hands those in LEARNT are learnt from; the others only measure and are never read here. `--report`
cross-validates first.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from narrowcast.adapters.embedding.local_e5 import LocalE5
from narrowcast.domain.routing import Route, fold
from narrowcast.domain.routing.cues import RED_FLAGS, cues, grams

HERE = Path(__file__).parent
SETS = HERE / "sets"
WEIGHTS = HERE.parents[2] / "layers/core/python/narrowcast/domain/routing/weights.json"
VECTOR_SCALE = 0.15
PAIR_SCALE = GRAM_SCALE = 0.5
LEAST_SEEN = 3
LEAST_GRAMS = 4
DECAY = 3e-4
STEPS = 200
FOLDS = 4
RATE = 0.08
LEARNT = ("second_hand", "second_hand_b", "second_hand_d", "plain")
LIMITS = {"flagged": 0.14, "unflagged": 0.4, "doubt": 0.06, "flagged_by_words": 0.14, "unflagged_by_words": 0.3}
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


def features(texts: list[str]) -> tuple[Matrix, list[str], list[str]]:
    """Return the matrix of cues and grams, and the names of its columns, cues first."""
    told = [fold(text) for text in texts]
    by_cue, known = table([set(cues(text)) for text in told], LEAST_SEEN)
    by_gram, pieces = table(list(map(grams, told)), LEAST_GRAMS)
    scales = [PAIR_SCALE if "+" in cue else 1.0 for cue in known]
    return np.hstack([by_cue * np.array(scales, "f4"), by_gram * np.float32(GRAM_SCALE)]), known, pieces


def table(seen: list[set[str]], least: int) -> tuple[Matrix, list[str]]:
    """Return a column for each name that stands in at least so many rows, and the names."""
    counts = Counter(name for row in seen for name in row)
    names = sorted(name for name, count in counts.items() if count >= least)
    place = {name: at for at, name in enumerate(names)}
    matrix = np.zeros((len(seen), len(names)), "f4")
    for at, row in enumerate(seen):
        matrix[at, [place[name] for name in row if name in place]] = 1
    return matrix, names


def fit(rows: Matrix, routes: Matrix, weight: Matrix) -> tuple[Matrix, Matrix]:
    """Return weights and biases: Adam on the whole batch."""
    many, wide, kinds = len(rows), rows.shape[1], len(Route)
    wanted = np.eye(kinds, dtype="f4")[routes]
    state = [np.zeros((wide, kinds), "f4"), np.zeros(kinds, "f4")]
    first, second = [np.zeros_like(each) for each in state], [np.zeros_like(each) for each in state]
    for step in range(1, STEPS + 1):
        off = (chances(rows, *state) - wanted) * weight[:, None] / many
        slopes = [rows.T @ off + DECAY * state[0], off.sum(0)]
        for at, slope in enumerate(slopes):
            first[at] = 0.9 * first[at] + 0.1 * slope
            second[at] = 0.99 * second[at] + 0.01 * slope * slope
            size = np.sqrt(second[at] / (1 - 0.99**step)) + 1e-8
            state[at] = state[at] - RATE * (1 - 0.9 * step / STEPS) * first[at] / (1 - 0.9**step) / size
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


def report(hand: list[str], rows: Matrix, routes: Matrix, weight: Matrix, suffix: str) -> None:
    """Print what cross-validation over the written sentences finds; the made ones are always learnt from."""
    order = np.random.default_rng(0).permutation(len(hand))
    found: Matrix = np.zeros((len(hand), len(Route)))
    for fold_ in np.array_split(order, FOLDS):
        kept = np.setdiff1d(np.arange(len(rows)), fold_)
        found[fold_] = chances(rows[fold_], *fit(rows[kept], routes[kept], weight[kept]))
    flagged = np.array([not RED_FLAGS.isdisjoint(cues(fold(text))) for text in hand])
    truth = routes[: len(hand)]
    for low, high in product((0.06, 0.1, 0.14, 0.2, 0.3), (0.3, 0.4, 0.5, 0.6)):
        said: Matrix = np.where(found[:, 0] >= np.where(flagged, low, high), 0, 1 + found[:, 1:].argmax(1))
        shares = [float((said[truth == at] == at).mean()) for at in range(len(Route))]
        alarms = [float((said[truth == at] == 0).mean()) for at in (1, 2)]
        told = " ".join(f"{route} {share:.3f}" for route, share in zip(Route, shares, strict=True))
        print(f"{suffix} {low} {high}: {told}; called emergencies: handoff, library {alarms}")  # noqa: T201


def _rounded(matrix: Matrix, digits: int) -> Any:
    values: Any = np.round(matrix.astype(float), digits).tolist()
    return values


def _named(weights: Matrix, scale: float, names: list[str]) -> dict[str, list[float]]:
    return {name: _rounded(weights[at] * (PAIR_SCALE if "+" in name else scale), 2) for at, name in enumerate(names)}


def _words(weights: Matrix, bias: Matrix, known: list[str], pieces: list[str]) -> dict[str, Any]:
    """Return what is written of the rows of cues and grams."""
    return {
        "bias": _rounded(bias, 3),
        "cues": _named(weights[: len(known)], 1, known),
        "grams": {name: _rounded(row * GRAM_SCALE, 2) for name, row in zip(pieces, weights[len(known) :], strict=True)},
    }


def main() -> None:
    """Train and write."""
    hand, more = written(), made()
    texts, routes = [t for t, _ in hand + more], np.array([at for _, at in hand + more])
    weight: Matrix = np.array([1.0] * len(hand) + [TEMPLATE_WEIGHT] * len(more), "f4")
    told, known, pieces = features(texts)
    vectors = np.array(LocalE5().queries([fold(text) for text in texts]), "f4")
    mean, factor = spread(vectors)
    together = np.hstack([(vectors - mean) * np.float32(factor), told])
    if "--report" in sys.argv:
        print(f"{len(hand)} written, {len(more)} made, {len(known)} cues, {len(pieces)} grams")  # noqa: T201
        report(texts[: len(hand)], together, routes, weight, "")
        report(texts[: len(hand)], told, routes, weight, "_by_words")
    both, both_bias = fit(together, routes, weight)
    wide = vectors.shape[1]
    vectorial = {"mean": _rounded(mean, 4), "dimensions": _rounded(both[:wide].T * factor, 3)}
    data: dict[str, Any] = {
        "limits": LIMITS,
        "by_words": _words(*fit(told, routes, weight), known, pieces),
        "with_vector": {**_words(both[wide:], both_bias, known, pieces), **vectorial},
    }
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(texts)} sentences, {len(known)} cues, {len(pieces)} grams, {WEIGHTS.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
