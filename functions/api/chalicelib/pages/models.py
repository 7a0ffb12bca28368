"""What each page shows, already in the reader's words.

These are the only values a template sees: plain text in Simplified Chinese, decided by the caller. Nothing here
looks anything up, formats a date or judges a draft.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

SigningState = Literal["open", "signed", "rejected", "expired", "superseded", "withdrawn"]
Answer = Literal["understood", "questioned"]
ResultKind = Literal["done", "refused", "gone"]


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One fact version under a sentence; `source` is the printed reference of its public document."""

    text: str
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class SignedSentence:
    """One sentence and the facts it restates; none means that it is a listed connective."""

    text: str
    facts: tuple[ShownFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """What the compliance check said for one channel; `hits` are the findings a signer should read."""

    channel: str
    verdict: str
    hits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningPage:
    """The exact text a doctor is asked to sign, and what binds the signature to it.

    `document_hash` is the hex digest of the canonical form at `revision`; both go back with the form.
    `other_channel` (短信 or 邮件) is where the six-digit code went, never where the link came from.
    Forms are shown in the state "open" alone. `error` is why the last attempt did not count; `reason` gives back
    what was typed when that attempt was a rejection.
    """

    hospital_name: str
    department: str
    title: str
    form_name: str
    section_title: str
    sentences: tuple[SignedSentence, ...]
    label: str
    document_hash: str
    revision: int
    tags: tuple[str, ...]
    compliance: tuple[ShownVerdict, ...]
    signer_name: str
    signer_title: str
    other_channel: str
    masked_contact: str
    expires_text: str
    state: SigningState = "open"
    error: str = ""
    reason: str = ""
    aigc: str = ""


@dataclass(frozen=True, slots=True)
class GuidePiece:
    """One signed piece: its sentences as signed, who signed them, and its AI label. `signed_on` is YYYY年M月D日."""

    title: str
    sentences: tuple[str, ...]
    signer_name: str
    signer_title: str
    department: str
    signed_on: str
    label: str


@dataclass(frozen=True, slots=True)
class GuideCard:
    """One section of the guide; `section` is its word in the vocabulary and becomes its anchor."""

    section: str
    title: str
    pieces: tuple[GuidePiece, ...]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """What one patient reads after one visit; `answered` maps a section's word to what they said of it.

    `notice` says what the hospital has corrected since, or is empty.
    """

    hospital_name: str
    greeting: str
    sections: tuple[GuideCard, ...]
    why: str
    emergency_line: str
    answered: Mapping[str, Answer] = field(default_factory=dict)
    aigc: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What became of a request: done, refused (and what to do), or gone for good.

    `back_href` and `back_text` offer the one next step, where there is one.
    """

    title: str
    message: str
    kind: ResultKind
    detail: str = ""
    hospital_name: str = ""
    back_href: str = ""
    back_text: str = ""
