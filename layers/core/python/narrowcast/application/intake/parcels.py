"""A file of several messages, taken apart: a batch, messages one after the other or each in its frame, JSON of many.

For reading files by hand. On the wire the doors for each format decide what they take at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from narrowcast.application.intake import documents, hl7_batch, hl7_wire
from narrowcast.application.intake.formats import detect_format
from narrowcast.application.intake.hl7_batch import Batch
from narrowcast.application.intake.outcome import UnreadableError
from narrowcast.application.intake.reasons import Reason

_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Several messages in order. HL7 comes in `batches`, without header if the file has none, that answers go into."""

    messages: tuple[bytes, ...]
    batches: tuple[Batch, ...] = ()

    @property
    def fault(self) -> Reason | None:
        """Why a batch among them is refused as a whole, if one is."""
        return next((fault for each in self.enveloped if (fault := hl7_batch.fault_of(each))), None)

    @property
    def enveloped(self) -> tuple[Batch, ...]:
        """Those that were sent as a batch."""
        return tuple(filter(is_enveloped, self.batches))


def open_parcel(body: bytes, content_type: str) -> Parcel | None:
    """Return the messages of a file; None if it is a single one, or none at all."""
    found = detect_format(content_type, body)
    if found == "hl7":
        return _of_hl7(body)
    return _of_json(body) if found in {"json", "fhir"} else None


def is_enveloped(batch: Batch) -> bool:
    """Tell whether the messages were sent as a batch."""
    return bool(batch.file_header or any(group.header for group in batch.groups))


def _of_hl7(body: bytes) -> Parcel | None:
    batches = tuple(hl7_batch.open_batch(frame) for frame in hl7_wire.frames(body))
    messages = tuple(message for batch in batches for message in batch.messages)
    several = len(messages) > 1 or any(map(is_enveloped, batches))
    return Parcel(messages, batches) if several else None


def _of_json(body: bytes) -> Parcel | None:
    """Take apart a list, or lines of one document each. A list is written anew, which changes no value."""
    try:
        document = documents.load(body, "$")
        listed = document if isinstance(document, list) else []
        messages = tuple(json.dumps(each).encode() for each in listed)
    except (UnreadableError, RecursionError):
        messages = _lines(body)
    return Parcel(messages) if messages else None


def _lines(body: bytes) -> tuple[bytes, ...]:
    lines = tuple(line for line in body.removeprefix(_UTF8_MARK).splitlines() if line.strip())
    return lines if len(lines) > 1 and all(line.lstrip().startswith(b"{") for line in lines) else ()
