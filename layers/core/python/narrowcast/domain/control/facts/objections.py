"""What speaks against a sentence whichever part of its facts it uses: said more strongly, in another order, of another.

A part of a fact knows nothing of the rest; these rooms look at the facts whole, and no part lifts what they find.
"""

from __future__ import annotations

from collections.abc import Sequence

from narrowcast.domain.control.facts import (
    acts,
    additions,
    attributes,
    barred,
    causes,
    contraries,
    labels,
    limits,
    modes,
    opposites,
    orders,
    owners,
    partners,
    permissions,
    restrictors,
    signs,
    strength,
    swaps,
    tallies,
)
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_ROOMS = (
    strength.exclusives,
    strength.mere_preferences,
    strength.certain_suspicions,
    strength.lost_doubts,
    strength.seldom_done,
    strength.turned_odds,
    strength.doubted_denials,
    strength.delayed_calls,
    strength.settled_questions,
    strength.considered_musts,
    strength.regardless_of_limits,
    strength.decided_beforehand,
    acts.strange_acts,
    acts.strange_steps,
    orders.turned_sequences,
    orders.turned_moments,
    orders.delayed_actions,
    orders.taken_when_stopped,
    orders.after_what_is_barred,
    restrictors.lost_restrictors,
    restrictors.lost_measures,
    restrictors.lost_companions,
    attributes.lost_attributes,
    attributes.lost_contrasts,
    attributes.lost_types,
    attributes.other_types,
    modes.lost_grounds,
    modes.lost_places,
    labels.mixed_rows,
    partners.parted_values,
    partners.others_values,
    partners.parted_medicines,
    limits.lost_provisos,
    limits.lost_uses,
    causes.lost_causes,
    additions.added_company,
    additions.left_to_oneself,
    signs.bare_signs,
    opposites.other_of_family,
    contraries.contrary_wordings,
    contraries.turned_days,
    opposites.turned_ways,
    opposites.turned_kinds,
    opposites.turned_sides,
    opposites.widened_allergies,
    opposites.turned_abilities,
    opposites.turned_stomachs,
    opposites.turned_inclusions,
    opposites.lost_repetitions,
    owners.others_medicines,
    owners.crossed_allergies,
    owners.swapped_roles,
    permissions.permitted_bans,
    permissions.forbidden_sips,
    permissions.permits_under_bans,
    permissions.orders_from_cases,
    barred.banned_times,
    barred.done_though_barred,
    barred.barred_people,
    tallies.told_for_others,
    tallies.altered_numbers,
    swaps.swapped_values,
    swaps.turned_moments,
)


def reasons_over_whole(said: Statement, facts: Sequence[Statement]) -> list[Reason]:
    """Return all that speaks against a sentence whichever part of its facts carries it."""
    return [reason for room in _ROOMS for reason in room(said, facts)]
