"""Learning without training: what was asked and not answered, as topics to write about and as a week's counts.

Read from the rows of conversations, which hold words of our dictionary and no one's own. A count below SMALLEST is
told as such, so that nobody can be picked out of a report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from narrowcast.application.ports import ReadTable

SMALLEST = 10
FEW = f"<{SMALLEST}"
OTHER = "其他"
"""The label of questions that name nothing in the dictionary."""
Rows = Iterable[Mapping[str, Any]]
Told = int | str


@dataclass(frozen=True, slots=True)
class Topic:
    """What many unmet questions are about: `label` is a dictionary word, `why` how often each reason stood.

    `conversations` is in how many it was asked; `pieces` are those whose sentences were said to be wrong.
    """

    label: str
    term: str
    questions: int
    conversations: int
    why: Mapping[str, int]
    pieces: tuple[str, ...]


def questions_backlog(read: ReadTable, hospital: str, months: Iterable[str]) -> list[Topic]:
    """Return the topics of unmet questions of conversations begun in the months (YYYYMM), most asked first."""
    unmet = [(row["conversation"], each) for row in _rows(read, hospital, months) for each in _unmet(row)]
    frequent = Counter(term for _, question in unmet for term in question["terms"])
    clusters: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for conversation, question in unmet:
        clusters.setdefault(_main_term(question["terms"], frequent), []).append((conversation, question))
    topics = (_topic(term, asked) for term, asked in clusters.items())
    return sorted(topics, key=lambda topic: (-topic.questions, topic.term))


def _unmet(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (question for question in row["questions"] if question["unmet"])


def _main_term(terms: list[str], frequent: Counter[str]) -> str:
    """Return the term under which a question is counted: the one most asked about, so that clusters are few."""
    return min(terms, key=lambda term: (-frequent[term], term), default="")


def _topic(term: str, asked: list[tuple[str, Mapping[str, Any]]]) -> Topic:
    reported = {each["content_id"] for _, question in asked for each in question["reported"]}
    return Topic(
        term.partition(":")[2] or OTHER,
        term,
        len(asked),
        len({conversation for conversation, _ in asked}),
        dict(sorted(Counter(question["unmet"] for _, question in asked).items())),
        tuple(sorted(reported)),
    )


def _rows(read: ReadTable, hospital: str, months: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for month in months:
        yield from read.query(f"{hospital}/conversation/{month}")


@dataclass(frozen=True, slots=True)
class Week:
    """A week's questions in counts; small cells are told as FEW. `monday` begins it (UTC)."""

    hospital: str
    monday: date
    questions: Told
    kinds: Mapping[str, Told]
    unmet: Mapping[str, Told]
    topics: Mapping[str, Told]
    reported_pieces: Mapping[str, Told]


def weekly(read: ReadTable, hospital: str, monday: date) -> Week:
    """Return the counts of the questions put from that Monday on for seven days."""
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    asked = [
        question
        for row in _rows(read, hospital, _months_of(monday))
        for question in row["questions"]
        if start <= datetime.fromisoformat(question["at"]) < start + timedelta(days=7)
    ]
    return Week(
        hospital,
        monday,
        _told(len(asked)),
        suppressed(Counter(question["kind"] or "staff" for question in asked)),
        suppressed(Counter(question["unmet"] for question in asked if question["unmet"])),
        suppressed(Counter(term.partition(":")[2] for question in asked for term in question["terms"])),
        suppressed(Counter(each["content_id"] for question in asked for each in question["reported"])),
    )


def _months_of(monday: date) -> Iterator[str]:
    """Yield the months in which a conversation may have begun that has questions in the week."""
    last = monday + timedelta(days=6)
    earliest = monday.replace(day=1) - timedelta(days=1)
    yield from dict.fromkeys(f"{day:%Y%m}" for day in (earliest, monday, last))


def suppressed(counts: Mapping[str, int]) -> dict[str, Told]:
    """Return counts, largest first, small ones as FEW.

    Where only one is small it could be found by subtraction, so the smallest of the others is hidden with it.
    """
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    small = sum(count < SMALLEST for _, count in ranked)
    hidden = 2 if small == 1 else small
    shown = len(ranked) - hidden
    return {name: count if place < shown else FEW for place, (name, count) in enumerate(ranked)}


def _told(count: int) -> Told:
    return count if count == 0 or count >= SMALLEST else FEW
