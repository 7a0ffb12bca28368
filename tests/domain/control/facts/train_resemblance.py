"""Trains the vectors of `resemblance` and writes them: run from the repository root after the groups of words change.

    python tests/domain/control/facts/train_resemblance.py data/retrieval/*.json data/retrieval/*.csv

The arguments are files of Chinese text (UTF-8 or GB18030) whose frequent stretches are learned beside the words of the
checker's own tables. First every phrase is read by multilingual-e5-small, and the vectors of its characters and of its
groups of two and three are fitted so that their sum points where the model does. Then the groups of like meaning pull
the words of one line together and push those of other lines that share a character apart: 肾功能 is not 肝功能. Seeds
are fixed. Needs the extra `embedding`; what it writes needs nothing but the standard library.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
sys.path.insert(0, str(ROOT / "layers/core/python"))

from narrowcast.adapters.embedding.onnx_e5 import OnnxE5  # noqa: E402 - the package is found by the line above
from narrowcast.domain.control.facts import lexer  # noqa: E402
from narrowcast.domain.control.facts.resemblance import WEIGHTS, pieces  # noqa: E402
from narrowcast.domain.control.facts.sayings import TABLES  # noqa: E402
from narrowcast.domain.control.facts.tables import foods  # noqa: E402

TARGET = ROOT / "layers/core/python/narrowcast/domain/control/facts" / WEIGHTS
KEPT = ROOT / ".build/phrases.npz"  # what the sentence model said: an hour's reading is not done twice
DIMENSIONS = 48
COMMON = 3  # directions that all texts share, and that tell nothing apart
LEAST_SEEN = {1: 1, 2: 6, 3: 9}  # phrases that have a group of so many characters, before it gets a vector
OFTEN = {1: 5, 2: 12, 3: 15, 4: 20}  # how often a stretch of so many characters stands in the texts
MOST_PHRASES = 90_000
FITTING, PULLING, BATCH = 12, 20, 128
SHARPNESS = 12.0
FAITH = 10.0  # how much pulling must stay with the sentence model
RIVALS = 3

Array = Any
HAN = re.compile("[\u4e00-\u9fff]+")


def groups() -> list[list[str]]:
    """Return the lines of like meaning of the checker's tables, one word of Chinese characters each, two at least."""
    lines = [line.split() for table in (lexer.CONTENT_WORDS, foods.FOODS, *TABLES) for line in table.splitlines()]
    words = [list(dict.fromkeys(word for word in line if HAN.fullmatch(word))) for line in lines]
    return [line for line in words if len(line) > 1]


def phrases(texts: Iterable[str], own: Iterable[str]) -> list[str]:
    """Return what is learned: our own words, then the stretches that stand most often in the texts."""
    seen: Counter[str] = Counter()
    for run in (run for text in texts for run in HAN.findall(text)):
        for size in OFTEN:
            seen.update(run[start : start + size] for start in range(len(run) - size + 1))
    frequent = [stretch for stretch, times in seen.most_common() if times >= OFTEN[len(stretch)]]
    return list(dict.fromkeys([*sorted(own), *frequent]))[:MOST_PHRASES]


def read(files: Sequence[str]) -> list[str]:
    """Return the texts of files."""
    return [_decoded(Path(file).read_bytes()) for file in files]


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def targets(words: Sequence[str]) -> Array:
    """Return what the sentence model says of each phrase, in few dimensions and of unit length."""
    known = dict(np.load(KEPT)) if KEPT.exists() else {}
    said = dict(zip(known.get("words", []), known.get("vectors", []), strict=True))
    model = OnnxE5()
    for number, word in enumerate(words):
        if word not in said:
            said[word] = np.array(model.queries([word])[0], dtype=np.float32)
        if number % 10_000 == 0:
            _say(f"{number} of {len(words)} phrases read")
    vectors = np.stack([said[word] for word in words])
    KEPT.parent.mkdir(exist_ok=True)
    np.savez(KEPT, words=np.array(words), vectors=vectors)
    centred = vectors - vectors.mean(0)
    sample = centred[np.random.RandomState(0).permutation(len(centred))[:20_000]]
    directions = np.linalg.svd(sample, full_matrices=False)[2][COMMON : COMMON + DIMENSIONS]
    return _unit(centred @ directions.T)


def _unit(vectors: Array) -> Array:
    return vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


class Pieces:
    """The vectors being fitted: of every piece that phrases are made of."""

    def __init__(self, words: Sequence[str]) -> None:
        seen = Counter(piece for word in words for piece in set(pieces(word)))
        self.names = sorted(piece for piece, times in seen.items() if times >= LEAST_SEEN[len(piece)])
        self._index = {name: number for number, name in enumerate(self.names)}
        self._of: dict[str, Array] = {}
        self.vectors = np.zeros((len(self.names), DIMENSIONS), np.float32)
        self._moved = np.full((len(self.names), 1), 1e-8, np.float32)

    def of(self, word: str) -> Array:
        """Return the numbers of the pieces of a phrase."""
        if word not in self._of:
            known = [self._index[piece] for piece in pieces(word) if piece in self._index]
            self._of[word] = np.array(known or [0])
        return self._of[word]

    def sums(self, words: Sequence[str]) -> Array:
        return np.stack([self.vectors[self.of(word)].sum(0) for word in words])

    def move(self, blame: Iterable[tuple[Sequence[str], Array]], step: float) -> None:
        """Move the pieces of phrases against their gradients (AdaGrad)."""
        gradient = np.zeros_like(self.vectors)
        for words, parts in blame:
            rows = np.concatenate([np.full(len(self.of(word)), row) for row, word in enumerate(words)])
            np.add.at(gradient, np.concatenate([self.of(word) for word in words]), parts[rows])
        touched = np.where(np.abs(gradient).sum(1) > 0)[0]
        parts = gradient[touched]
        self._moved[touched] += (parts**2).mean(1, keepdims=True)
        self.vectors[touched] -= step * parts / np.sqrt(self._moved[touched])

    def forget_moves(self) -> None:
        self._moved[:] = 1e-4


def fit(model: Pieces, words: Sequence[str], aims: Array) -> None:
    """Fit the pieces so that each phrase's sum is what the sentence model says."""
    chance = np.random.RandomState(1)
    for turn in range(FITTING):
        order = chance.permutation(len(words))
        for start in range(0, len(order), 4 * BATCH):
            some = order[start : start + 4 * BATCH]
            batch = [words[number] for number in some]
            model.move([(batch, model.sums(batch) - aims[some])], 0.3 if turn < FITTING - 4 else 0.1)


def pull(model: Pieces, lines: Sequence[Sequence[str]], words: Sequence[str], aims: Array) -> None:
    """Pull the words of one line together, and away from words of other lines that share a character."""
    chance = np.random.RandomState(3)
    rivals = _rivals(lines, chance)
    model.forget_moves()
    for _ in range(PULLING):
        order = chance.permutation(len(lines))
        for start in range(0, len(order), BATCH):
            triples = list(_triples([lines[n] for n in order[start : start + BATCH]], rivals, chance))
            some = chance.randint(0, len(words), 2 * BATCH)
            batch = [words[number] for number in some]
            faith = (batch, (model.sums(batch) - aims[some]) * FAITH / len(batch))
            model.move([*_blame(model, triples), faith], 0.01)


Triple = tuple[str, str, list[str]]


def _triples(lines: Iterable[Sequence[str]], rivals: Callable[[str], list[str]], chance: Any) -> Iterable[Triple]:
    for line in lines:
        for _ in range(min(4, len(line) - 1)):
            one, other = chance.choice(len(line), 2, replace=False)
            others = rivals(line[one])
            if len(others) == RIVALS:
                yield line[one], line[other], others


def _rivals(lines: Sequence[Sequence[str]], chance: Any) -> Callable[[str], list[str]]:
    """Return what gives words of other lines, most of them with a character of the word's own."""
    of: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(lines):
        for word in line:
            of[word].add(number)
    every, having = sorted(of), defaultdict(list)
    for word in every:
        for character in sorted(set(word)):
            having[character].append(word)

    def rivals(word: str) -> list[str]:
        drawn = []
        for _ in range(3 * RIVALS):
            pool = having[word[chance.randint(len(word))]] if chance.rand() < 0.8 else every
            other = pool[chance.randint(len(pool))]
            if not of[other] & of[word] and other not in word and word not in other:
                drawn.append(other)
        return drawn[:RIVALS]

    return rivals


def _blame(model: Pieces, triples: Sequence[Triple]) -> Iterable[tuple[list[str], Array]]:
    """Give the gradients of choosing each word's own companion among its rivals (softmax of cosines)."""
    if not triples:
        return
    columns = [[one for one, _, _ in triples], [other for _, other, _ in triples]]
    columns += [[rivals[n] for _, _, rivals in triples] for n in range(RIVALS)]
    sums = [model.sums(column) for column in columns]
    units = [_unit(part) for part in sums]
    cosines = np.stack([(units[0] * unit).sum(1) for unit in units[1:]], 1) * SHARPNESS
    chances = np.exp(cosines - cosines.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    chances[:, 0] -= 1
    chances *= SHARPNESS / len(triples)
    shares = [chances[:, n : n + 1] for n in range(RIVALS + 1)]
    anchors = sum(share * unit for share, unit in zip(shares, units[1:], strict=True))
    for column, part, unit, raw in zip(
        columns, sums, units, [anchors, *(share * units[0] for share in shares)], strict=True
    ):
        length = np.linalg.norm(part, axis=1, keepdims=True) + 1e-9
        yield column, (raw - (raw * unit).sum(1, keepdims=True) * unit) / length


def write(model: Pieces) -> None:
    """Write the vectors as bytes, all on one scale: what counts is where a sum points."""
    scale = 127 / np.abs(model.vectors).max(1).mean() / 3
    whole = np.clip(np.rint(model.vectors * scale), -127, 127).astype(np.int8)
    kept = np.abs(whole).sum(1) > 0
    names = [name for name, keep in zip(model.names, kept, strict=True) if keep]
    TARGET.parent.mkdir(exist_ok=True)
    weights = {
        "dimensions": DIMENSIONS,
        "pieces": " ".join(names),
        "vectors": base64.b64encode(whole[kept].tobytes()).decode(),
    }
    TARGET.write_text(json.dumps(weights, ensure_ascii=False) + "\n")
    _say(f"{len(names)} pieces, {TARGET.stat().st_size} bytes")


def report(model: Pieces, words: Sequence[str], aims: Array) -> None:
    some = np.random.RandomState(5).permutation(len(words))[:3000]
    cosines = (_unit(model.sums([words[n] for n in some])) * aims[some]).sum(1)
    _say(f"cosine to the sentence model {cosines.mean():.3f}")


def main(files: Sequence[str]) -> None:
    lines = groups()
    words = phrases(read(files), {word for line in lines for word in line})
    aims = targets(words)
    model = Pieces(words)
    fit(model, words, aims)
    report(model, words, aims)
    pull(model, lines, words, aims)
    report(model, words, aims)
    write(model)


if __name__ == "__main__":
    main(sys.argv[1:])
