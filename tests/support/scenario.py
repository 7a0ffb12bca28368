"""given(aggregate, events).when(decision).then(events): how an aggregate's tests read. Knows no aggregate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from narrowcast.application.streams import Aggregate
from narrowcast.domain.errors import Refusal

Decision = Callable[..., Any]


def fold(aggregate: Aggregate[Any], *events: Any) -> Any:
    """Return the aggregate's state after the events."""
    state = aggregate.initial
    for event in events:
        state = aggregate.evolve(state, event)
    return state


@dataclass(frozen=True)
class Decided:
    """A decision about to be taken on a state; it is taken once, when the test says what it expects."""

    decide: Callable[[], Sequence[Any]]

    def then(self, *events: Any) -> None:
        """The decision leads to exactly these events."""
        assert tuple(self.decide()) == events

    def then_nothing(self) -> None:
        """The decision changes nothing."""
        self.then()

    def refused(self, refusal: type[Refusal], *, field: str) -> None:
        """The decision is refused with this state of the world, about this field, in Chinese."""
        with pytest.raises(refusal) as caught:
            self.decide()
        assert type(caught.value) is refusal
        assert caught.value.field == field
        assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.message)


@dataclass(frozen=True)
class Given:
    """What has happened so far."""

    aggregate: Aggregate[Any]
    events: tuple[Any, ...]

    @property
    def state(self) -> Any:
        """The state that the events led to."""
        return fold(self.aggregate, *self.events)

    def when(self, decision: Decision, *values: Any, **named: Any) -> Decided:
        """Take a decision on that state."""
        return Decided(partial(decision, self.state, *values, **named))


def given(aggregate: Aggregate[Any], *events: Any) -> Given:
    """Start a scenario after these events."""
    return Given(aggregate, events)
