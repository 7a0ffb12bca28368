"""Which of the three formats a body is in."""

from __future__ import annotations

import re

_HL7_TYPES = frozenset(
    [
        "application/hl7-v2",
        "application/hl7-v2+er7",
        "x-application/hl7-v2+er7",
        "application/edi-hl7",
        "application/edi-hl7v2",
        "application/hl7",
        "text/hl7",
        "text/hl7v2",
        "x-application/hl7",
    ]
)
_FHIR_TYPES = frozenset({"application/fhir+json", "application/json+fhir"})
_JSON_TYPES = frozenset({"application/json", "text/json"})
# A client that does not say, or says only "text" or "bytes": the body decides.
_VAGUE_TYPES = frozenset({"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"})
_HL7_START = re.compile(rb"(?:\xef\xbb\xbf)?[\x0b \t\r\n]*(?:MSH|FHS|BHS)[^A-Za-z0-9\r\n]")
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*[{\[]")
_RESOURCE = b'"resourceType"'


def detect_format(content_type: str, body: bytes) -> str:
    """Return "json", "fhir", "hl7" or "unknown", by the media type, or by the body when that is vague or absent.

    A FHIR resource sent as plain application/json is taken for what it is.
    """
    media = content_type.split(";", 1)[0].strip().lower()
    if media in _HL7_TYPES or (media in _VAGUE_TYPES and _HL7_START.match(body)):
        return "hl7"
    if media in _FHIR_TYPES:
        return "fhir"
    if media in _JSON_TYPES or (media in _VAGUE_TYPES and _JSON_START.match(body)):
        return "fhir" if _RESOURCE in body else "json"
    return "unknown"


def charset_of(content_type: str) -> str:
    """Return the charset parameter of a media type, or an empty string."""
    found = re.search(r";\s*charset\s*=\s*\"?([A-Za-z0-9_.-]{1,32})", content_type, re.IGNORECASE)
    return found[1] if found else ""
