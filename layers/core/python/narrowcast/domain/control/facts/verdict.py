"""What the fact check answers: a verdict and its reasons, in words that a pharmacist can check.

Holds the answer's shape only; who reaches it is `checker`.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "wrong_citation",
    "drug",
    "dose",
    "unit",
    "frequency",
    "timing",
    "duration",
    "range",
    "comparator",
    "number",
    "negation",
    "population",
    "condition_dropped",
    "certainty",
    "new_claim",
)
"""Every kind of reason, gravest first: the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference: its kind (of `KINDS`), what the cited facts say, and what the sentence says.

    Either side is empty when there is nothing to show there.
    """

    kind: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the cited facts carry the whole sentence, and if not, every difference found."""

    supported: bool
    reasons: tuple[Reason, ...] = ()


def verdict_of(reasons: list[Reason]) -> Verdict:
    """Support exactly what nothing speaks against; each reason once, in the order of `KINDS`."""
    ordered = sorted(set(reasons), key=lambda reason: (KINDS.index(reason.kind), reason.expected, reason.found))
    return Verdict(not ordered, tuple(ordered))
