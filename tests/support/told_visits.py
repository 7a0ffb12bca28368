"""Visits as one message told them: what a test needs of a visit, without its events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from narrowcast.domain.visit import Visit, evolve, report_visit
from narrowcast.domain.visit_report import Diagnosis, Medication, VisitReport
from narrowcast.domain.vocabulary import AgeBand, Sex, Stage

TOLD_AT = "2026-01-05T07:30:00Z"


def a_report(**told: Any) -> VisitReport:
    """Return a report that says nothing but what is given."""
    silent: dict[str, Any] = {
        "hospital": "renhe",
        "message_id": "MSG-1",
        "message_format": "json",
        "occurred_at": TOLD_AT,
        "stage": None,
        "age_band": None,
        "sex": Sex.UNKNOWN,
        "diagnoses": (),
    }
    return VisitReport(**(silent | told))


def told(*reports: VisitReport, patient: str = "p-1") -> Visit:
    """Return the visit that the reports tell, arriving in this order; a message is known by its id."""
    return reduce(
        lambda visit, report: reduce(
            evolve, report_visit(visit, patient=patient, message=report.message_id, report=report), visit
        ),
        reports,
        Visit(),
    )


def a_visit(
    *,
    patient: str = "p-1",
    stage: Stage | None = None,
    age_band: AgeBand | None = None,
    diagnoses: Sequence[Diagnosis] = (),
    treatments: Sequence[str] = (),
    **more: Any,
) -> Visit:
    """Return a visit as one message told it."""
    drugs = tuple(Medication(atc) for atc in treatments)
    report = a_report(stage=stage, age_band=age_band, diagnoses=tuple(diagnoses), medications=drugs, **more)
    return told(report, patient=patient)
