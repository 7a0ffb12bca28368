"""The door for hospital messages: HL7 v2, FHIR R4 and plain JSON become a visit report, or a precise refusal.

Everything here is pure: bytes in, values out; no clock, no network, no table. Identity is split off at once (law 6):
the report is fit for the log, the `Identity` beside it only for the patient's encrypted record, and no refusal or
answer repeats a value of the message other than its own header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.application.intake import fhir, hl7_wire, hl7v2, plain_json
from narrowcast.application.intake.answers import answer
from narrowcast.application.intake.code_map import CodeMap
from narrowcast.application.intake.contract import describe
from narrowcast.application.intake.formats import charset_of, detect_format
from narrowcast.application.intake.outcome import (
    MAX_BODY_BYTES,
    TOO_LARGE,
    UNKNOWN_FORMAT,
    Accepted,
    Context,
    Refused,
    UnreadableError,
)
from narrowcast.application.intake.reasons import Reason
from narrowcast.domain.visit_report import Problem

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["MAX_BODY_BYTES", "Accepted", "Refused", "answer", "describe", "detect_format", "read_message"]


def read_message(
    body: bytes,
    *,
    content_type: str,
    hospital: str | None,
    known_hospitals: Container[str],
    received_at: str,
    default_hospital: str = "",
    utc_offset: str = "+08:00",
    icd10_systems: frozenset[str] = frozenset(),
    codes: CodeMap | None = None,
) -> Accepted | Refused:
    """Read a message of at most MAX_BODY_BYTES.

    `hospital` is the one that the caller's key vouches for (a message that names another is refused), or None: then the
    message, or else `default_hospital`, says. `received_at` (UTC, trailing Z) stands in for a time that a FHIR message
    may leave out; `utc_offset` is the hospital's, for times without one; `icd10_systems` are its own FHIR
    URIs for ICD-10, `codes` what its own codes mean.
    """
    if len(body) > MAX_BODY_BYTES:
        return _refused("body", Reason.TOO_LARGE, TOO_LARGE, hospital)
    own = codes or CodeMap()
    context = Context(hospital, known_hospitals, received_at, default_hospital, utc_offset, icd10_systems, own)
    try:
        return _read(detect_format(content_type, body), body, content_type, context)
    except UnreadableError as error:
        return Refused((error.problem,), error.status, _message_id(body), hospital or "")


def _read(message_format: str, body: bytes, content_type: str, context: Context) -> Accepted | Refused:
    if message_format == "hl7":
        return hl7v2.read_hl7(hl7_wire.open_message(body, charset_of(content_type)), context)
    if message_format == "fhir":
        return fhir.read_fhir(body, context)
    if message_format == "json":
        return plain_json.read_json(body, context)
    return _refused("Content-Type", Reason.UNKNOWN_FORMAT, UNKNOWN_FORMAT, context.hospital)


def _refused(path: str, reason: Reason, status: int, hospital: str | None) -> Refused:
    return Refused((Problem(path, reason.value),), status, hospital=hospital or "")


def _message_id(body: bytes) -> str:
    return hl7_wire.control_id(body)
