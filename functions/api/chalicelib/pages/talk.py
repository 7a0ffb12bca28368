"""What the pages of a conversation show: the person's chat, the inbox of staff, one conversation at the desk.

As for every page, these are plain words decided by the caller; nothing here looks anything up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Speaker = Literal["patient", "assistant", "system", "staff", "note"]
Look = Literal["said", "emergency", "quiet"]


@dataclass(frozen=True, slots=True)
class TalkSource:
    """A signed piece under an answer; `href` opens it whole."""

    href: str
    title: str
    signer: str
    signed_on: str


@dataclass(frozen=True, slots=True)
class TalkSentence:
    """A signed sentence and its place within the answer."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class TalkTerm:
    """A term of an answer in a signed sentence of plain words, and the piece that it stands in."""

    name: str
    text: str
    source: TalkSource


@dataclass(frozen=True, slots=True)
class TalkReport:
    """A 报错 as staff see it: the sentence and where it comes from; `outcome` is empty while nobody looked into it."""

    place: int
    text: str
    complaint: str
    source: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One contribution. `who` is said aloud and shown; `label` stands beside everything that AI has a part in.

    `terms` are explained below an answer; `reports` are for staff. `may_rate` and `may_report` offer 有用/没用 and
    报错; `calls` are telephone numbers of an emergency; `number` is the question it belongs to, 0 if to none.
    """

    cursor: int
    speaker: Speaker
    look: Look
    who: str
    at: str
    number: int = 0
    paragraphs: tuple[str, ...] = ()
    sentences: tuple[TalkSentence, ...] = ()
    sources: tuple[TalkSource, ...] = ()
    terms: tuple[TalkTerm, ...] = ()
    reports: tuple[TalkReport, ...] = ()
    calls: tuple[str, ...] = ()
    label: str = ""
    warnings: tuple[str, ...] = ()
    may_rate: bool = False
    may_report: bool = False
    rated: str = ""


@dataclass(frozen=True, slots=True)
class TalkStart:
    """The page before the first question: what this is and what it is not, and questions to begin with.

    `calls` are the numbers to ring in an emergency.
    """

    hospital_name: str
    message: str
    quick: tuple[str, ...]
    calls: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class TalkPage:
    """A person's conversation. `waiting` says for whom she waits; `message` makes a form that is sent twice count once.

    `cursor` is the newest line's; `refresh` the seconds after which a browser without JavaScript asks again, 0 never.
    """

    hospital_name: str
    lines: tuple[TalkLine, ...]
    cursor: int
    message: str
    waiting: str
    calls: tuple[str, ...]
    label: str
    closed: bool
    may_ask_for_person: bool
    may_begin_again: bool
    refresh: int = 0
    error: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One conversation in the inbox; `href` leads to it."""

    href: str
    department: str
    state: str
    waited: str
    reason: str
    alarm: bool
    mine: bool
    reminded: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Who waits, in the order in which they should be helped."""

    hospital_name: str
    name: str
    rows: tuple[InboxRow, ...]
    departments: tuple[Choice, ...]
    refresh: int


@dataclass(frozen=True, slots=True)
class Script:
    """A piece of the script library that may be sent as it is."""

    content_id: str
    title: str
    text: str
    signed: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One conversation as staff see it. `mine` is whether the reader claimed it; `warnings` were raised by `text`."""

    hospital_name: str
    name: str
    title: str
    lines: tuple[TalkLine, ...]
    cursor: int
    message: str
    state: str
    mine: bool
    may_claim: bool
    closed: bool
    departments: tuple[Choice, ...]
    scripts: tuple[Script, ...]
    sought: str
    text: str = ""
    script: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Where staff sign in."""

    error: str = ""
