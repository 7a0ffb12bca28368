"""The JSON that describes what a message or a visit tells, for people and programs: `visits read` and `replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.application.intake.outcome import Accepted
from narrowcast.domain.codes import diagnoses, drugs
from narrowcast.domain.visit_report import VisitReport

if TYPE_CHECKING:
    from narrowcast.application.intake.outcome import Refused
    from narrowcast.domain.visit import Visit


def describe(
    result: Accepted | Refused, *, visit_id: str = "", patient: str = "", ack: str | None = None
) -> dict[str, object]:
    """Return {"accepted", "ack", "errors": [{"path", "reason"}], "visit"}; `visit` is null for all but a visit.

    The pseudonyms `visit_id` and `patient` come from the caller, who alone has the secret they are made with.
    """
    if isinstance(result, Accepted):
        told = result.report
        visit = describe_visit(told, visit_id, patient) if isinstance(told, VisitReport) else None
        return {"accepted": True, "ack": ack, "errors": [], "visit": visit}
    errors = [{"path": problem.path, "reason": problem.reason} for problem in result.problems]
    return {"accepted": False, "ack": ack, "errors": errors, "visit": None}


def describe_visit(told: VisitReport | Visit, visit_id: str, patient: str) -> dict[str, object]:
    """Return a visit, as one message tells it or as all of them together; what nobody told is null or empty."""
    return {
        "visit_id": visit_id,
        "patient": patient,
        "diagnoses": [
            {
                "system": one.system,
                "code": one.code,
                "display": one.display or diagnoses.display(one.code),
                "status": one.status.value,
            }
            for one in told.diagnoses
        ],
        "medications": [
            {"name": one.name or drugs.generic(one.atc), "atc": one.atc, "status": one.status}
            for one in told.medications
        ],
        "procedures": [
            {"system": one.system, "code": one.code, "display": one.display, "status": one.status}
            | ({"performed_on": one.performed_on} if one.performed_on else {})
            for one in told.procedures
        ],
        "stage": told.stage.value if told.stage else None,
        "age_band": told.age_band.value if told.age_band else None,
        "sex": told.sex.value,
        "pregnant": told.condition.pregnant,
        "renal": told.condition.renal.value if told.condition.renal else None,
        "allergies": [
            {"system": one.system, "code": one.code, "display": one.display, "status": one.status}
            for one in told.condition.allergies
        ],
        "unmapped": [{"kind": one.kind, "system": one.system, "code": one.code} for one in told.unmapped],
        "cancelled": told.cancelled,
    }
