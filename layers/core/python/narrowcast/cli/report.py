"""`narrowcast report …`: what a hospital learns from its questions, in counts that tell of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from narrowcast.application.inbox import months_back
from narrowcast.application.questions import Topic, Week, questions_backlog, weekly
from narrowcast.cli.assistant import hospital_of
from narrowcast.cli.common import OK, Arguments, UsageError, add_command, open_stack, tell

MONTHS = 2


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    week = add_command(group, "weekly", "count a week's questions; small cells are hidden", _weekly)
    week.add_argument("--week", default="", metavar="YYYY-Www", help="ISO week; the last full one unless given")
    topics = add_command(group, "questions", "list what was asked and not answered, by topic", _questions)
    for command in (week, topics):
        command.add_argument("--hospital", default="", metavar="CODE", help="needed where there is more than one")


def _weekly(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    today = composition.store.clock.now().date()
    told = weekly(composition.read, hospital_of(composition, arguments.hospital), monday_of(arguments.week, today))
    tell(arguments, asdict(told), _week_lines(told))
    return OK


def _questions(arguments: Arguments) -> int:
    composition = open_stack(arguments)
    months = months_back(composition.store.clock.now(), MONTHS)
    topics = questions_backlog(composition.read, hospital_of(composition, arguments.hospital), months)
    tell(arguments, {"topics": [asdict(topic) for topic in topics]}, map(_topic_line, topics))
    return OK


def monday_of(week: str, today: date) -> date:
    """Return the Monday of an ISO week, or of the last full week; UsageError."""
    if not week:
        return today - timedelta(days=today.weekday() + 7)
    year, _, number = week.partition("-W")
    try:
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        message = f"no such week: {week!r}; write it like 2026-W47"
        raise UsageError(message) from None


def _week_lines(told: Week) -> Iterator[str]:
    yield f"{told.hospital}, week of {told.monday}: {told.questions} questions"
    tables = {"kind": told.kinds, "unmet": told.unmet, "topic": told.topics, "reported": told.reported_pieces}
    for name, counts in tables.items():
        yield from (f"{name} {key}: {count}" for key, count in counts.items())


def _topic_line(topic: Topic) -> str:
    why = ", ".join(f"{name} {count}" for name, count in topic.why.items())
    beside = f"  + {'、'.join(topic.beside)}" if topic.beside else ""
    return f"{topic.questions:>5}  {topic.label}{beside}  ({why})"
