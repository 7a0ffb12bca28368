"""The canonical form of what a doctor signs: any change of text, facts, tags, label or report changes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from narrowcast.domain.content import Content, ContentSigned, document


def canonical(value: Mapping[str, object]) -> bytes:
    """Return UTF-8 JSON with sorted keys and no blanks: equal values give equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_text(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_hash(hospital: str, content_id: str, state: Content) -> str:
    """Return the SHA-256, in hex, of what the doctor is shown."""
    return hashlib.sha256(canonical(document(hospital, content_id, state))).hexdigest()


def signed_form(
    hospital: str, content_id: str, state: Content, *, signer_id: str, signed_at: datetime, label: str
) -> bytes:
    """Return the bytes that the signature covers: the document, the label patients see, who signed and when."""
    return canonical(
        {
            "document": document(hospital, content_id, state),
            "label": label,
            "signer": signer_id,
            "signed_at": signed_at.isoformat(),
        }
    )


def form_of(hospital: str, content_id: str, state: Content, signed: ContentSigned) -> bytes:
    """Return the bytes that a recorded signature must cover."""
    return signed_form(
        hospital, content_id, state, signer_id=signed.signer_id, signed_at=signed.signed_at, label=signed.label
    )
