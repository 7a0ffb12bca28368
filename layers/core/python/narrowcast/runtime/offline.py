"""Reading a hospital message without a stack: what it tells, and what the sender would be answered.

The pseudonyms are made with a key of this process alone: they show that two messages mean the same patient or visit,
and nothing else.
"""

from __future__ import annotations

from typing import Any

from narrowcast.adapters.system import RandomIds, SystemClock
from narrowcast.application.intake import Accepted, answer, describe, read_message
from narrowcast.application.intake.code_map import read_code_map
from narrowcast.application.visits import Pseudonyms
from narrowcast.contracts.codec import timestamp

CONTENT_TYPES = {
    "auto": "",
    "hl7": "x-application/hl7-v2+er7",
    "fhir": "application/fhir+json",
    "json": "application/json",
}
OFFLINE = Pseudonyms(b"offline")


class _AnyHospital:
    """Offline there is no register of hospitals: each one is taken as known."""

    def __contains__(self, _hospital: object) -> bool:
        return True


def read_visit(body: bytes, message_format: str, hospital: str, codes: bytes = b"") -> dict[str, Any]:
    """Return {"accepted", "ack", "errors", "visit"} for one message; `codes` is a hospital's file. CodeMapError."""
    content_type, now = CONTENT_TYPES[message_format], timestamp(SystemClock().now())
    result = read_message(
        body,
        content_type=content_type,
        hospital=hospital or None,
        known_hospitals=_AnyHospital(),
        received_at=now,
        default_hospital="offline",
        codes=read_code_map(codes) if codes else None,
    )
    _, media_type, text = answer(result, body, content_type=content_type, message_id=RandomIds().new_id(), at=now)
    ack = text if "hl7" in media_type else None
    if not isinstance(result, Accepted):
        return describe(result, ack=ack)
    return describe(
        result,
        ack=ack,
        visit_id=OFFLINE.visit(result.report.hospital, result.identity.visit_number),
        patient=OFFLINE.patient(result.report.hospital, result.identity.patient_number),
    )
