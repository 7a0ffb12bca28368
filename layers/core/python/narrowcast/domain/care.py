"""Work for a nurse about one patient: raised by what the patient told or did not understand, claimed by one, done once.

What a patient wrote is not in here, only why she needs somebody: what staff read of it is hers, as she said it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from narrowcast.domain.errors import Refusal


class TaskUnknown(Refusal):
    """No such task."""


class TaskTaken(Refusal):
    """A colleague deals with it."""


class TaskOver(Refusal):
    """It is done already."""


class Why(StrEnum):
    """Why somebody is needed."""

    NOT_UNDERSTOOD = "not_understood"
    SYMPTOMS = "symptoms"
    RED_FLAG = "red_flag"


class Result(StrEnum):
    """What came of a task."""

    EXPLAINED = "explained"
    REFERRED = "referred"
    NOT_REACHED = "not_reached"
    NOTHING_TO_DO = "nothing_to_do"


@dataclass(frozen=True, slots=True)
class TaskRaised:
    """A patient needs a nurse; `about` is a section of the guide or a report of her diary, `cause` the event."""

    why: Why
    patient: str
    guide_id: str
    about: str
    department: str
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskClaimed:
    """A nurse took it."""

    staff: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskDone:
    """She dealt with it."""

    staff: str
    result: Result
    at: datetime


Event = TaskRaised | TaskClaimed | TaskDone


@dataclass(frozen=True, slots=True)
class Task:
    """The present state; `raised` is None until there is a task."""

    raised: TaskRaised | None = None
    claimed: TaskClaimed | None = None
    done: TaskDone | None = None

    @property
    def phase(self) -> str:
        """Where it stands: open, claimed or done."""
        return "done" if self.done else "claimed" if self.claimed else "open"


def evolve(state: Task, event: Event) -> Task:
    """Fold one event."""
    match event:
        case TaskRaised():
            return replace(state, raised=event)
        case TaskClaimed():
            return replace(state, claimed=event)
        case TaskDone():
            return replace(state, done=event)


def raise_task(state: Task, raised: TaskRaised) -> tuple[Event, ...]:
    """Raise a task, once."""
    return () if state.raised else (raised,)


def claim(state: Task, claimed: TaskClaimed) -> tuple[Event, ...]:
    """Take a task; one's own again changes nothing. TaskUnknown, TaskTaken, TaskOver."""
    _known(state)
    if state.claimed:
        if state.claimed.staff != claimed.staff:
            raise TaskTaken("这项工作已由同事处理", field="task")
        return ()
    return (claimed,)


def finish(state: Task, done: TaskDone) -> tuple[Event, ...]:
    """Finish a task that is one's own or nobody's; the same again changes nothing. TaskUnknown, TaskTaken, TaskOver."""
    if state.done and (state.done.staff, state.done.result) == (done.staff, done.result):
        return ()
    return (*claim(state, TaskClaimed(done.staff, done.at)), done)


def _known(state: Task) -> None:
    if state.raised is None:
        raise TaskUnknown("没有这项工作", field="task")
    if state.done:
        raise TaskOver("这项工作已完成", field="task")
