"""The door for HL7 v2: always answered with an acknowledgement, a batch with a batch of them."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bodies import content_type, raw_body
from chalicelib.gate import Caller, gate
from narrowcast.application.hl7_desk import MEDIA_TYPE, Told
from narrowcast.application.intake.formats import charset_of
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count, logger


@gate.client("POST", "/hl7")
def receive_hl7(caller: Caller) -> Response:
    """Take a message or a batch, whatever the media type says; AA or CA is said only after everything is durable."""
    charset = charset_of(content_type())
    return receive(caller, f"{MEDIA_TYPE}; charset={charset}" if charset else MEDIA_TYPE)


def receive(caller: Caller, kind: str) -> Response:
    """Answer the sender; a fault of ours is an acknowledgement too, and told to those on duty."""
    desk = composition().hl7_desk
    try:
        told = desk.receive(caller.hospital, raw_body(), kind)
    except Exception:  # noqa: BLE001 - the last net: an HL7 sender can read nothing but an acknowledgement
        logger.exception("unexpected fault in receive_hl7")
        told = desk.fail(caller.hospital, raw_body())
    count("MessageRefused" if told.refusal_id else "VisitAccepted")
    return Response(told.text, _headers(told), told.status)


def _headers(told: Told) -> dict[str, str | list[str]]:
    named = {"X-Narrowcast-Visit": told.visit_id, "X-Narrowcast-Refusal": told.refusal_id}
    given: dict[str, str | list[str]] = {name: value for name, value in named.items() if value}
    return {"Content-Type": told.media_type, "Cache-Control": "no-store", **given}
