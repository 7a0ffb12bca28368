"""Reading hospital messages without a stack: what they tell, and what the sender would be answered.

The pseudonyms are made with a key of this process alone: they show that two messages mean the same patient or visit,
and nothing else.
"""

from __future__ import annotations

from narrowcast.adapters.system import RandomIds, SystemClock
from narrowcast.application.intake.code_map import CodeMap, read_code_map
from narrowcast.application.intake.outcome import Context
from narrowcast.application.reading import Described, Reader
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


def read_visit(body: bytes, message_format: str, hospital: str, codes: bytes = b"") -> Described:
    """Return {"accepted", "ack", "errors", "visit"}, of several messages also "visits", as `Reader.describe` says.

    `codes` is a hospital's file. CodeMapError.
    """
    known = read_code_map(codes) if codes else CodeMap()
    now = timestamp(SystemClock().now())
    context = Context(hospital or None, _AnyHospital(), now, default_hospital="offline", codes=known)
    return Reader(CONTENT_TYPES[message_format], context, OFFLINE, RandomIds().new_id()).describe(body)
