"""The staff's side of conversations: who waits, who takes over, what is said in a person's own name.

Lists come from rows and may be a moment late; every decision is made on the log, where two cannot both claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from narrowcast.application.hospitals import local_date, profile_of, zone_of
from narrowcast.application.ports import ReadTable
from narrowcast.application.quoting import Shelves
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONVERSATION
from narrowcast.application.transcripts import Transcript, Transcripts
from narrowcast.domain import conversation as conversations
from narrowcast.domain.content import Content
from narrowcast.domain.control.gate import Concern, concerns
from narrowcast.domain.conversation import (
    Conversation,
    Event,
    NoteAdded,
    Phase,
    ReportSettled,
    StaffReplied,
)
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Form

MONTHS_LISTED = 2
"""Conversations that began before that are no longer in the list; they can still be opened."""
LONGEST_REPLY = 2000
"""Characters."""


class ReplyUnclear(Refusal):
    """There is nothing to say, or far too much."""


class ReplyDoubtful(Refusal):
    """The text holds what no doctor signed; it is sent when the member of staff confirms it. `concerns` say what."""

    def __init__(self, found: Sequence[Concern]) -> None:
        """Keep what was found."""
        super().__init__("；".join(each.message for each in found), field="text")
        self.concerns = tuple(found)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts: her id, the name and role (nurse, doctor) that patients see."""

    staff_id: str
    name: str
    role: str

    @property
    def actor(self) -> Actor:
        """The actor of her events."""
        return Actor(f"{self.role}:{self.staff_id}")


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A conversation in a list. `alarm` is an emergency nobody took up; `waiting` since when a person is waited for."""

    conversation: str
    department: str
    phase: Phase
    reason: str
    alarm: bool
    since: datetime | None
    waiting: timedelta
    reminders: int
    claimed_by: str
    open_reports: int


@dataclass(frozen=True, slots=True)
class Script:
    """A signed text that staff may send as it stands: where it belongs, how often it was used, when it was reviewed.

    `uses` counts the last MONTHS_LISTED months.
    """

    content_id: str
    title: str
    department: str
    codes: tuple[str, ...]
    stages: tuple[str, ...]
    sentences: tuple[str, ...]
    signer: str
    reviewed_at: datetime
    uses: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a member of staff can do."""

    store: Store
    read: ReadTable
    words: SealedWords
    transcripts: Transcripts
    shelves: Shelves

    def entries(self, hospital: str, department: str = "") -> list[InboxEntry]:
        """Return what needs a person: emergencies first, then who waits longest, then what is being dealt with.

        Without a department, those of all; conversations of no department stand in every list.
        """
        listed = entries(self.read, hospital, self.store.clock.now())
        return [each for each in listed if department in ("", each.department) or not each.department]

    def open(self, hospital: str, conversation: str, *, after: int = 0) -> Transcript:
        """Return the conversation with the notes among staff."""
        return self.transcripts.read(hospital, conversation, after=after, staff=True)

    def claim(self, hospital: str, conversation: str, staff: Staff) -> None:
        """Take a conversation over. AlreadyClaimed."""
        now = self.store.clock.now()
        self._decide(hospital, conversation, lambda s: conversations.claim(s, staff.staff_id, at=now), staff)

    def check(self, hospital: str, text: str, script: str = "") -> tuple[Concern, ...]:
        """Return what in a reply no doctor signed and what rules forbid; a script unchanged has nothing."""
        piece = self._script(hospital, script) if script else None
        return concerns(text, piece.draft if piece else None)

    def reply(
        self,
        hospital: str,
        conversation: str,
        staff: Staff,
        text: str,
        *,
        script: str = "",
        confirmed: bool = False,
        message: str = "",
    ) -> None:
        """Say something to the person. ReplyDoubtful unless it is unobjectionable or she confirms it; NotYours."""
        if not text.strip() or len(text) > LONGEST_REPLY:
            raise ReplyUnclear(f"请填写回复（不超过{LONGEST_REPLY}字）", field="text")
        found = self.check(hospital, text, script)
        if found and not confirmed:
            raise ReplyDoubtful(found)
        state = self.store.load(CONVERSATION, hospital, conversation).state
        replied = StaffReplied(
            message or self.store.ids.new_id(),
            staff.staff_id,
            staff.name,
            staff.role,
            self.words.seal(hospital, conversation, state, text.strip()),
            script,
            tuple(dict.fromkeys(each.code for each in found)),
            self.store.clock.now(),
        )
        self._decide(hospital, conversation, lambda s: conversations.reply(s, replied), staff)

    def note(self, hospital: str, conversation: str, staff: Staff, text: str, *, message: str = "") -> None:
        """Leave a note for colleagues."""
        state = self.store.load(CONVERSATION, hospital, conversation).state
        sealed = self.words.seal(hospital, conversation, state, text.strip())
        added = NoteAdded(message or self.store.ids.new_id(), staff.staff_id, sealed)
        self._decide(hospital, conversation, lambda s: conversations.note(s, added), staff)

    def transfer(self, hospital: str, conversation: str, staff: Staff, department: str) -> None:
        """Pass the conversation to another department."""
        now, in_hours = self.store.clock.now(), self._staffed(hospital)
        self._decide(
            hospital,
            conversation,
            lambda s: conversations.transfer(s, staff.staff_id, department=department, in_hours=in_hours, at=now),
            staff,
        )

    def give_back(self, hospital: str, conversation: str, staff: Staff) -> None:
        """Let the assistant speak again."""
        self._decide(hospital, conversation, lambda s: conversations.give_back(s, staff.staff_id), staff)

    def close(self, hospital: str, conversation: str, staff: Staff) -> None:
        """End the conversation."""
        self._decide(hospital, conversation, lambda s: conversations.close(s, staff.staff_id), staff)

    def settle_report(
        self, hospital: str, conversation: str, staff: Staff, number: int, sentence: int, *, upheld: bool
    ) -> None:
        """Record what came of a report."""
        settled = ReportSettled(number, sentence, staff.staff_id, upheld)
        self._decide(hospital, conversation, lambda s: conversations.settle_report(s, settled), staff)

    def scripts(self, hospital: str, *, department: str = "", code: str = "", stage: str = "") -> list[Script]:
        """Return the script library, or those of a department, a disease (ICD-10), a stage of care; most used first."""
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        uses = [name for row in self._rows(hospital) for name in row["scripts"]]
        found = (
            _script(name, state, uses.count(name)) for name, state in self.shelves.pieces(hospital, Form.SCRIPT, on=on)
        )
        wanted = (each for each in found if _is_for(each, department, code, stage))
        return sorted(wanted, key=lambda each: (-each.uses, each.content_id))

    def _script(self, hospital: str, content_id: str) -> Content | None:
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        return self.shelves.library.piece(hospital, content_id, on=on)

    def _rows(self, hospital: str) -> Iterator[Mapping[str, Any]]:
        for month in months_back(self.store.clock.now(), MONTHS_LISTED):
            yield from self.read.query(f"{hospital}/conversation/{month}")

    def _staffed(self, hospital: str) -> bool:
        profile = profile_of(self.store, hospital)
        return profile.assistant.staffed(self.store.clock.now().astimezone(zone_of(profile)))

    def _decide(
        self, hospital: str, conversation: str, decide: Callable[[Conversation], Sequence[Event]], staff: Staff
    ) -> None:
        self.store.execute(CONVERSATION, hospital, conversation, decide, staff.actor)


def entries(read: ReadTable, hospital: str, now: datetime) -> list[InboxEntry]:
    """Return the conversations that need a person, the most urgent first."""
    rows = (row for month in months_back(now, MONTHS_LISTED) for row in read.query(f"{hospital}/conversation/{month}"))
    return sorted((each for each in (_entry(row, now) for row in rows) if _needs_person(each)), key=_urgency)


def months_back(now: datetime, count: int) -> Iterator[str]:
    """Yield so many months as YYYYMM, the present one first."""
    month = now.replace(day=1)
    for _ in range(count):
        yield f"{month:%Y%m}"
        month = (month - timedelta(days=1)).replace(day=1)


def _entry(row: Mapping[str, Any], now: datetime) -> InboxEntry:
    since = datetime.fromisoformat(row["since"]) if row["since"] else None
    return InboxEntry(
        row["conversation"],
        row["department"],
        Phase(row["phase"]),
        row["reason"],
        row["alarm"],
        since,
        now - since if since else timedelta(),
        row["reminders"],
        row["claimed_by"],
        row["open_reports"],
    )


def _needs_person(entry: InboxEntry) -> bool:
    return entry.alarm or entry.phase in (Phase.WAITING, Phase.WITH_STAFF) or entry.open_reports > 0


def _urgency(entry: InboxEntry) -> tuple[bool, bool, timedelta, str]:
    return not entry.alarm, entry.phase is not Phase.WAITING, -entry.waiting, entry.conversation


def _script(content_id: str, state: Content, uses: int) -> Script:
    signed = state.signed
    if signed is None:  # the shelves hold signed pieces only
        raise AssertionError(content_id)
    return Script(
        content_id,
        state.draft.title,
        state.topic.department,
        state.tags.codes,
        state.tags.stages,
        tuple(sentence.text for sentence in state.draft.sentences),
        signed.signer_name,
        signed.signed_at,
        uses,
    )


def _is_for(script: Script, department: str, code: str, stage: str) -> bool:
    of_code = not code or any(code.startswith(each) for each in script.codes)
    return department in ("", script.department) and of_code and (not stage or stage in script.stages)
