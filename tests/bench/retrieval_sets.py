"""`python -m tests.bench.retrieval_sets DATA OUT`: makes the collections that search is judged by.

DATA holds `toyhom_neike_sample.csv` (GB18030: department, title, ask, answer) and `huatuo_llama_data.json` (JSON Lines:
instruction, output). Each set is a folder of `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`:

    title_answer, ask_answer, huatuo   questions over the answers of both files, equal texts once
    title_ask                          titles over the longer questions of the first file, equal texts once

A question is judged by every text that the files pair with it, so a question that was answered twice has two. Of the
distinct questions of a set, `--queries` are drawn with `--seed`; the first half of the draw is `<set>-tune`, by which
weights may be chosen, and the second `<set>-held`, by which they are judged.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SEED = 7
QUERIES = 1000
Pairs = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """The pairs of question and text of one set, and all texts that it is searched in."""

    pairs: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]


def sources(data: Path) -> dict[str, Source]:
    """Return the sets by name."""
    with (data / "toyhom_neike_sample.csv").open(encoding="gb18030", errors="replace", newline="") as file:
        toyhom = [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]
    lines = (data / "huatuo_llama_data.json").read_text("utf-8").splitlines()
    huatuo = [(each["instruction"].strip(), each["output"].strip()) for each in map(json.loads, lines)]
    answers = _once([*(row["answer"] for row in toyhom), *(output for _, output in huatuo)])
    return {
        "title_answer": Source(tuple((row["title"], row["answer"]) for row in toyhom), answers),
        "ask_answer": Source(tuple((row["ask"], row["answer"]) for row in toyhom), answers),
        "huatuo": Source(tuple(huatuo), answers),
        "title_ask": Source(tuple((row["title"], row["ask"]) for row in toyhom), _once(row["ask"] for row in toyhom)),
    }


def write_sets(data: Path, out: Path, *, queries: int = QUERIES, seed: int = SEED, most: int = 0) -> list[Path]:
    """Write both halves of every set and return the folders; with `most`, over no more texts than that."""
    written = []
    for name, source in sources(data).items():
        drawn = _drawn(source, queries, seed)
        for half, part in (("tune", drawn[: queries // 2]), ("held", drawn[queries // 2 :])):
            folder = out / f"{name}-{half}"
            _write(folder, source, part, most, seed)
            written.append(folder)
    return written


def _drawn(source: Source, queries: int, seed: int) -> list[str]:
    asked = _once(question for question, text in source.pairs if question and text)
    return random.Random(seed).sample(asked, min(queries, len(asked)))  # noqa: S311 - a fixed draw


def _write(folder: Path, source: Source, asked: list[str], most: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {question: _once(text for each, text in source.pairs if each == question and text) for question in asked}
    names = {text: f"d{number}" for number, text in enumerate(_fewer(source.texts, wanted, most, seed), start=1)}
    queries = {f"q{number}": question for number, question in enumerate(asked, start=1)}
    _lines(folder / "corpus.jsonl", ({"id": name, "text": text} for text, name in names.items()))
    _lines(folder / "queries.jsonl", ({"id": name, "text": text} for name, text in queries.items()))
    judged = [f"{name}\t{names[text]}\n" for name, question in queries.items() for text in wanted[question]]
    (folder / "qrels.tsv").write_text("".join(judged), "utf-8")


def _fewer(texts: tuple[str, ...], wanted: Pairs, most: int, seed: int) -> list[str]:
    """Return the texts, or `most` of them with every one that is wanted, in the files' order."""
    if not most or most >= len(texts):
        return list(texts)
    kept = {text for some in wanted.values() for text in some}
    others = [text for text in texts if text not in kept]
    kept.update(random.Random(seed).sample(others, max(0, most - len(kept))))  # noqa: S311 - a fixed draw
    return [text for text in texts if text in kept]


def _lines(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def main() -> None:
    """Write the sets, and print their folders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    for folder in write_sets(options.data, options.out, queries=options.queries, seed=options.seed):
        print(folder)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
