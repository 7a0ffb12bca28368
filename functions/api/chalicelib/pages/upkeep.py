"""What the pages of upkeep show: recalls, the backlog, a doctor's form for key points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecallCard:
    """A recall. `harmful`: what was told could do harm; `counts`: its progress in words; `why`: who gets no message.

    `fact` is what the fact says now, `proof` the comparison with the log in words, empty until it is asked for.
    """

    recall: str
    title: str
    state: str
    harmful: bool
    counts: tuple[str, ...]
    why: tuple[str, ...]
    fact: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class RecallsPage:
    """All recalls of a hospital, what could do harm first."""

    hospital_name: str
    name: str
    recalls: tuple[RecallCard, ...]


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """What patients lack. `askable` is whether one click sends a doctor the form."""

    item: str
    need: str
    label: str
    patients: int
    state: str
    askable: bool


@dataclass(frozen=True, slots=True)
class BacklogPage:
    """The list, most patients first."""

    hospital_name: str
    name: str
    rows: tuple[BacklogRow, ...]


@dataclass(frozen=True, slots=True)
class KeyPointsPage:
    """A doctor's form; `other_channel` is where the code came, `typed` what she typed before `error`."""

    hospital_name: str
    need: str
    label: str
    section: str
    codes: str
    other_channel: str
    kinds: tuple[tuple[str, str], ...]
    error: str
    typed: dict[str, str]
