"""A hospital as the network knows it: what it is called, its departments, whom to ring in an emergency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from narrowcast.domain.control.readability import BEST_SCORE
from narrowcast.domain.errors import Refusal
from narrowcast.domain.pushing import USUAL, PushRules, check_rules


class HospitalAlreadyRegistered(Refusal):
    """The hospital is there already, with other particulars."""


class GateOutOfReach(Refusal):
    """No text can have such a score."""


class SettlingTooLong(Refusal):
    """A guide would come a day after the visit, or before it."""


class HoursUnclear(Refusal):
    """Working hours end before they begin, or name no day of the week."""


LONGEST_SETTLING = 24 * 60 * 60
"""Seconds."""
LONGEST_WAIT = 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department's code and the name patients know."""

    department: str
    name: str


@dataclass(frozen=True, slots=True)
class HospitalRegistered:
    """A hospital joined. `timezone` is an IANA name; a text below `readability_gate` of 100 goes to no doctor.

    A visit's messages settle for `settle_seconds` before its guide is made, for `discharge_settle_seconds` once the
    patient leaves; 0 makes it at once. `pushing` says how often, when and by what patients are written to.
    """

    name: str
    timezone: str
    emergency_line: str
    departments: tuple[Department, ...]
    readability_gate: int = 0
    settle_seconds: int = 600
    discharge_settle_seconds: int = 120
    pushing: PushRules = USUAL


@dataclass(frozen=True, slots=True)
class AssistantConfigured:
    """How the assistant works here. Not `running`, it answers nothing: every question goes to a person.

    Staff are there from `opens` to `closes` (hospital time) on `weekdays` (1 is Monday); they are reminded of whoever
    waits for `remind_minutes`.
    """

    running: bool
    opens: time
    closes: time
    weekdays: tuple[int, ...]
    remind_minutes: int

    def staffed(self, local: datetime) -> bool:
        """Whether staff are there at that moment of the hospital's own time."""
        return local.isoweekday() in self.weekdays and self.opens <= local.time() < self.closes

    def opened(self, local: datetime) -> datetime:
        """Return when staff came, on the day of that moment of the hospital's own time."""
        return datetime.combine(local.date(), self.opens, local.tzinfo)


OFFICE_HOURS = AssistantConfigured(
    running=True, opens=time(8), closes=time(17, 30), weekdays=(1, 2, 3, 4, 5), remind_minutes=15
)
"""How the assistant works until the hospital says otherwise."""

Event = HospitalRegistered | AssistantConfigured


@dataclass(frozen=True, slots=True)
class Hospital:
    """The present state; `profile` is None until the hospital is registered."""

    profile: HospitalRegistered | None = None
    assistant: AssistantConfigured = OFFICE_HOURS

    @property
    def pushing(self) -> PushRules:
        """How patients are written to."""
        return self.profile.pushing if self.profile else USUAL

    @property
    def readability_gate(self) -> int:
        """The score that a text needs; 0 while readability is advice."""
        return self.profile.readability_gate if self.profile else 0

    def department_name(self, department: str) -> str:
        """Return the department's name, or its code when it has none."""
        known = self.profile.departments if self.profile else ()
        return next((each.name for each in known if each.department == department), department)


def evolve(state: Hospital, event: Event) -> Hospital:
    """Fold one event."""
    match event:
        case HospitalRegistered():
            return replace(state, profile=event)
        case AssistantConfigured():
            return replace(state, assistant=event)


def register(state: Hospital, profile: HospitalRegistered) -> tuple[HospitalRegistered, ...]:
    """Register the hospital once; the same particulars again change nothing."""
    if state.profile == profile:
        return ()
    if state.profile:
        raise HospitalAlreadyRegistered("该医院已登记，资料不同", field="hospital")
    if not 0 <= profile.readability_gate <= BEST_SCORE:
        raise GateOutOfReach(f"可读性门槛应在0到{BEST_SCORE}之间", field="readability_gate")
    if not all(0 <= each <= LONGEST_SETTLING for each in (profile.settle_seconds, profile.discharge_settle_seconds)):
        raise SettlingTooLong("等待时间应在0秒到1天之间", field="settle_seconds")
    check_rules(profile.pushing)
    return (profile,)


def configure_assistant(state: Hospital, wanted: AssistantConfigured) -> tuple[Event, ...]:
    """Set how the assistant works; the same again changes nothing."""
    if not wanted.weekdays or wanted.opens >= wanted.closes or not set(wanted.weekdays) <= set(range(1, 8)):
        raise HoursUnclear("工作时间应有起止，且至少一个工作日（1–7）", field="opens")
    if not 1 <= wanted.remind_minutes <= LONGEST_WAIT:
        raise HoursUnclear(f"提醒间隔应在1到{LONGEST_WAIT}分钟之间", field="remind_minutes")
    return () if wanted == state.assistant else (wanted,)
