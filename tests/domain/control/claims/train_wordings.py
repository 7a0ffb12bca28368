"""Trains the model of wordings and writes its weights: run from the repository root after the sentences change.

    python tests/domain/control/claims/train_wordings.py

Logistic regression by AdaGrad over the features of `wording.grams`, in plain Python with fixed seeds: the same
sentences give the same weights. The sentences that only measure (`sets/unseen.jsonl`, `sets/held_out_third.jsonl` to
`sets/held_out_fifth.jsonl`, `sets/second_hand.jsonl`, `sets/evasions.jsonl`) are never read here.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
sys.path.insert(0, str(ROOT / "layers/core/python"))

from narrowcast.domain.control.claims import PACK_VERSION  # noqa: E402 - the package is found by the line above
from narrowcast.domain.control.claims.fold import fold  # noqa: E402
from narrowcast.domain.control.claims.pack import load  # noqa: E402
from narrowcast.domain.control.claims.wording import grams, tempered  # noqa: E402

SETS = HERE / "sets"
TOLD = (
    "training.jsonl",
    "held_out_second.jsonl",
    "development.jsonl",
    "development_second.jsonl",
    "another_hand.jsonl",
    "development_third.jsonl",
    "another_hand_second.jsonl",
)
PLAIN = ("ordinary.txt", "background.txt")
QUOTED = re.compile(r"“[^”]*”")  # what a lawful sentence quotes is often the very claim it rejects
VERSION = load(PACK_VERSION).wordings
WEIGHTS = ROOT / f"layers/core/python/narrowcast/domain/control/claims/wordings/{VERSION}.json"
ROUNDS = 12
SEEDS = (3, 5, 8)
STEP = 0.1
DECAY = 2e-4
CLAIM_WEIGHT = 1.5
PRIOR = -1.0  # log odds of a sentence about which nothing is known: it passes
USUAL_SIZE = 40  # keeps a rule with few sentences from claiming every rare feature
LEAST_WEIGHT = 0.2  # smaller ones change no verdict for the better, and cost time and memory
SUSPECT, SURE, CERTAIN = 0.05, 0.3, 1.0

Example = tuple[list[str], str]


def examples() -> list[Example]:
    """Return the features and the rule ("" for a lawful one) of every training sentence."""
    pack = load(VERSION)
    told = [json.loads(line) for name in TOLD for line in (SETS / name).read_text().splitlines()]
    rows = [(row["text"], row["rule"]) for row in told]
    rows += [(text, rule.name) for rule in pack.rules for text in rule.hits]
    rows += [(text, "") for rule in pack.rules for text in rule.passes]
    rows += [(text, "") for name in PLAIN for text in (SETS / name).read_text().splitlines()]
    said = [(text if rule else QUOTED.sub("", text), rule) for text, rule in rows]
    return [(sorted(grams(fold(text, pack.spellings).text.rstrip("。!?"))), rule) for text, rule in said]


def digest() -> str:
    """Return what the training sentences hash to: weights that carry another digest are out of date."""
    return hashlib.sha256(b"".join((SETS / name).read_bytes() for name in (*TOLD, *PLAIN))).hexdigest()


def fit(rows: list[Example]) -> dict[str, float]:
    """Return the weights, the mean over several orders of the sentences: one order alone sways what is learnt."""
    runs = [_fit_in_order(rows, seed) for seed in SEEDS]
    return {feature: sum(run.get(feature, 0.0) for run in runs) / len(runs) for feature in sorted(set().union(*runs))}


def _fit_in_order(rows: list[Example], seed: int) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-6)
    order = random.Random(seed)  # noqa: S311 - shuffles examples
    rows = list(rows)
    for _ in range(ROUNDS):
        order.shuffle(rows)
        for features, rule in rows:
            value = PRIOR + tempered(sum(weights[feature] for feature in features), len(features))
            fault = 1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) - bool(rule)
            fault *= CLAIM_WEIGHT if rule else 1.0
            if abs(fault) > 0.02:
                _descend(features, tempered(fault, len(features)), weights, squares)
    return weights


def _descend(features: list[str], slope: float, weights: dict[str, float], squares: dict[str, float]) -> None:
    for feature in features:
        gradient = slope + DECAY * weights[feature]
        squares[feature] += gradient * gradient
        weights[feature] -= STEP * gradient / math.sqrt(squares[feature])


def resembled(rows: list[Example]) -> dict[str, str]:
    """Return for each feature the rule whose sentences have it most often, in proportion."""
    sizes = Counter(rule for _, rule in rows)
    shares: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for features, rule in rows:
        for feature in features if rule else ():
            shares[feature][rule] += 1 / (sizes[rule] + USUAL_SIZE)
    return {feature: max(sorted(by_rule), key=by_rule.__getitem__) for feature, by_rule in shares.items()}


def main() -> None:
    """Train and write."""
    rows = examples()
    weights = fit(rows)
    kept = {feature: round(weight * 100) for feature, weight in sorted(weights.items()) if abs(weight) >= LEAST_WEIGHT}
    alike = resembled(rows)
    by_rule: dict[str, dict[str, int]] = {name: {} for name in ["", *sorted(set(alike.values()))]}
    for feature, weight in kept.items():
        by_rule[alike.get(feature, "") if weight > 0 else ""][feature] = weight
    data = {
        "bias": PRIOR,
        "suspect": SUSPECT,
        "sure": SURE,
        "certain": CERTAIN,
        "sentences": digest(),
        "weights": by_rule,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    WEIGHTS.write_text(text + "\n")
    print(f"{len(rows)} sentences, {len(kept)} weights, {len(text.encode())} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
