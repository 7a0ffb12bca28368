"""Whom a piece might harm: exclusions that its facts give, and whether one holds for a visit. In doubt, out.

An exclusion is signed with its piece. Pregnancy and kidneys are what must be known: where nobody has told, the answer is
neither yes nor no, and the piece is held back until somebody has.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrowcast.domain.draft import FactRef
from narrowcast.domain.visit import IN_ERROR, Visit
from narrowcast.domain.vocabulary import AgeBand, Bar, RenalClass, Sex

MAY_BE_PREGNANT = frozenset({AgeBand.TEEN, AgeBand.YOUNG})
"""Bands of 14 to 44 years. The band 45-64 is asked of no one: there a pregnancy counts only when it is told."""
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


def excludes(bar: Bar, value: str, visit: Visit) -> bool | None:
    """Whether the exclusion holds for the visit; None if what must be known first is not known."""
    match bar:
        case Bar.PREGNANCY:
            return visit.condition.pregnant if visit.condition.pregnant is not None else _unless_certain(visit)
        case Bar.RENAL:
            return _renal(RenalClass(value), visit.condition.renal)
        case Bar.ALLERGY:
            return allergic(value, visit)
        case Bar.AGE:
            return visit.age_band is None or visit.age_band == value
        case Bar.DRUG:
            return any(atc.startswith(value) for atc in visit.treatments)
        case Bar.PROCEDURE:
            return any(each.code.startswith(value) for each in visit.procedures if each.status != IN_ERROR)


def allergic(substance: str, visit: Visit) -> bool:
    """Whether the patient is allergic to a drug (ATC), to its class or to one of it, or to what the word names."""
    codes = [allergy.code for allergy in visit.condition.allergies if allergy.code]
    return any(code.startswith(substance) or substance.startswith(code) for code in codes)


def _unless_certain(visit: Visit) -> bool | None:
    """Of a pregnancy that nobody told of or denied: ruled out by sex and age, else not known."""
    old_or_young = visit.age_band is not None and visit.age_band not in MAY_BE_PREGNANT
    return False if visit.sex is Sex.MALE or old_or_young else None


def _renal(mildest: RenalClass, known: RenalClass | None) -> bool | None:
    return None if known is None else _RENAL_ORDER.index(known) >= _RENAL_ORDER.index(mildest)
