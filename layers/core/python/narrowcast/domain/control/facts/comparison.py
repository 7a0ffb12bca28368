"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Brings the two sides together and asks each room; what a difference is, the rooms know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from narrowcast.domain.control.facts import additions, barred, contents, limits, operators, opposites, reversals
from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.binding import Binding
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_FOREIGN = (contents.foreign_names, contents.foreign_populations, contents.foreign_content, contents.foreign_uses)
"""What they find in the words of all facts together, they find in those of any part of them too."""
_ROOMS = (
    operators.polarity,
    operators.banned_things,
    barred.barred_uses,
    barred.barred_acts,
    barred.undone_delays,
    operators.certainty,
    operators.urgency,
    limits.dropped_conditions,
    limits.dropped_deference,
    limits.borrowed_conditions,
    limits.dropped_subjects,
    limits.swapped_objects,
    limits.widened_bans,
    limits.widened_care,
    limits.widened_deference,
    limits.lost_limits,
    reversals.turned_bounds,
    reversals.claimed_bounds,
    reversals.turned_sides,
    reversals.turned_conditions,
    reversals.undone_states,
    reversals.outlasting_bans,
    reversals.turned_comparators,
    reversals.turned_exchanges,
    reversals.turned_ratios,
    reversals.turned_uses,
    reversals.outcomes_of_conditions,
    reversals.continued_medicines,
    contents.repeated_items,
    contents.repeated_amounts,
    contents.crossed_clauses,
)
_ADDITIONS = (
    additions.added_haste,
    additions.added_care,
    additions.added_bans,
    additions.added_items,
    additions.swapped_strengths,
    opposites.other_of_family,
)


def differences(sentence: Statement, facts: Sequence[Statement]) -> tuple[list[Reason], list[Reason]]:
    """Return what a sentence names that its facts do not, and every other difference; empty when they carry it."""
    alignment = Alignment(sentence, facts)
    return differences_of(alignment)


def differences_of(alignment: Alignment) -> tuple[list[Reason], list[Reason]]:
    """Return what the sentence of an alignment names that its facts do not, and every other difference."""
    return list(_foreign(alignment)), [*Binding(alignment).reasons(), *_compared(alignment)]


def is_carried(sentence: Statement, facts: Sequence[Statement]) -> bool:
    """Say whether nothing in a sentence differs from the facts it cites; what refuses most is asked first."""
    alignment = Alignment(sentence, facts)
    if not Binding(alignment).binds_all() or next(_foreign(alignment), None):
        return False
    return next(_compared(alignment), None) is None


def _foreign(alignment: Alignment) -> Iterator[Reason]:
    return (reason for room in _FOREIGN for reason in room(alignment))


def _compared(alignment: Alignment) -> Iterator[Reason]:
    said, facts = alignment.said, alignment.facts
    for room in _ROOMS:
        yield from room(alignment)
    for addition in _ADDITIONS:
        yield from addition(said, facts)
