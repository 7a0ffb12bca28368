"""What a patient notes of how she feels: closed choices in the clear, her own words sealed, red flags seen at once.

Nothing here interprets: a red flag says that somebody must be rung now, never what it might be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from narrowcast.domain.errors import Refusal

LONGEST_WORDS = 500
"""Characters of a patient's own words in one entry."""
MOST_A_DAY = 30
"""Entries of one guide in a day; nobody notes more than that by hand."""


class SymptomsUnclear(Refusal):
    """Nothing is told, or too much."""


class Symptom(StrEnum):
    """What can be ticked."""

    CHEST_PAIN = "chest_pain"
    BREATHLESS = "breathless"
    FAINTING = "fainting"
    ONE_SIDED_WEAKNESS = "one_sided_weakness"
    BLEEDING = "bleeding"
    SWOLLEN_FACE = "swollen_face"
    PALPITATIONS = "palpitations"
    DIZZINESS = "dizziness"
    SWEATING = "sweating"
    HEADACHE = "headache"
    FEVER = "fever"
    VOMITING = "vomiting"
    DIARRHOEA = "diarrhoea"
    STOMACH_ACHE = "stomach_ache"
    RASH = "rash"
    MUSCLE_ACHE = "muscle_ache"
    SWOLLEN_LEGS = "swollen_legs"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The symptom as people say it."""
        return _SYMPTOMS[self]


_SYMPTOMS = {
    Symptom.CHEST_PAIN: "胸痛、胸闷",
    Symptom.BREATHLESS: "气短、呼吸困难",
    Symptom.FAINTING: "晕倒、叫不醒",
    Symptom.ONE_SIDED_WEAKNESS: "口角歪斜、说话不清或一侧手脚无力",
    Symptom.BLEEDING: "出血止不住、呕血或黑便",
    Symptom.SWOLLEN_FACE: "嘴唇、面部或喉咙肿",
    Symptom.PALPITATIONS: "心慌、手抖",
    Symptom.DIZZINESS: "头晕",
    Symptom.SWEATING: "出冷汗",
    Symptom.HEADACHE: "头痛",
    Symptom.FEVER: "发热",
    Symptom.VOMITING: "恶心、呕吐",
    Symptom.DIARRHOEA: "腹泻",
    Symptom.STOMACH_ACHE: "腹痛",
    Symptom.RASH: "皮疹、发痒",
    Symptom.MUSCLE_ACHE: "肌肉疼痛、无力",
    Symptom.SWOLLEN_LEGS: "脚或小腿肿",
    Symptom.OTHER: "其他",
}


class Severity(StrEnum):
    """How bad it is to the patient."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def words(self) -> str:
        """The degree as people say it."""
        return {Severity.MILD: "轻", Severity.MODERATE: "中等", Severity.SEVERE: "很重"}[self]


IN_WORDS = "own_words"
"""The red flag for what a patient wrote: the routing of questions calls it an emergency."""

RED_FLAGS: dict[Symptom, Severity] = {
    Symptom.CHEST_PAIN: Severity.MILD,
    Symptom.BREATHLESS: Severity.MILD,
    Symptom.FAINTING: Severity.MILD,
    Symptom.ONE_SIDED_WEAKNESS: Severity.MILD,
    Symptom.BLEEDING: Severity.MILD,
    Symptom.SWOLLEN_FACE: Severity.MILD,
    Symptom.PALPITATIONS: Severity.SEVERE,
    Symptom.DIZZINESS: Severity.SEVERE,
    Symptom.SWEATING: Severity.SEVERE,
    Symptom.HEADACHE: Severity.SEVERE,
    Symptom.FEVER: Severity.SEVERE,
    Symptom.VOMITING: Severity.SEVERE,
    Symptom.STOMACH_ACHE: Severity.SEVERE,
    Symptom.OTHER: Severity.SEVERE,
}
"""From which degree on a symptom is a red flag; what is not listed never is one by itself."""
_DEGREES = list(Severity)


@dataclass(frozen=True, slots=True)
class SymptomsNoted:
    """An entry of the diary; `words` are the patient's own, sealed under her key (base64), or empty.

    `entry` is the page's own id: the same entry sent twice is one.
    """

    entry: str
    guide_id: str
    symptoms: tuple[Symptom, ...]
    severity: Severity
    words: str
    red_flags: tuple[str, ...]
    at: datetime


Event = SymptomsNoted


@dataclass(frozen=True, slots=True)
class Diary:
    """All entries, oldest first."""

    entries: tuple[SymptomsNoted, ...] = ()

    def entry(self, name: str) -> SymptomsNoted | None:
        """Return the entry of an id; None if there is none."""
        return next((each for each in self.entries if each.entry == name), None)


def evolve(state: Diary, event: Event) -> Diary:
    """Fold one event."""
    return replace(state, entries=(*state.entries, event))


def note(state: Diary, noted: SymptomsNoted) -> tuple[Event, ...]:
    """Add an entry, once. SymptomsUnclear."""
    if state.entry(noted.entry):
        return ()
    if not noted.symptoms and not noted.words:
        raise SymptomsUnclear("请选择或写下您的不适", field="symptoms")
    if sum(each.at.date() == noted.at.date() for each in state.entries) >= MOST_A_DAY:
        raise SymptomsUnclear("今天记录的次数太多，如有不适请直接联系医院", field="symptoms")
    return (noted,)


def red_flags(symptoms: Iterable[Symptom], severity: Severity, *, urgent_words: bool) -> tuple[str, ...]:
    """Return what of an entry must be answered at once: symptoms by their degree, and what was written."""
    flagged = [each for each in symptoms if each in RED_FLAGS and _at_least(severity, RED_FLAGS[each])]
    return (*flagged, *((IN_WORDS,) if urgent_words else ()))


def _at_least(severity: Severity, degree: Severity) -> bool:
    return _DEGREES.index(severity) >= _DEGREES.index(degree)
