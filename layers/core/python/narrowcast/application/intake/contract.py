"""The JSON that describes what a message or a visit tells, for people and programs: `visits read` and `replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.application.intake.outcome import Accepted
from narrowcast.domain.codes import diagnoses, drugs
from narrowcast.domain.visit import Visit
from narrowcast.domain.visit_report import MergeReport, VisitReport

if TYPE_CHECKING:
    from narrowcast.application.intake.outcome import Refused
    from narrowcast.domain.visit_report import PersonReport, Problem, Report


def describe(
    result: Accepted | Refused, *, visit_id: str = "", patient: str = "", merged: str = "", ack: str | None = None
) -> dict[str, object]:
    """Return {"accepted", "ack", "errors": [{"path", "reason"}], "visit"}; `visit` is null for a refusal.

    The pseudonyms `visit_id`, `patient` and `merged` come from the caller, who alone has the secret they are made with.
    """
    if isinstance(result, Accepted):
        visit = describe_report(result.report, visit_id, patient, merged)
        return {"accepted": True, "ack": ack, "errors": [], "visit": visit}
    return {"accepted": False, "ack": ack, "errors": describe_problems(result.problems), "visit": None}


def describe_problems(problems: tuple[Problem, ...], place: str = "") -> list[dict[str, str]]:
    """Return each problem as {"path", "reason"}, its path after the place of its message."""
    return [{"path": f"{place}{problem.path}", "reason": problem.reason} for problem in problems]


def describe_report(told: Report, visit_id: str, patient: str, merged: str = "") -> dict[str, object]:
    """Return a message of a visit as `describe_visit` does; one of a person alone as a visit without an id.

    Of a merge no more is told than the pseudonym that goes on as `patient`, and the one `merged` into it.
    """
    if isinstance(told, VisitReport):
        return describe_visit(told, visit_id, patient)
    nothing = describe_visit(Visit(), None, patient)
    return nothing | ({"merged": merged} if isinstance(told, MergeReport) else _person(told))


def describe_visit(told: VisitReport | Visit, visit_id: str | None, patient: str) -> dict[str, object]:
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
        **_person(told),
        "unmapped": [{"kind": one.kind, "system": one.system, "code": one.code} for one in told.unmapped],
        "cancelled": told.cancelled,
    }


def _person(told: VisitReport | Visit | PersonReport) -> dict[str, object]:
    return {
        "age_band": told.age_band.value if told.age_band else None,
        "sex": told.sex.value,
        "pregnant": told.condition.pregnant,
        "renal": told.condition.renal.value if told.condition.renal else None,
        "allergies": [
            {"system": one.system, "code": one.code, "display": one.display, "status": one.status}
            for one in told.condition.allergies
        ],
    }
