"""The JSON that describes the outcome of a message to people and programs offline: the contract of `visits read`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.application.intake.outcome import Accepted
from narrowcast.domain.visit_report import VisitReport

if TYPE_CHECKING:
    from narrowcast.application.intake.outcome import Refused


def describe(
    result: Accepted | Refused, *, visit_id: str = "", patient: str = "", ack: str | None = None
) -> dict[str, object]:
    """Return {"accepted", "ack", "errors": [{"path", "reason"}], "visit"}; `visit` is null for all but a visit.

    The pseudonyms `visit_id` and `patient` come from the caller, who alone has the secret they are made with.
    """
    if isinstance(result, Accepted):
        visit = _visit(result.report, visit_id, patient) if isinstance(result.report, VisitReport) else None
        return {"accepted": True, "ack": ack, "errors": [], "visit": visit}
    errors = [{"path": problem.path, "reason": problem.reason} for problem in result.problems]
    return {"accepted": False, "ack": ack, "errors": errors, "visit": None}


def _visit(report: VisitReport, visit_id: str, patient: str) -> dict[str, object]:
    """Return the visit; what no message of today's readers carries yet is empty, never guessed."""
    return {
        "visit_id": visit_id,
        "patient": patient,
        "diagnoses": [
            {"system": one.system, "code": one.code, "display": "", "status": one.status.value}
            for one in report.diagnoses
        ],
        "medications": [{"name": "", "atc": one.atc, "status": one.status} for one in report.medications],
        "procedures": [],
        "stage": report.stage.value if report.stage else None,
        "age_band": report.age_band.value if report.age_band else None,
        "sex": report.sex.value,
        "pregnant": None,
        "allergies": [],
        "cancelled": report.cancelled,
    }
