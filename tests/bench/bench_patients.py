"""10,000 patients over 90 days: what they got, what was held back and why, and which laws broke."""

from __future__ import annotations

import time

from tests.bench.tables import Cell, Table
from tests.support.quarter import DAYS, RULES, Tally, quarter

PATIENTS = 10_000
SHOWN = 20
"""How many broken laws are named."""


def run(patients: int = PATIENTS) -> list[Table]:
    """Return what so many patients got in a quarter."""
    begun = time.process_time()
    tally = quarter(patients)
    return [_outcomes(tally, time.process_time() - begun), _reasons(tally)]


def _outcomes(tally: Tally, seconds: float) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("patients", tally.patients),
        ("pushes asked for", tally.asked),
        ("messages that left", tally.messages),
        ("messages that told of several guides", tally.digests),
        ("pushes that such a message carried along", tally.carried),
        ("messages that left by another channel than the first", tally.fallbacks),
        ("messages that no channel took", tally.failed),
        ("recalls asked for", tally.recalls),
        ("recalls that left", tally.recalls_told),
        ("recalls of what could harm, told without a consent", tally.recalls_without_consent),
        ("still waiting for their moment at the end", tally.waiting),
        ("laws broken", len(tally.broken)),
        ("CPU seconds", round(seconds)),
    )
    quiet = f"{RULES.quiet.begin:%H:%M} to {RULES.quiet.end:%H:%M}"
    notes = (
        f"{DAYS} days, memory adapters, seeded; at most {RULES.weekly_budget} routine messages in seven days,",
        f"quiet from {quiet}, a fact at most once in {RULES.repeat_after_days} days",
        "a recall that did not leave: no channel, a dead address, a forgotten patient, or no harm and no consent",
    )
    return Table("Need to know over a quarter", ("what", "count"), rows, notes, tuple(tally.broken[:SHOWN]))


def _reasons(tally: Tally) -> Table:
    rows = tuple((reason, count) for reason, count in tally.held.most_common())
    return Table("Why pushes were held back", ("reason", "events"), rows, ("a push may be held back more than once",))
