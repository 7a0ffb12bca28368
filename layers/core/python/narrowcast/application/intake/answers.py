"""What the sender is told, in the sender's own format.

HL7 gets an ACK, FHIR an OperationOutcome, JSON a problem document. An answer repeats nothing of the message but its
header. The caller must have stored an accepted message durably before it sends the answer (H4).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from narrowcast.application.intake import hl7_ack
from narrowcast.application.intake.formats import detect_format
from narrowcast.application.intake.outcome import Accepted
from narrowcast.application.intake.reasons import condition_of

if TYPE_CHECKING:
    from narrowcast.application.intake.outcome import Refused
    from narrowcast.domain.visit_report import Problem

OK, ACCEPTED = 200, 202
_TITLES = {400: "报文无法解析", 413: "报文过大", 415: "不支持的格式", 422: "报文内容不可接受"}
_FHIR_TYPE = "application/fhir+json; charset=utf-8"


def answer(
    result: Accepted | Refused, body: bytes, *, content_type: str, message_id: str, at: str
) -> tuple[int, str, str]:
    """Return HTTP status, media type and text of the answer.

    `message_id` is our own for the answer, `at` its time (UTC, trailing Z). An ACK travels with 200 when it says AA or
    CA and with the refusal's 4xx otherwise, so that clients of either habit see a refusal.
    """
    message_format = detect_format(content_type, body)
    status = result.status if not isinstance(result, Accepted) else OK if message_format == "hl7" else ACCEPTED
    if message_format == "hl7":
        return status, hl7_ack.MEDIA_TYPE, hl7_ack.acknowledge(result, body, message_id=message_id, at=at)
    if message_format == "fhir":
        return status, _FHIR_TYPE, _json(_outcome(result))
    if isinstance(result, Accepted):
        accepted = {"accepted": True, "message_id": result.report.message_id}
        return status, "application/json; charset=utf-8", _json(accepted)
    return status, "application/problem+json; charset=utf-8", _json(_problem(result))


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _problem(refused: Refused) -> dict[str, object]:
    return {
        "type": "about:blank",
        "title": _TITLES[refused.status],
        "status": refused.status,
        "errors": [{"path": problem.path, "reason": problem.reason} for problem in refused.problems],
    }


def _outcome(result: Accepted | Refused) -> dict[str, object]:
    if isinstance(result, Accepted):
        issues: list[dict[str, object]] = [
            {"severity": "information", "code": "informational", "details": {"text": "报文已接收"}}
        ]
    else:
        issues = [_issue(problem) for problem in result.problems]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(problem: Problem) -> dict[str, object]:
    return {
        "severity": "error",
        "code": condition_of(problem.reason).fhir,
        "details": {"text": problem.reason},
        "expression": [problem.path],
    }
