"""What of a visit and its reader decides a guide, taken from the visit's fold once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from narrowcast.domain.journeys import step_on
from narrowcast.domain.reader import ANYBODY, Reader
from narrowcast.domain.visit import IN_ERROR, Visit
from narrowcast.domain.vocabulary import AgeBand, Audience, RenalClass, Sex, Stage, Step


@dataclass(frozen=True, slots=True)
class Situation:
    """A patient at a visit. `codes` are the confirmed diagnoses and `treatments` the drugs taken, as told, in order.

    `allergies` are ATC codes or the dictionary's words; of `pregnant` and `renal` None means that nobody told.
    """

    codes: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    stage: Stage | None = None
    step: Step | None = None
    age_band: AgeBand | None = None
    sex: Sex = Sex.UNKNOWN
    procedures: tuple[str, ...] = ()
    pregnant: bool | None = None
    renal: RenalClass | None = None
    allergies: tuple[str, ...] = ()
    audience: Audience = Audience.PATIENT
    reader: Reader = ANYBODY


def situation_of(visit: Visit, reader: Reader = ANYBODY, *, on: date | None = None) -> Situation:
    """Return what decides the visit's guide on that day; without a day no step of a course is reached."""
    known = visit.condition
    return Situation(
        codes=visit.known_codes,
        treatments=visit.treatments,
        stage=visit.stage,
        step=step_on(visit, on) if on else None,
        age_band=visit.age_band,
        sex=visit.sex,
        procedures=tuple(each.code for each in visit.procedures if each.status != IN_ERROR),
        pregnant=known.pregnant,
        renal=known.renal,
        allergies=tuple(allergy.code or allergy.display for allergy in known.allergies),
        audience=Audience.CARER if known.carer else Audience.PATIENT,
        reader=reader,
    )
