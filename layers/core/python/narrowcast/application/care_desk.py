"""The nurses' tasks about patients: raised by what the log tells, listed, claimed, done; and diaries, as they are told.

Lists come from rows and may be a moment late; every decision is made on the log. Staff see pseudonyms; a patient's own
words are opened for those who read them, and interpreted by nobody on the way.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from narrowcast.application.hospitals import heads
from narrowcast.application.persons import Persons
from narrowcast.application.ports import KeyRing, ReadTable
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import DIARY, GUIDE, PATIENT, TASK, VISIT, StreamKey
from narrowcast.contracts.codec import Envelope
from narrowcast.domain import care
from narrowcast.domain.care import Result, TaskClaimed, TaskDone, TaskRaised, TaskUnknown, Why
from narrowcast.domain.diary import Severity, SymptomsNoted
from narrowcast.domain.reading import HelpNeeded

MONTHS_LISTED = 2
"""Tasks that were raised before that are no longer in the list; they can still be opened."""
URGENCY = {Why.RED_FLAG: 0, Why.SYMPTOMS: 1, Why.NOT_UNDERSTOOD: 2}


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A task in a list. `phase` is open or claimed, `staff` who has it."""

    task: str
    why: Why
    patient: str
    guide_id: str
    about: str
    department: str
    phase: str
    staff: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """What a patient noted: her words as she wrote them, empty if there are none or her key was destroyed."""

    entry: str
    guide_id: str
    at: datetime
    symptoms: tuple[str, ...]
    severity: Severity
    words: str
    red_flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task with what the patient told: her diary, the newest entry first."""

    task: str
    phase: str
    staff: str
    raised: TaskRaised
    diary: tuple[DiaryEntry, ...]


@dataclass(frozen=True, slots=True)
class Diaries:
    """Opens diaries."""

    store: Store
    ring: KeyRing

    def read(self, hospital: str, patient: str) -> tuple[DiaryEntry, ...]:
        """Return everything a person noted under all her numbers, the newest first."""
        numbers = Persons(self.store).of(hospital, patient).numbers
        found = [each for number in numbers for each in self._of(hospital, number)]
        return tuple(sorted(found, key=lambda each: each.at, reverse=True))

    def _of(self, hospital: str, number: str) -> Iterator[DiaryEntry]:
        for noted in self.store.load(DIARY, hospital, number).state.entries:
            yield DiaryEntry(
                noted.entry,
                noted.guide_id,
                noted.at,
                noted.symptoms,
                noted.severity,
                self._opened(hospital, number, noted),
                noted.red_flags,
            )

    def _opened(self, hospital: str, number: str, noted: SymptomsNoted) -> str:
        plain = self.ring.unseal(PATIENT.stream(hospital, number), b64decode(noted.words)) if noted.words else None
        return "" if plain is None else plain.decode()


@dataclass(frozen=True, slots=True)
class TaskMaker:
    """Raises tasks for what the log tells; each once, however often it is told (law 8)."""

    store: Store
    read: ReadTable

    def hear(self, envelope: Envelope) -> tuple[StreamKey, list[str]]:
        """Raise the task that follows from the event; return its stream, and the doctors to be told at once.

        Those are the heads of the department if a red flag was raised.
        """
        key = StreamKey.parse(envelope.stream)
        guide_id = envelope.event.guide_id if isinstance(envelope.event, SymptomsNoted) else key.key
        made = self.store.load(GUIDE, key.hospital, guide_id).state.made
        department = self.store.load(VISIT, key.hospital, made.visit_id).state.department
        why, about = _reason(envelope.event)
        raised = TaskRaised(
            why,
            made.patient,
            guide_id,
            about,
            department,
            envelope.event_id,
            datetime.fromisoformat(envelope.recorded_at),
        )
        task = task_of(envelope)
        actor = Actor("system:care", envelope.correlation_id, envelope.event_id)
        self.store.execute(TASK, key.hospital, task, lambda s: care.raise_task(s, raised), actor)
        alarmed = heads(self.read, key.hospital, department) if why is Why.RED_FLAG else []
        return StreamKey(key.hospital, TASK.name, task), alarmed


def _reason(event: HelpNeeded | SymptomsNoted) -> tuple[Why, str]:
    if isinstance(event, HelpNeeded):
        return Why.NOT_UNDERSTOOD, event.section
    return (Why.RED_FLAG if event.red_flags else Why.SYMPTOMS), event.entry


def task_of(envelope: Envelope) -> str:
    """Return the id of the task that an event raises: its month, for the list, and a digest of the event's id."""
    return f"t{envelope.recorded_at[:7].replace('-', '')}-{hashlib.sha256(envelope.event_id.encode()).hexdigest()[:20]}"


@dataclass(frozen=True, slots=True)
class CareDesk:
    """What nurses do with tasks."""

    store: Store
    read: ReadTable
    diaries: Diaries

    def entries(self, hospital: str, department: str = "") -> list[TaskEntry]:
        """Return what is not done: red flags first, then what waits longest. Without a department, of all."""
        listed = [_entry(row) for row in self._rows(hospital) if row["phase"] != "done"]
        wanted = [each for each in listed if department in ("", each.department) or not each.department]
        return sorted(wanted, key=lambda each: (URGENCY[each.why], each.phase != "open", each.since, each.task))

    def open(self, hospital: str, task: str) -> OpenTask:
        """Return a task with the patient's diary. TaskUnknown."""
        state = self.store.load(TASK, hospital, task).state
        if state.raised is None:
            raise TaskUnknown("没有这项工作", field="task")
        staff = state.claimed.staff if state.claimed else ""
        return OpenTask(task, state.phase, staff, state.raised, self.diaries.read(hospital, state.raised.patient))

    def claim(self, hospital: str, task: str, staff: str, actor: Actor) -> None:
        """Take a task. TaskUnknown, TaskTaken, TaskOver."""
        claimed = TaskClaimed(staff, self.store.clock.now())
        self.store.execute(TASK, hospital, task, lambda s: care.claim(s, claimed), actor)

    def finish(self, hospital: str, task: str, staff: str, result: Result, actor: Actor) -> None:
        """Say what came of a task. TaskUnknown, TaskTaken, TaskOver."""
        done = TaskDone(staff, result, self.store.clock.now())
        self.store.execute(TASK, hospital, task, lambda s: care.finish(s, done), actor)

    def _rows(self, hospital: str) -> Iterator[Mapping[str, Any]]:
        for month in _months(self.store.clock.now()):
            yield from self.read.query(f"{hospital}/{TASK.name}/{month}")


def _months(now: datetime) -> Iterator[str]:
    for _ in range(MONTHS_LISTED):
        yield now.strftime("%Y%m")
        now = now.replace(day=1) - timedelta(days=1)


def _entry(row: Mapping[str, Any]) -> TaskEntry:
    return TaskEntry(
        row["task"],
        Why(row["why"]),
        row["patient"],
        row["guide_id"],
        row["about"],
        row["department"],
        row["phase"],
        row["staff"],
        datetime.fromisoformat(row["since"]),
    )
