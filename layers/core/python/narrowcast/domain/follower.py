"""What a follower of the hospital's official account lets it send: one notice for each time she pressed 允许.

WeChat counts for itself and tells nobody; this count follows its events, so that nothing is sent that it would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class NoticeAllowed:
    """The follower allowed one notice. `event` tells WeChat's event apart from any other."""

    event: str


@dataclass(frozen=True, slots=True)
class NoticeUsed:
    """A notice was used up for an effect, whether it arrived or not."""

    effect: str


@dataclass(frozen=True, slots=True)
class NoticesRefused:
    """The follower wants none: WeChat said so (`event`), whatever was allowed before."""

    event: str


Event = NoticeAllowed | NoticeUsed | NoticesRefused


@dataclass(frozen=True, slots=True)
class Follower:
    """The present state: how many notices are `left`, and what was heard and used already."""

    left: int = 0
    heard: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()


def evolve(state: Follower, event: Event) -> Follower:
    """Fold one event."""
    match event:
        case NoticeAllowed(name):
            return replace(state, left=state.left + 1, heard=state.heard | {name})
        case NoticeUsed(effect):
            return replace(state, left=state.left - 1, used=state.used | {effect})
        case NoticesRefused(name):
            return replace(state, left=0, heard=state.heard | {name})


def allow(state: Follower, event: str) -> tuple[Event, ...]:
    """Record that she allowed one more; the same event again changes nothing."""
    return () if event in state.heard else (NoticeAllowed(event),)


def refuse(state: Follower, event: str) -> tuple[Event, ...]:
    """Record that she wants none; the same event again changes nothing."""
    return () if event in state.heard else (NoticesRefused(event),)


def use(state: Follower, effect: str) -> tuple[Event, ...]:
    """Use one up for an effect, once; nothing changes if none is left."""
    return () if effect in state.used or state.left < 1 else (NoticeUsed(effect),)
