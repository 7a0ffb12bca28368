"""How a guide came about, kept beside it: why each piece was taken, and what was left out by which fact.

Values only. What is chosen is `assembly`'s to decide; how it is told is `explaining`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.draft import FactRef
from narrowcast.domain.vocabulary import Bar, Section


@dataclass(frozen=True, slots=True)
class Points:
    """What one part of the score gave."""

    part: str
    points: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a piece stands in a guide: for which diagnosis or drug (`code`, as the visit has it), by which points.

    `parts` holds the points of each part of the score that are not 0; `others` are the next best, best first, of
    `considered` pieces in all: both as the index had them, for they were not opened.
    """

    section: Section
    content_id: str
    code: str
    parts: tuple[Points, ...]
    considered: int
    others: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """All points together."""
        return sum(each.points for each in self.parts)


@dataclass(frozen=True, slots=True)
class Barred:
    """A piece that fits and is left out, for it might harm: by what, and by which fact (None: by its own drug)."""

    section: Section
    content_id: str
    bar: Bar
    value: str
    fact: FactRef | None


@dataclass(frozen=True, slots=True)
class Caution:
    """A piece is held back because nobody has told what must be known first: the patient is to ask her doctor."""

    section: Section
    content_id: str
    bar: Bar
    fact: FactRef | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece that gave way to another: `rule` names the conflict, or is `repeats` if it would tell nothing new."""

    section: Section
    content_id: str
    kept: str
    rule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """All that there is to say of the choosing. Of a guide made before this was kept: nothing."""

    reasons: tuple[Reason, ...] = ()
    barred: tuple[Barred, ...] = ()
    cautions: tuple[Caution, ...] = ()
    dropped: tuple[Dropped, ...] = ()


NO_REASONS = Choice()
