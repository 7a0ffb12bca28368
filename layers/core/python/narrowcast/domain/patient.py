"""What a patient allowed and what she was already given. A pseudonym's stream: no identity ever enters it (law 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from narrowcast.domain.draft import FactRef
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Channel, ForgettingReason, Purpose

WEEKLY_BUDGET = 3
"""Pushes a patient gets in seven days, at most."""
FORGOTTEN = "patient_forgotten"
"""Why nothing reaches a forgotten patient, in the record of each push that did not go out."""
_TICKET = re.compile(r"[A-Z]{2,8}-[0-9]{1,7}")
"""No name, telephone or identity number has this form."""


class TicketUnclear(Refusal):
    """The ticket is not the number of one: it could hold somebody's name or number."""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The patient agreed to a purpose; `evidence` names where the decision was recorded."""

    purpose: Purpose
    evidence: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The patient took her consent back."""

    purpose: Purpose
    evidence: str


@dataclass(frozen=True, slots=True)
class PushApproved:
    """A message may go out: what for, over which channel, and why now. The stream is its outbox."""

    push_id: str
    guide_id: str
    channel: Channel
    reason: str
    facts: tuple[FactRef, ...]
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class PushHeldBack:
    """A message was not sent, and why."""

    push_id: str
    guide_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactsDelivered:
    """The message left the house: the patient has now been given these facts."""

    push_id: str
    guide_id: str
    facts: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class PatientForgotten:
    """Everything personal is destroyed, for good. `ticket` is where the request stands in the hospital, or empty."""

    reason: ForgettingReason
    ticket: str


Event = ConsentGiven | ConsentWithdrawn | PushApproved | PushHeldBack | FactsDelivered | PatientForgotten


@dataclass(frozen=True, slots=True)
class Patient:
    """The present state."""

    consents: frozenset[Purpose] = frozenset()
    approved: tuple[PushApproved, ...] = ()
    held_back: tuple[PushHeldBack, ...] = ()
    delivered: frozenset[str] = frozenset()
    facts: frozenset[FactRef] = frozenset()
    forgotten: ForgettingReason | None = None

    @property
    def decided(self) -> frozenset[str]:
        """The pushes that were approved or held back."""
        return frozenset(push.push_id for push in self.approved) | {push.push_id for push in self.held_back}


def evolve(state: Patient, event: Event) -> Patient:
    """Fold one event."""
    match event:
        case ConsentGiven(purpose):
            return replace(state, consents=state.consents | {purpose})
        case ConsentWithdrawn(purpose):
            return replace(state, consents=state.consents - {purpose})
        case PushApproved():
            return replace(state, approved=(*state.approved, event))
        case PushHeldBack():
            return replace(state, held_back=(*state.held_back, event))
        case FactsDelivered(push_id, _, facts):
            return replace(state, delivered=state.delivered | {push_id}, facts=state.facts | frozenset(facts))
        case PatientForgotten(reason):
            return replace(state, consents=frozenset(), forgotten=reason)


def forget(state: Patient, *, reason: ForgettingReason, ticket: str = "") -> tuple[Event, ...]:
    """Forget the patient, once and for good. TicketUnclear unless the ticket is empty or like `DSR-104`."""
    if ticket and not _TICKET.fullmatch(ticket):
        raise TicketUnclear("工单号应为“字母-数字”（如DSR-104），不得包含个人信息", field="ticket")
    return () if state.forgotten else (PatientForgotten(reason, ticket),)


def record_consent(state: Patient, *, purpose: Purpose, given: bool, evidence: str) -> tuple[Event, ...]:
    """Record the patient's decision; the one in force again, or one told of a forgotten patient, changes nothing."""
    if state.forgotten or (purpose in state.consents) == given:
        return ()
    return (ConsentGiven(purpose, evidence) if given else ConsentWithdrawn(purpose, evidence),)


def decide_push(
    state: Patient,
    *,
    push_id: str,
    guide_id: str,
    channel: Channel | None,
    reason: str,
    facts: tuple[FactRef, ...],
    now: datetime,
) -> tuple[Event, ...]:
    """Approve a push or hold it back with the reason (law 7); a push is decided once."""
    if push_id in state.decided:
        return ()
    obstacle = _obstacle(state, channel, facts, now)
    if obstacle or channel is None:
        return (PushHeldBack(push_id, guide_id, obstacle),)
    return (PushApproved(push_id, guide_id, channel, reason, facts, now),)


def _obstacle(state: Patient, channel: Channel | None, facts: tuple[FactRef, ...], now: datetime) -> str:
    if state.forgotten:
        return FORGOTTEN
    if Purpose.PERSONAL_EDUCATION not in state.consents:
        return "no_consent"
    if channel is None:
        return "no_channel"
    if facts and frozenset(facts) <= state.facts:
        return "nothing_new"
    recent = [push for push in state.approved if now - push.approved_at < timedelta(days=7)]
    return "weekly_budget" if len(recent) >= WEEKLY_BUDGET else ""


def record_delivery(state: Patient, *, push_id: str) -> tuple[Event, ...]:
    """Record that an approved push left the house, once."""
    push = next((each for each in state.approved if each.push_id == push_id), None)
    if push is None or push_id in state.delivered:
        return ()
    return (FactsDelivered(push_id, push.guide_id, push.facts),)
