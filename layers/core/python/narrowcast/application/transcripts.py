"""A conversation as people read it: who spoke, in which words; signed sentences are verified again at each reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from narrowcast.application.hospitals import local_date, profile_of
from narrowcast.application.quoting import Explained, Glossary, QuotedSentence, Quoting
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Store, history
from narrowcast.application.streams import CONVERSATION
from narrowcast.contracts.codec import Envelope
from narrowcast.domain.conversation import (
    AnswerGiven,
    Claimed,
    Conversation,
    ConversationClosed,
    EmergencyRaised,
    GivenBack,
    HandedOver,
    Kind,
    NoteAdded,
    Phase,
    QuestionAsked,
    Quote,
    StaffReplied,
)
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.notices import Notice, words_of

PATIENT, ASSISTANT, SYSTEM, NOTE = "patient", "assistant", "system", "note"
FORGOTTEN = "（内容已删除）"
"""Stands where words were whose key is destroyed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution. `cursor` grows; `speaker` is patient, assistant, system, nurse, doctor or note (staff only).

    `kind` is question, answer, unsure, handoff, emergency, refusal, reply, note, claimed, given_back or closed;
    `number` the question it belongs to, 0 if to none. `text` are a person's words; `explained` are terms of an answer
    in plain words; `withdrawn` says how many sentences of it may no longer be shown.
    """

    cursor: int
    speaker: str
    name: str
    kind: str
    number: int
    at: str
    text: str = ""
    sentences: tuple[QuotedSentence, ...] = ()
    notices: tuple[str, ...] = ()
    withdrawn: int = 0
    explained: tuple[Explained, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation: its phase, and the lines after the cursor that was asked for."""

    hospital: str
    conversation: str
    state: Conversation
    profile: Hospital
    lines: tuple[Line, ...]

    @property
    def cursor(self) -> int:
        """The newest line's cursor; 0 without lines."""
        return self.lines[-1].cursor if self.lines else 0

    @property
    def phase(self) -> Phase:
        """Who is to speak next."""
        return self.state.phase


@dataclass(frozen=True, slots=True)
class Transcripts:
    """Reads conversations."""

    store: Store
    words: SealedWords
    quoting: Quoting
    glossary: Glossary

    def read(self, hospital: str, conversation: str, *, after: int = 0, staff: bool = False) -> Transcript:
        """Return the lines after a cursor; notes are for staff alone. ConversationUnknown."""
        state = self.store.load(CONVERSATION, hospital, conversation).state
        profile = profile_of(self.store, hospital)
        reading = _Reading(self, hospital, conversation, state, profile, self.store.clock.now())
        envelopes = history(self.store.log, CONVERSATION.stream(hospital, conversation)) if state.begun else []
        new = ((cursor, each) for cursor, each in enumerate(envelopes, start=1) if cursor > after)
        lines = (line for cursor, each in new for line in reading.lines(cursor, each))
        shown = tuple(line for line in lines if staff or line.speaker != NOTE)
        return Transcript(hospital, conversation, state, profile, shown)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of one conversation."""

    of: Transcripts
    hospital: str
    conversation: str
    state: Conversation
    profile: Hospital
    now: datetime

    def lines(self, cursor: int, envelope: Envelope) -> Iterator[Line]:
        """Yield what an event says, at most one line."""
        at, event = envelope.recorded_at, envelope.event
        match event:
            case QuestionAsked():
                yield Line(cursor, PATIENT, "", "question", event.number, at, self._opened(event.text))
            case EmergencyRaised():
                notices = emergency_notices(self_harm=event.self_harm)
                yield self._spoken(Line(cursor, SYSTEM, "", Kind.EMERGENCY, event.number, at), event.quotes, notices)
            case AnswerGiven():
                line = Line(cursor, ASSISTANT, "", event.kind, event.number, at)
                yield self._spoken(line, event.quotes, event.notices)
            case HandedOver():
                codes = handover_notices(event)
                yield self._spoken(Line(cursor, SYSTEM, "", event.reason, event.number, at), (), codes)
            case StaffReplied():
                text = self._opened(event.text)
                yield Line(cursor, event.role, event.name, "reply", 0, at, text, warnings=event.warnings)
            case NoteAdded():
                yield Line(cursor, NOTE, event.staff, "note", 0, at, self._opened(event.text))
            case Claimed():
                yield Line(cursor, SYSTEM, "", "claimed", 0, at)
            case GivenBack():
                yield Line(cursor, SYSTEM, "", "given_back", 0, at)
            case ConversationClosed():
                yield Line(cursor, SYSTEM, "", "closed", 0, at)

    def _opened(self, sealed: str) -> str:
        words = self.of.words.open(self.hospital, self.conversation, self.state, sealed)
        return FORGOTTEN if words is None else words

    def _spoken(self, line: Line, quotes: tuple[Quote, ...], codes: tuple[str, ...]) -> Line:
        on = local_date(self.profile, self.now)
        sentences = self.of.quoting.sentences(self.hospital, quotes, on=on)
        notices = said(codes, self.profile)
        gone = len(quotes) - len(sentences)
        terms = self.of.glossary.explain(self.hospital, sentences, on=on) if line.speaker == ASSISTANT else ()
        return replace(line, sentences=sentences, notices=notices, withdrawn=gone, explained=terms)


def emergency_notices(*, self_harm: bool) -> tuple[str, ...]:
    """Return the closed sentences of an emergency, first of all that 120 is to be called."""
    crisis = (Notice.CRISIS_LINE,) if self_harm else ()
    return (Notice.CALL_120, Notice.EMERGENCY_LINE, *crisis)


def handover_notices(handed: HandedOver) -> tuple[str, ...]:
    """Return what the person is told when she is handed over."""
    return (Notice.HANDED_OVER,) if handed.in_hours else (Notice.HANDED_OVER, Notice.AFTER_HOURS)


def said(codes: tuple[str, ...], profile: Hospital) -> tuple[str, ...]:
    """Return closed sentences with the hospital's own line and hours; a hospital without a line has none to name."""
    line = profile.profile.emergency_line if profile.profile else ""
    opens = profile.assistant.opens.strftime("%H:%M")
    told = (code for code in codes if line or code != Notice.EMERGENCY_LINE)
    return tuple(words_of(code, line=line, opens=opens) for code in told)
