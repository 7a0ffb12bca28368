"""The door for hospital systems, and the list of what was turned away there."""

from __future__ import annotations

import json
from dataclasses import asdict

from chalice.app import Response

from chalicelib.bodies import answer, content_type, raw_body
from chalicelib.gate import Caller, Role, gate
from chalicelib.routes import fhir, hl7
from narrowcast.application.hospitals import profile_of
from narrowcast.application.intake import Accepted, Refused, detect_format, read_message
from narrowcast.application.intake import answer as answer_sender
from narrowcast.application.ports import RefusedMessage
from narrowcast.contracts.codec import timestamp
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count

FHIR = "application/fhir+json"


@gate.client("POST", "/visits")
def receive_visit(caller: Caller) -> Response:
    """Take an HL7 v2, FHIR or JSON message; the sender is told only after everything is durable."""
    body, kind = raw_body(), content_type()
    message_format = detect_format(kind, body)
    if message_format == "hl7":
        return hl7.receive(caller, kind)
    if message_format == "fhir":
        return fhir.receive(caller, FHIR)
    store = composition().store
    profile_of(store, caller.hospital)
    now = timestamp(store.clock.now())
    result = read_message(
        body,
        content_type=kind,
        hospital=caller.hospital,
        known_hospitals={caller.hospital},
        received_at=now,
        codes=composition().code_maps.of(caller.hospital),
    )
    told = _accept(result) if isinstance(result, Accepted) else _refuse(caller, result, body, kind, now)
    status, media_type, text = answer_sender(result, body, content_type=kind, message_id=store.ids.new_id(), at=now)
    if isinstance(result, Accepted):
        text = json.dumps({**json.loads(text), "visit_id": told["X-Narrowcast-Visit"]}, ensure_ascii=False)
    return Response(text, {"Content-Type": media_type, "Cache-Control": "no-store", **told}, status)


def _accept(accepted: Accepted) -> dict[str, str]:
    visit = composition().reception.accept(accepted.report, accepted.identity)
    count("VisitAccepted")
    return {"X-Narrowcast-Visit": visit.visit_id}


def _refuse(caller: Caller, refused: Refused, body: bytes, kind: str, now: str) -> dict[str, str]:
    refusal_id = composition().store.ids.new_id()
    problems = tuple((problem.path, problem.reason) for problem in refused.problems)
    kept = RefusedMessage(refusal_id, caller.hospital, now, detect_format(kind, body), problems)
    composition().refusals.keep(kept, body)
    count("MessageRefused")
    return {"X-Narrowcast-Refusal": refusal_id}


@gate.staff("GET", "/refusals", Role.ADMIN, Role.EDITOR, Role.NURSE)
def list_refusals(caller: Caller) -> Response:
    """List the messages that were refused, newest first: format and reasons, not their content."""
    return answer({"refusals": [asdict(each) for each in composition().refusals.list(caller.hospital)]})
