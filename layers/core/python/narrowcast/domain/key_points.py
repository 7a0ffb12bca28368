"""A request to a doctor for key points: what patients lack becomes a form, and her answer proposed facts.

One stream for each entry of the backlog, so that an entry is asked for once, whoever clicks and however often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Section


class NothingAsked(Refusal):
    """No key points were asked for under this entry."""


class KeyPointsGivenAlready(Refusal):
    """The request was answered; what is to be added goes through the fact ledger."""


class NotAskedOfYou(Refusal):
    """The request is addressed to another doctor."""


class Need(StrEnum):
    """What patients lack."""

    GAP = "gap"
    """A guide found nothing signed for a section."""
    UNANSWERED = "unanswered"
    """The assistant had no answer, or a wrong one was reported."""
    MISUNDERSTOOD = "misunderstood"
    """Readers pressed 有疑问, or answered a question wrongly."""
    TAKEN_BACK = "taken_back"
    """A piece was recalled and nothing stands in its place."""
    EXPIRING = "expiring"
    """A piece is near its last valid day, or says in old words what holds."""
    UNMAPPED = "unmapped"
    """A code that no map knows: work for those who keep the maps."""


@dataclass(frozen=True, slots=True)
class KeyPointsRequested:
    """A doctor is asked: for what (`label` holds dictionary words and codes), about which codes, until when."""

    need: Need
    label: str
    section: Section
    codes: tuple[str, ...]
    treatments: tuple[str, ...]
    signer_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyPointsGiven:
    """She answered: her statements were proposed as these facts."""

    signer_id: str
    fact_ids: tuple[str, ...]


Event = KeyPointsRequested | KeyPointsGiven


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The present state; `requested` is the newest request."""

    requested: KeyPointsRequested | None = None
    given: KeyPointsGiven | None = None

    @property
    def asked(self) -> KeyPointsRequested:
        """The newest request; NothingAsked if there is none."""
        if self.requested is None:
            raise NothingAsked("没有这份要点征集", field="item")
        return self.requested

    def stands(self, now: datetime) -> str:
        """Return where the entry stands: open, asked or given."""
        if self.given:
            return "given"
        return "asked" if self.requested and now < self.requested.expires_at else "open"


def evolve(state: KeyPoints, event: Event) -> KeyPoints:
    """Fold one event."""
    match event:
        case KeyPointsRequested():
            return KeyPoints(event)
        case KeyPointsGiven():
            return replace(state, given=event)


def request(state: KeyPoints, wanted: KeyPointsRequested, *, now: datetime) -> tuple[Event, ...]:
    """Ask, unless that was done and can still be answered, or was answered."""
    return (wanted,) if state.stands(now) == "open" else ()


def answerable(state: KeyPoints, *, signer_id: str) -> KeyPointsRequested:
    """Return the request that this doctor may answer, else refuse."""
    if state.asked.signer_id != signer_id:
        raise NotAskedOfYou("这份要点征集不是发给您的")
    if state.given:
        raise KeyPointsGivenAlready("这份要点已经提交，可在事实库中核对和确认")
    return state.asked


def give(state: KeyPoints, given: KeyPointsGiven) -> tuple[Event, ...]:
    """Record the answer, once."""
    answerable(state, signer_id=given.signer_id)
    return (given,)
