"""Reads a retrieval collection: corpus.jsonl, queries.jsonl and qrels.tsv, as they come from other people's tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrowcast.cli.common import UsageError

_TREC = 4
_PLAIN = 2
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and queries by id; for each judged query the documents that answer it. `skipped`: what was odd."""

    corpus: dict[str, str]
    queries: dict[str, str]
    judged: dict[str, set[str]]
    skipped: list[str] = field(default_factory=list)


def read_collection(folder: Path) -> Collection:
    """Return the collection; UsageError with file and line where it cannot be read.

    Blank lines are passed over. A judgement of an unknown query or document, or one made twice, is skipped and told.
    """
    found = Collection(_texts(folder / "corpus.jsonl"), _texts(folder / "queries.jsonl"), {})
    for line, query, document in _judgements(folder / "qrels.tsv"):
        place = f"qrels.tsv line {line}"
        if query not in found.queries or document not in found.corpus:
            unknown = f"document {document}" if query in found.queries else f"query {query}"
            found.skipped.append(f"{place}: unknown {unknown}")
        elif document in found.judged.get(query, ()):
            found.skipped.append(f"{place}: {query} and {document} were judged before")
        else:
            found.judged.setdefault(query, set()).add(document)
    if not found.judged:
        raise UsageError(f"{folder / 'qrels.tsv'}: no judgement names a query and a document of the collection")
    return found


def told(collection: Collection) -> list[str]:
    """Return what was skipped, the first few, for a person to read."""
    more = len(collection.skipped) - _TOLD
    return [*collection.skipped[:_TOLD], *([f"… and {more} more lines skipped"] if more > 0 else [])]


def _texts(file: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, line in _lines(file):
        try:
            row: Any = json.loads(line)
            name, text = str(row["id"]), f"{row.get('title') or ''}\n{row['text']}".strip()
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(f'{file} line {number}: not {{"id": …, "text": …}}') from None
        if name in texts:
            raise UsageError(f"{file} line {number}: the id {name!r} was there before")
        texts[name] = text
    if not texts:
        raise UsageError(f"{file}: empty")
    return texts


def _judgements(file: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, query and document of each judgement above 0: of two, three (with a grade) or TREC's four columns."""
    for number, line in _lines(file):
        columns = line.split("\t") if "\t" in line else line.split()
        if number == 1 and columns[0].strip().lower() in ("query", "query-id", "query_id", "qid", "topic"):
            continue
        if not _PLAIN <= len(columns) <= _TREC:
            raise UsageError(f"{file} line {number}: not query and document, nor TREC's four columns")
        query, *_, document = columns[:3] if len(columns) == _TREC else columns[:2]
        if _grade(file, number, columns) > 0:
            yield number, query.strip(), document.strip()


def _grade(file: Path, number: int, columns: list[str]) -> float:
    if len(columns) == _PLAIN:
        return 1
    try:
        return float(columns[-1])
    except ValueError:
        raise UsageError(f"{file} line {number}: the grade {columns[-1]!r} is no number") from None


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, numbered from 1; UsageError for a file that is not there or no UTF-8."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            for number, line in enumerate(opened, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from None
