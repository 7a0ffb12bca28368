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
class ShownQuestion:
    """A signed sentence with a blank (between `before` and `after`) and what to choose from.

    `content_id`, `revision` and `number` go back with the place of the option. Once answered, `chosen` is what she
    chose, `right` whether that is right, and `answer` the whole signed sentence.
    """

    content_id: str
    revision: int
    number: int
    before: str
    after: str
    options: tuple[str, ...]
    label: str
    chosen: str = ""
    right: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class GuideCard:
    """One section of the guide; `section` is its word in the vocabulary and becomes its anchor.

    `hint` says in plain words what follows from her answers, `asks` what she should ask a doctor first.
    """

    section: str
    title: str
    pieces: tuple[GuidePiece, ...]
    why: str = ""
    asks: tuple[str, ...] = ()
    questions: tuple[ShownQuestion, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick; `value` goes back."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class ReminderForm:
    """Reminders of one kind: what is chosen (`chosen` in words, or empty) and the days between which to choose.

    `times` fill the form, HH:MM; an empty one offers a further time. Days are YYYY-MM-DD.
    """

    kind: str
    title: str
    times: tuple[str, ...]
    first: str
    last: str
    until: str
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class ShownNote:
    """What she noted of how she felt."""

    at: str
    text: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DiaryForm:
    """Where she notes how she feels; `entry` makes a form that is sent twice count once."""

    entry: str
    symptoms: tuple[Option, ...]
    degrees: tuple[Option, ...]
    notes: tuple[ShownNote, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """What is to be done at once; `calls` are the numbers to ring."""

    hospital_name: str
    lines: tuple[str, ...]
    calls: tuple[str, ...]
    back_href: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """What one patient reads after one visit; `answered` maps a section's word to what they said of it.

    `notice` says what the hospital has corrected since, or is empty. Without a diary nothing can be noted.
    `also` are the links of other guides that the same message told of, `asks` what she should ask a doctor first about
    sections that are not here for it.
    """

    hospital_name: str
    greeting: str
    sections: tuple[GuideCard, ...]
    why: str
    emergency_line: str
    answered: Mapping[str, Answer] = field(default_factory=dict)
    aigc: str = ""
    notice: str = ""
    reminders: tuple[ReminderForm, ...] = ()
    diary: DiaryForm | None = None
    also: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ReasonPiece:
    """A piece that was chosen or left out, and the lines that say why."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonSection:
    """A section of a guide as staff see its making; `why` and `asks` are what the patient reads, `gaps` are codes."""

    section: str
    heading: str
    why: str
    chosen: tuple[ReasonPiece, ...]
    left_out: tuple[ReasonPiece, ...]
    asks: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonsPage:
    """Why a guide is as it is. `name` is the reader's."""

    hospital_name: str
    name: str
    guide_id: str
    about: str
    sections: tuple[ReasonSection, ...]
