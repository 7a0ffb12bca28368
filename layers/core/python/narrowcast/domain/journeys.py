"""Courses of treatment: the steps of a visit that come by themselves, each on a day that the visit's record gives.

Nothing is remembered: which step is reached is read from the visit as it stands on the day. A later message that moves
an operation, or takes the visit back, thereby moves or cancels every step that has not come yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from narrowcast.domain.visit import DONE, PLANNED, Visit
from narrowcast.domain.vocabulary import Step


class Anchor(StrEnum):
    """The day from which a step is counted."""

    PLANNED = "operation planned"
    OPERATION = "operation done"
    DISCHARGE = "discharge"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step, and how many days after its anchor it begins (before it, if negative)."""

    step: Step
    anchor: Anchor
    days: int


JOURNEY = (
    Milestone(Step.PRE_OP, Anchor.PLANNED, -1),
    Milestone(Step.POST_OP_DAY_1, Anchor.OPERATION, 1),
    Milestone(Step.POST_OP_DAY_3, Anchor.OPERATION, 3),
    Milestone(Step.POST_OP_DAY_7, Anchor.OPERATION, 7),
    Milestone(Step.DISCHARGE, Anchor.DISCHARGE, 0),
    Milestone(Step.MONTH_1, Anchor.DISCHARGE, 30),
    Milestone(Step.MONTH_3, Anchor.DISCHARGE, 90),
)
"""What a stay goes through; who was not operated on has the steps of the discharge alone."""


def days_of(visit: Visit) -> tuple[tuple[date, Step], ...]:
    """Return the day of each step that the visit's record gives one, in order; none of a visit taken back."""
    return () if visit.cancelled else tuple(sorted(_days(visit), key=lambda each: each[0]))


def _days(visit: Visit) -> Iterator[tuple[date, Step]]:
    anchors = {
        Anchor.PLANNED: visit.operation_on(PLANNED),
        Anchor.OPERATION: visit.operation_on(DONE),
        Anchor.DISCHARGE: visit.left_on,
    }
    for milestone in JOURNEY:
        day = anchors[milestone.anchor]
        if day:
            yield day + timedelta(days=milestone.days), milestone.step


def step_on(visit: Visit, on: date) -> Step | None:
    """Return the step that is reached on that day; None before the first, and where there are none."""
    reached = [step for day, step in days_of(visit) if day <= on]
    return reached[-1] if reached else None
