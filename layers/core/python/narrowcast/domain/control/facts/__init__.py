"""AI adds no fact (design law 2): every sentence against the facts it cites.

Numbers, units, drugs, frequencies, times, ranges, conditions, populations, negations and force are compared slot by
slot, and every content word must come from a cited fact. A difference in either direction is a refusal.
"""

from __future__ import annotations

from narrowcast.domain.control.facts.checker import CHECKER_VERSION, check_draft, check_sentence
from narrowcast.domain.control.facts.connectives import CONNECTIVES, is_connective
from narrowcast.domain.control.facts.verdict import KINDS, Reason, Verdict

__all__ = [
    "CHECKER_VERSION",
    "CONNECTIVES",
    "KINDS",
    "Reason",
    "Verdict",
    "check_draft",
    "check_sentence",
    "is_connective",
]
