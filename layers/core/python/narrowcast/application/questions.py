"""Learning without training: what was asked and not answered, as topics to write about and as a week's counts.

Read from the rows of conversations, which hold words of our dictionary, codes of what was asked, and no one's own
words. No vector of a question is kept: words can be guessed back from it. A count below SMALLEST is told as such, so
that nobody can be picked out of a report.
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
Asked = tuple[str, Mapping[str, Any]]
"""A conversation and a question in it."""
WANTS = {
    "when": "什么时候用",
    "amount": "用多少",
    "often": "多久一次",
    "how_long": "用多久",
    "adverse": "副作用",
    "target": "控制目标",
    "criterion": "诊断标准",
    "remedy": "怎么处理",
    "why": "为什么",
    "what_is": "是什么",
    "harm": "危害和后果",
    "signs": "症状和先兆",
    "together": "能否同用",
    "missed": "漏用了怎么办",
    "storage": "怎么保存",
    "cure": "能否治好",
    "pregnancy": "怀孕和哺乳",
    "travel": "出行和驾驶",
    "genetic": "遗传和传染",
    "which": "怎么选择",
    "cost": "费用和报销",
    "how": "怎么做",
    "may_have": "能不能吃、能不能做",
}
"""What questions want to know, by the codes of domain/answering, as an editor reads it; the vaguest stand last."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What many unmet questions are about and want to know: `term` of the dictionary, code of what it `asks`.

    `label` says both to a reader; `beside` are the words that stood in most of them; `why` is how often each reason
    stood, `routes` where they went. `conversations` is in how many it was asked; `pieces` are those whose sentences
    were said to be wrong.
    """

    label: str
    term: str
    asks: str
    beside: tuple[str, ...]
    questions: int
    conversations: int
    why: Mapping[str, int]
    routes: Mapping[str, int]
    pieces: tuple[str, ...]


def questions_backlog(read: ReadTable, hospital: str, months: Iterable[str]) -> list[Topic]:
    """Return the topics of unmet questions of conversations begun in the months (YYYYMM), most asked first."""
    unmet = [(row["conversation"], each) for row in _rows(read, hospital, months) for each in _unmet(row)]
    frequent = Counter(term for _, question in unmet for term in _subjects(question))
    clusters: dict[tuple[str, str], list[Asked]] = {}
    for conversation, question in unmet:
        clusters.setdefault((_main_term(_subjects(question), frequent), _asks(question)), []).append(
            (conversation, question)
        )
    topics = (_topic(term, asks, asked) for (term, asks), asked in clusters.items())
    return sorted(topics, key=lambda topic: (-topic.questions, topic.term, topic.asks))


def _unmet(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (question for question in row["questions"] if question["unmet"])


def _subjects(question: Mapping[str, Any]) -> list[str]:
    """Return what a question is about; one that names no drug, food or disease, by its other words."""
    return list(question["terms"] or question.get("words", ()))


def _asks(question: Mapping[str, Any]) -> str:
    """Return the first of WANTS that a question wants to know."""
    return next((code for code in WANTS if code in question.get("asks", ())), "")


def _main_term(terms: Iterable[str], frequent: Counter[str]) -> str:
    """Return the term under which a question is counted: the one most asked about, so that clusters are few."""
    return min(terms, key=lambda term: (-frequent[term], term), default="")


def _topic(term: str, asks: str, asked: list[Asked]) -> Topic:
    reported = {each["content_id"] for _, question in asked for each in question["reported"]} - {""}
    words = Counter(word for _, question in asked for word in {*question["terms"], *question.get("words", ())} - {term})
    return Topic(
        " · ".join(filter(None, (_word(term) or OTHER, WANTS.get(asks, "")))),
        term,
        asks,
        tuple(sorted(_word(word) for word, count in words.items() if 2 * count > len(asked))),
        len(asked),
        len({conversation for conversation, _ in asked}),
        dict(sorted(Counter(question["unmet"] for _, question in asked).items())),
        dict(sorted(Counter(question.get("route", "") for _, question in asked).items())),
        tuple(sorted(reported)),
    )


def _word(term: str) -> str:
    return term.partition(":")[2]


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
        suppressed(Counter(each["content_id"] or OTHER for question in asked for each in question["reported"])),
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
