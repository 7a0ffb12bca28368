"""The door for FHIR: always answered with a FHIR resource, a refusal or fault with an OperationOutcome."""

from __future__ import annotations

import json

from chalice.app import Response

from chalicelib.bodies import content_type, raw_body
from chalicelib.gate import Caller, gate
from chalicelib.problems import problem_of
from narrowcast.application import fhir_outcomes
from narrowcast.application.fhir_outcomes import Issue
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count

_ISSUE_TYPES = {
    400: "invalid",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    413: "too-long",
    422: "business-rule",
    503: "transient",
}


def outcome_of(error: Exception) -> Response:
    """Return the answer to a refusal or fault as an OperationOutcome, under the status that any route gives it."""
    answer = problem_of(error)
    document = json.loads(answer.body)
    path = document["errors"][0]["path"]
    issue = Issue("error", _ISSUE_TYPES.get(answer.status_code, "exception"), document["title"], path)
    kept = {name: value for name, value in answer.headers.items() if name == "Retry-After"}
    return resource(fhir_outcomes.outcome([issue]), answer.status_code, **kept)


def resource(document: object, status: int = 200, **headers: str | list[str]) -> Response:
    """Return a FHIR resource."""
    sent: dict[str, str | list[str]] = {"Content-Type": fhir_outcomes.MEDIA_TYPE, "Cache-Control": "no-store"}
    return Response(fhir_outcomes.as_json(document), {**sent, **headers}, status)


@gate.client("POST", "/fhir", told=outcome_of)
def receive_fhir(caller: Caller) -> Response:
    """Take a bundle, a single resource or a subscription notification; told only after everything is durable."""
    told = composition().fhir_desk.receive(caller.hospital, raw_body(), content_type())
    count("MessageRefused" if told.refusal_id else "VisitAccepted")
    named = {"X-Narrowcast-Visit": ", ".join(told.visits), "X-Narrowcast-Refusal": told.refusal_id}
    given = {name: value for name, value in named.items() if value}
    sent: dict[str, str | list[str]] = {"Content-Type": fhir_outcomes.MEDIA_TYPE, "Cache-Control": "no-store", **given}
    return Response(told.text, sent, told.status)
