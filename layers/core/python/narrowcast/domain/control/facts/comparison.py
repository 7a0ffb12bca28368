"""What a sentence says against what its facts say: every slot, operator, condition and content word in turn.

Brings the two sides together and asks each room; what a difference is, the rooms know.
"""

from __future__ import annotations

from collections.abc import Sequence

from narrowcast.domain.control.facts import additions, barred, contents, limits, operators, reversals, uses
from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.binding import Binding
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_ROOMS = (
    contents.foreign_names,
    contents.foreign_populations,
    operators.polarity,
    operators.banned_things,
    barred.barred_uses,
    barred.undone_delays,
    operators.certainty,
    operators.urgency,
    limits.dropped_conditions,
    limits.borrowed_conditions,
    limits.dropped_subjects,
    limits.swapped_objects,
    limits.widened_bans,
    limits.lost_limits,
    reversals.turned_bounds,
    reversals.turned_sides,
    reversals.turned_conditions,
    reversals.undone_states,
    reversals.outlasting_bans,
    reversals.turned_comparators,
    reversals.turned_orders,
    reversals.turned_uses,
    reversals.outcomes_of_conditions,
    reversals.continued_medicines,
    contents.foreign_content,
    uses.foreign_uses,
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
)


def differences(sentence: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return every difference between a sentence and the facts it cites; empty when they carry all of it."""
    alignment = Alignment(sentence, facts)
    bound = Binding(sentence, facts, alignment.carrier, alignment.ids, alignment.keeping.keeps)
    added = (reason for room in _ADDITIONS for reason in room(sentence, facts))
    return [*bound.reasons(), *(reason for room in _ROOMS for reason in room(alignment)), *added]
