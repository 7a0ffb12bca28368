"""A grade that heads a fact, lost: what is told of 3级暴露 is not told of every wound.

Asks for the grade alone; who or what else a fact limits its word to is for `limits` and `restrictors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_GRADES = ("级", "期", "型")
_LONGEST_HEADING = 5
"""How many words a heading has with its stop: 3级|暴|露|：."""


def lost_grades(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a sentence that leaves out the grade at the head of its one fact."""
    heading = _heading(facts[0]) if len(facts) == 1 else None
    grade = heading and facts[0].tokens[0].quantity
    if heading and grade and not any(t.quantity and t.quantity.same_amount(grade) for t in said.tokens):
        yield Reason("condition_dropped", heading, "")


def _heading(fact: Statement) -> str | None:
    """Return the words of a heading that begins with a grade, up to its stop."""
    first = fact.tokens[0] if fact.tokens else None
    if first is None or first.quantity is None or not first.text.endswith(_GRADES):
        return None
    end = next((t.start for t in fact.tokens[:_LONGEST_HEADING] if t.value == "topic"), 0)
    return fact.text[:end] or None
