"""A suggestion shown to a doctor in the hospital's own system (a CDS Hooks card), and what she did with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CardOutcome(StrEnum):
    """What became of a card."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class CardAnswered:
    """A doctor followed the card or passed it over; `reason` is the code of why, or empty. Her words are not kept."""

    outcome: CardOutcome
    reason: str


Event = CardAnswered


@dataclass(frozen=True, slots=True)
class Card:
    """The present state; `answer` is the last one."""

    answer: CardAnswered | None = None


def evolve(_state: Card, event: CardAnswered) -> Card:
    """Fold one event."""
    return Card(event)


def answer(state: Card, outcome: CardOutcome, reason: str) -> tuple[Event, ...]:
    """Record what the doctor did; the same again changes nothing."""
    told = CardAnswered(outcome, reason)
    return () if state.answer == told else (told,)
