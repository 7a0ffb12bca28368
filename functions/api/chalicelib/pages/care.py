"""What the pages of nurses' tasks show: the list, and one task with what its patient noted. Plain words only."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.pages.talk import Choice


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in the list; `href` leads to it."""

    href: str
    why: str
    about: str
    state: str
    since: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class TasksPage:
    """What is to be done, in the order in which it should be."""

    hospital_name: str
    name: str
    rows: tuple[TaskRow, ...]
    departments: tuple[Choice, ...]
    refresh: int


@dataclass(frozen=True, slots=True)
class NotedRow:
    """What the patient noted, as she noted it."""

    at: str
    text: str
    words: str = field(repr=False)
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task. `results` are what it may be finished with, none unless the reader may finish it."""

    hospital_name: str
    name: str
    why: str
    about: str
    state: str
    patient: str
    guide_id: str
    notes: tuple[NotedRow, ...]
    may_claim: bool
    results: tuple[Choice, ...]
    error: str = ""
