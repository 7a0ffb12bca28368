"""Whom a piece might harm: exclusions that its facts give, and whether one holds in a situation. In doubt, out.

An exclusion is signed with its piece. Pregnancy and kidneys are what must be known: where nobody has told, the answer
is neither yes nor no, and the piece is held back until somebody has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrowcast.domain.draft import FactRef
from narrowcast.domain.vocabulary import AgeBand, Bar, RenalClass, Sex

if TYPE_CHECKING:  # a situation is made of a visit, whose module need not be loaded to read a piece
    from narrowcast.domain.situation import Situation

MAY_BE_PREGNANT = frozenset({AgeBand.TEEN, AgeBand.YOUNG})
"""Bands of 14 to 44 years. Of the band 45-64 nobody is asked: there a pregnancy counts only when it is told."""
_RENAL_ORDER = (RenalClass.NORMAL, RenalClass.REDUCED, RenalClass.SEVERE, RenalClass.DIALYSIS)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Who must not get a piece, and by which of its facts.

    `value` is "" for pregnancy; the mildest renal class that excludes; an age band; the start of an ATC code (allergy,
    drug) or of an ICD-9-CM-3 code (procedure), or the dictionary's word for what a person is allergic to.
    """

    bar: Bar
    value: str
    fact: FactRef


def excludes(bar: Bar, value: str, situation: Situation) -> bool | None:
    """Whether the exclusion holds; None if what must be known first is not known."""
    match bar:
        case Bar.PREGNANCY:
            return _pregnant(situation)
        case Bar.RENAL:
            return _renal(RenalClass(value), situation.renal)
        case Bar.ALLERGY:
            return allergic(value, situation)
        case Bar.AGE:
            return situation.age_band is None or situation.age_band == value
        case Bar.DRUG:
            return any(atc.startswith(value) for atc in situation.treatments)
        case Bar.PROCEDURE:
            return any(code.startswith(value) for code in situation.procedures)


def kept_from(situation: Situation, treatments: Iterable[str], exclusions: Iterable[Exclusion]) -> bool:
    """Whether a piece of these drugs stays away from a patient: it might harm her, or nobody can tell."""
    might_harm = any(excludes(each.bar, each.value, situation) is not False for each in exclusions)
    return might_harm or any(allergic(drug, situation) for drug in treatments)


def allergic(substance: str, situation: Situation) -> bool:
    """Whether the patient is allergic to a drug (ATC), to its class or to one of it, or to what the word names."""
    return any(code.startswith(substance) or substance.startswith(code) for code in situation.allergies if code)


def _pregnant(situation: Situation) -> bool | None:
    """A pregnancy that nobody told of or denied is ruled out by sex and age alone."""
    if situation.pregnant is not None:
        return situation.pregnant
    of_another_age = situation.age_band is not None and situation.age_band not in MAY_BE_PREGNANT
    return False if situation.sex is Sex.MALE or of_another_age else None


def _renal(mildest: RenalClass, known: RenalClass | None) -> bool | None:
    return None if known is None else _RENAL_ORDER.index(known) >= _RENAL_ORDER.index(mildest)
