"""The door for FHIR: always answered with a FHIR resource, a refusal or fault with an OperationOutcome."""

from __future__ import annotations

import json
import re

from chalice.app import Response

from chalicelib.bodies import answer, content_type, query, raw_body
from chalicelib.gate import Caller, Role, gate
from chalicelib.problems import Malformed, problem_of
from narrowcast.application import fhir_outcomes
from narrowcast.application.fhir_outcomes import Issue
from narrowcast.application.interop.capability import capability_statement
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count

HEADERS: dict[str, str | list[str]] = {"Content-Type": fhir_outcomes.MEDIA_TYPE, "Cache-Control": "no-store"}
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
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
    problem = problem_of(error)
    document = json.loads(problem.body)
    path = document["errors"][0]["path"]
    issue = Issue("error", _ISSUE_TYPES.get(problem.status_code, "exception"), document["title"], path)
    return resource(fhir_outcomes.outcome([issue]), problem.status_code)


def resource(document: object, status: int = 200) -> Response:
    """Return a FHIR resource."""
    return Response(fhir_outcomes.as_json(document), dict(HEADERS), status)


@gate.client("POST", "/fhir", told=outcome_of)
def receive_fhir(caller: Caller) -> Response:
    """Take a bundle, a single resource or a subscription notification; told only after everything is durable."""
    return receive(caller, content_type())


def receive(caller: Caller, kind: str) -> Response:
    """Answer the sender of a FHIR message; `kind` is its media type."""
    told = composition().fhir_desk.receive(caller.hospital, raw_body(), kind)
    count("MessageRefused" if told.refusal_id else "VisitAccepted")
    named = {"X-Narrowcast-Visit": ", ".join(told.visits), "X-Narrowcast-Refusal": told.refusal_id}
    given = {name: value for name, value in named.items() if value}
    return Response(told.text, {**HEADERS, **given}, told.status)


@gate.public("GET", "/fhir/metadata", told=outcome_of)
def show_capabilities() -> Response:
    """Say what this FHIR interface can do."""
    return resource(capability_statement())


@gate.client("GET", "/fhir/{kind}", told=outcome_of)
def search_fhir(caller: Caller, kind: str) -> Response:
    """Find Communication, CarePlan, DocumentReference or Provenance by encounter or subject pseudonym."""
    asked = query()
    unknown = sorted(set(asked) - {"encounter", "subject", "_format"})
    if unknown:
        raise Malformed("只支持 encounter 和 subject 两个检索参数", field="query")
    encounter, subject = (_pseudonym(asked.get(name, "")) for name in ("encounter", "subject"))
    return resource(composition().fhir_reading.search(caller.hospital, kind, encounter=encounter, subject=subject))


def _pseudonym(reference: str) -> str:
    return reference.removeprefix("Encounter/").removeprefix("Patient/")


@gate.client("GET", "/fhir/{kind}/{resource_id}", told=outcome_of)
def read_fhir(caller: Caller, kind: str, resource_id: str) -> Response:
    """Read one resource."""
    return resource(composition().fhir_reading.read(caller.hospital, kind, _id(resource_id)))


@gate.client("GET", "/fhir/{kind}/{resource_id}/_history/{version}", told=outcome_of)
def read_fhir_version(caller: Caller, kind: str, resource_id: str, version: str) -> Response:
    """Read one resource if this version is the present one: what was replaced is not given out any more."""
    return resource(composition().fhir_reading.read(caller.hospital, kind, _id(resource_id), version))


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise Malformed("资源编号不合法", field="id")
    return text


@gate.staff("GET", "/subscriptions", Role.ADMIN, Role.EDITOR, Role.NURSE)
def list_subscriptions(caller: Caller) -> Response:
    """List subscriptions whose notifications have gaps, and count the reports that wait for a visit or patient."""
    read = composition().read
    gaps = [row for row in read.query(f"{caller.hospital}/subscription") if row["missing"]]
    waiting = sum(int(str(row["waiting"])) for row in read.query(f"{caller.hospital}/reference"))
    return answer({"subscriptions": gaps, "waiting": waiting})
