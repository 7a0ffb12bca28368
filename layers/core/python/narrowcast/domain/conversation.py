"""One person's talk with the assistant and with staff: who may speak when.

A state machine of four phases. Once a conversation is handed over the assistant is mute, also with an answer that was
on its way: an answer counts only while nobody was asked to take over since its question. It speaks again when staff
give the conversation back; after closing, a new conversation begins. Words of people stand in events sealed (base64),
under the person's key and the conversation's: they end with either, when the person is forgotten or when they were kept
for three years. Terms are words of our own dictionary, answers are references to signed sentences: neither says who
asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from narrowcast.domain.errors import Refusal

RETENTION = timedelta(days=3 * 366)
"""How long the record of a conversation is kept at least (rules for internet diagnosis and treatment, 2022)."""
WHOLE = -1
"""The place that stands for an answer as a whole, one without sentences among them."""
PATIENT = "patient"
"""Who closes, if it is not staff."""


class ConversationUnknown(Refusal):
    """No such conversation."""


class ConversationTaken(Refusal):
    """The id belongs to another conversation."""


class ConversationEnded(Refusal):
    """The conversation is closed; a new one must be begun."""


class AssistantIsMute(Refusal):
    """The conversation was handed over since the question: the assistant's answer is not given."""


class QuestionUnknown(Refusal):
    """There is no such question, or no answer to it."""


class AlreadyClaimed(Refusal):
    """Another member of staff has the conversation."""


class NotYours(Refusal):
    """Only the member of staff who claimed the conversation can do this."""


class Phase(StrEnum):
    """Who is to speak next."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    WITH_STAFF = "with_staff"
    CLOSED = "closed"


class Kind(StrEnum):
    """What a question led to."""

    ANSWER = "answer"
    UNSURE = "unsure"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"
    REFUSAL = "refusal"


class Handover(StrEnum):
    """Why a person is to take over."""

    ASKED = "asked"
    PERSONAL = "personal"
    UNSURE = "unsure"
    SELF_HARM = "self_harm"
    STOPPED = "stopped"
    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"


class Complaint(StrEnum):
    """What is wrong with an answer, in the reader's eyes."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    NOT_MY_QUESTION = "not_my_question"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a signed piece, by its place from 0, in the very form that the doctor signed."""

    content_id: str
    revision: int
    document_hash: str
    sentence: int


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    """A conversation began. `patient` is the pseudonym, empty for somebody unknown; so is an unknown department."""

    patient: str
    department: str
    channel: str


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """The person wrote; questions are numbered from 1. `message` is the sender's own id: sent twice it counts once.

    `doubtful` means that 120 is named beside whatever is answered. `terms` are what it is about (drugs, foods,
    diseases), `words` what else of our dictionary stands in it, `asks` the codes of what it wants to know.
    """

    number: int
    message: str
    text: str
    route: str
    doubtful: bool
    terms: tuple[str, ...]
    at: datetime
    asks: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergencyRaised:
    """The question may tell of an emergency: 120 was named before anything else, staff are alerted."""

    number: int
    self_harm: bool
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """The assistant spoke: signed sentences in order, and closed sentences of the product's own by their codes."""

    number: int
    kind: Kind
    quotes: tuple[Quote, ...]
    notices: tuple[str, ...]
    composer: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person is asked to take over; `number` is the question that led to it, 0 if none did."""

    number: int
    reason: Handover
    department: str
    in_hours: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitReminded:
    """Nobody took over in time; staff were reminded for the nth time."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A member of staff took over."""

    staff: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffReplied:
    """A member of staff spoke in her own name. `script` is the library piece she used; `warnings` what she was told.

    `message` is the sender's own id: sent twice it counts once.
    """

    message: str
    staff: str
    name: str
    role: str
    text: str
    script: str
    warnings: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A note among staff; the person never sees it."""

    message: str
    staff: str
    text: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Staff let the assistant speak again."""

    staff: str


@dataclass(frozen=True, slots=True)
class ConversationClosed:
    """Nobody speaks here any more; `by` is `patient` or the member of staff."""

    by: str


@dataclass(frozen=True, slots=True)
class WordsErased:
    """The record was kept for as long as it must be: what people said is destroyed with the conversation's key."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerReported:
    """The reader says that a sentence of an answer (by its place from 0), or the WHOLE of it, is not right."""

    number: int
    sentence: int
    complaint: Complaint


@dataclass(frozen=True, slots=True)
class ReportSettled:
    """Staff looked into a report; upheld means that the reader was right."""

    number: int
    sentence: int
    staff: str
    upheld: bool


@dataclass(frozen=True, slots=True)
class AnswerRated:
    """The reader says whether an answer helped."""

    number: int
    helpful: bool


Event = (
    ConversationOpened
    | QuestionAsked
    | EmergencyRaised
    | AnswerGiven
    | HandedOver
    | WaitReminded
    | Claimed
    | StaffReplied
    | NoteAdded
    | GivenBack
    | ConversationClosed
    | WordsErased
    | AnswerReported
    | ReportSettled
    | AnswerRated
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands. `handovers` is how often the conversation had been handed over when it was asked."""

    number: int
    message: str
    text: str
    route: str
    doubtful: bool
    terms: tuple[str, ...]
    at: datetime
    phase: Phase
    handovers: int
    asks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    emergency: EmergencyRaised | None = None
    answer: AnswerGiven | None = None
    helpful: bool | None = None
    reports: tuple[AnswerReported, ...] = ()
    settled: tuple[ReportSettled, ...] = ()

    @property
    def open_reports(self) -> tuple[AnswerReported, ...]:
        """The reports that nobody looked into."""
        settled = {each.sentence for each in self.settled}
        return tuple(each for each in self.reports if each.sentence not in settled)

    def with_event(
        self, event: EmergencyRaised | AnswerGiven | AnswerReported | ReportSettled | AnswerRated
    ) -> Question:
        """Fold what is told of this question."""
        match event:
            case EmergencyRaised():
                return replace(self, emergency=event)
            case AnswerGiven():
                return replace(self, answer=event)
            case AnswerReported():
                return replace(self, reports=(*self.reports, event))
            case ReportSettled():
                return replace(self, settled=(*self.settled, event))
            case AnswerRated(_, helpful):
                return replace(self, helpful=helpful)

    @property
    def unmet(self) -> str:
        """Why this is a topic for the backlog; empty if it is none."""
        if self.reports:
            return "reported"
        if self.helpful is False:
            return "not_helpful"
        kinds = {Kind.UNSURE: "unanswered", Kind.HANDOFF: "handed_off"}
        return kinds.get(self.answer.kind, "") if self.answer else ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The present state. `alarm` is an emergency that no member of staff has taken up; `erased` if words are gone."""

    opened: ConversationOpened | None = None
    phase: Phase = Phase.ASSISTANT
    department: str = ""
    questions: tuple[Question, ...] = ()
    handovers: int = 0
    handed: HandedOver | None = None
    reminders: tuple[WaitReminded, ...] = ()
    claimed: Claimed | None = None
    alarm: bool = False
    scripts: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()
    erased: bool = False

    @property
    def begun(self) -> ConversationOpened:
        """How it began; ConversationUnknown if it did not."""
        if self.opened is None:
            raise ConversationUnknown("没有这个会话", field="conversation")
        return self.opened

    @property
    def terms(self) -> tuple[str, ...]:
        """What was spoken of, each once, the latest last."""
        told = [term for question in self.questions for term in question.terms]
        return tuple(dict.fromkeys(reversed(told)))[::-1]

    def question(self, number: int) -> Question:
        """Return a question; QuestionUnknown."""
        if not 1 <= number <= len(self.questions):
            raise QuestionUnknown("没有这个问题", field="question")
        return self.questions[number - 1]

    def may_answer(self, number: int) -> bool:
        """Whether the assistant may speak on a question: nobody was asked to take over since it was put."""
        asked = self.question(number)
        return self.phase is Phase.ASSISTANT and asked.phase is Phase.ASSISTANT and asked.handovers == self.handovers


def evolve(state: Conversation, event: Event) -> Conversation:  # noqa: C901, PLR0911 - one line per event reads best in one place
    """Fold one event."""
    match event:
        case ConversationOpened(_, department):
            return replace(state, opened=event, department=department)
        case QuestionAsked():
            return replace(state, questions=(*state.questions, _asked(state, event)), said=state.said | {event.message})
        case EmergencyRaised():
            return replace(_told(state, event), alarm=state.phase is not Phase.WITH_STAFF)
        case AnswerGiven() | AnswerReported() | ReportSettled() | AnswerRated():
            return _told(state, event)
        case HandedOver(_, _, department):
            waiting = replace(state, phase=Phase.WAITING, handed=event, handovers=state.handovers + 1)
            return replace(waiting, department=department or state.department, claimed=None, reminders=())
        case WaitReminded():
            return replace(state, reminders=(*state.reminders, event))
        case Claimed():
            return replace(state, phase=Phase.WITH_STAFF, claimed=event, alarm=False)
        case StaffReplied():
            used = (event.script,) if event.script else ()
            return replace(state, said=state.said | {event.message}, scripts=(*state.scripts, *used))
        case NoteAdded(message):
            return replace(state, said=state.said | {message})
        case GivenBack():
            return replace(state, phase=Phase.ASSISTANT, claimed=None)
        case ConversationClosed(by):
            # Whoever told of an emergency and leaves is still looked after: only staff end an alarm.
            return replace(state, phase=Phase.CLOSED, claimed=None, alarm=state.alarm and by == PATIENT)
        case WordsErased():
            return replace(state, phase=Phase.CLOSED, claimed=None, alarm=False, erased=True)


def _asked(state: Conversation, event: QuestionAsked) -> Question:
    return Question(
        event.number,
        event.message,
        event.text,
        event.route,
        event.doubtful,
        event.terms,
        event.at,
        state.phase,
        state.handovers,
        event.asks,
        event.words,
    )


def _told(
    state: Conversation, event: EmergencyRaised | AnswerGiven | AnswerReported | ReportSettled | AnswerRated
) -> Conversation:
    """Fold what is told of a question; of one that was never asked nothing is."""
    if not 1 <= event.number <= len(state.questions):
        return state
    changed = state.question(event.number).with_event(event)
    return replace(state, questions=(*state.questions[: event.number - 1], changed, *state.questions[event.number :]))


def known(state: Conversation) -> ConversationOpened:
    """Return how the conversation began; ConversationUnknown if it did not."""
    return state.begun


def open_conversation(state: Conversation, opened: ConversationOpened) -> tuple[Event, ...]:
    """Begin the conversation; the same beginning again changes nothing."""
    if state.opened == opened:
        return ()
    if state.opened:
        raise ConversationTaken("该会话编号已被使用", field="conversation")
    return (opened,)


@dataclass(frozen=True, slots=True)
class Words:
    """What the person wrote, sealed, and what was understood of it. `emergency` holds what was shown at once."""

    message: str
    text: str
    route: str
    doubtful: bool
    terms: tuple[str, ...]
    emergency: tuple[Quote, ...] | None = None
    self_harm: bool = False
    asks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def ask(state: Conversation, words: Words, *, department: str, in_hours: bool, at: datetime) -> tuple[Event, ...]:
    """Record a question, with the alarm it raises; one that tells of self-harm goes to a person at once."""
    _still_open(state)
    if words.message in state.said:
        return ()
    number = len(state.questions) + 1
    events: list[Event] = [_question(number, words, at)]
    if words.emergency is not None:
        events.append(EmergencyRaised(number, words.self_harm, words.emergency))
    if words.self_harm and state.phase is Phase.ASSISTANT:
        events.append(HandedOver(number, Handover.SELF_HARM, department, in_hours, at))
    return tuple(events)


def _question(number: int, words: Words, at: datetime) -> QuestionAsked:
    return QuestionAsked(
        number,
        words.message,
        words.text,
        words.route,
        words.doubtful,
        words.terms,
        at,
        words.asks,
        words.words,
    )


def answer(state: Conversation, given: AnswerGiven, handed: HandedOver | None = None) -> tuple[Event, ...]:
    """Record what the assistant says, and with it the handing over if that is what it says; once per question.

    AssistantIsMute if a person was asked to take over since the question.
    """
    _still_open(state)
    if state.question(given.number).answer or state.question(given.number).emergency:
        return ()
    if not state.may_answer(given.number):
        raise AssistantIsMute("会话已转人工，AI 助手不再回答", field="conversation")
    return (given, handed) if handed else (given,)


def hand_over(state: Conversation, handed: HandedOver) -> tuple[Event, ...]:
    """Ask for a person; whoever waits for one already, or speaks with one, changes nothing."""
    _still_open(state)
    return (handed,) if state.phase is Phase.ASSISTANT else ()


def remind(state: Conversation, *, every: timedelta, opened: datetime, at: datetime) -> tuple[Event, ...]:
    """Remind staff of whoever waits longer than `every`, and again each time it has passed.

    What was waited before staff came (`opened`) does not count: nobody could have been reminded.
    """
    if state.phase is not Phase.WAITING or state.handed is None:
        return ()
    last = state.reminders[-1].at if state.reminders else state.handed.at
    return (WaitReminded(len(state.reminders) + 1, at),) if at - max(last, opened) >= every else ()


def claim(state: Conversation, staff: str, *, at: datetime) -> tuple[Event, ...]:
    """Take a conversation, from the inbox or out of the assistant's hands. AlreadyClaimed by somebody else.

    One that its person closed in an emergency opens again: staff may still reach her there.
    """
    if not state.alarm:
        _still_open(state)
    if state.claimed:
        if state.claimed.staff != staff:
            raise AlreadyClaimed("这个会话已由同事接手", field="conversation")
        return ()
    if state.phase is Phase.WAITING:
        return (Claimed(staff, at),)
    return (HandedOver(0, Handover.TAKEN_OVER, state.department, in_hours=True, at=at), Claimed(staff, at))


def reply(state: Conversation, replied: StaffReplied) -> tuple[Event, ...]:
    """Record what a member of staff says to the person; the same message again changes nothing."""
    _hers(state, replied.staff)
    return () if replied.message in state.said else (replied,)


def note(state: Conversation, added: NoteAdded) -> tuple[Event, ...]:
    """Record a note among staff; the same again changes nothing."""
    _still_open(state)
    return () if added.message in state.said else (added,)


def transfer(state: Conversation, staff: str, *, department: str, in_hours: bool, at: datetime) -> tuple[Event, ...]:
    """Pass the conversation on to another department's inbox."""
    _hers(state, staff)
    return (HandedOver(0, Handover.TRANSFERRED, department, in_hours, at),)


def give_back(state: Conversation, staff: str) -> tuple[Event, ...]:
    """Let the assistant speak again."""
    _hers(state, staff)
    return (GivenBack(staff),)


def close(state: Conversation, by: str) -> tuple[Event, ...]:
    """End the conversation: the person may at any time, staff if it is theirs. Closed again changes nothing."""
    if state.begun and state.phase is Phase.CLOSED:
        return ()
    if by != PATIENT:
        _hers(state, by)
    return (ConversationClosed(by),)


def erase_words(state: Conversation, *, last: datetime, at: datetime) -> tuple[Event, ...]:
    """Destroy what people said once `last`, when anything last happened here, is RETENTION ago; never earlier."""
    if state.erased or at - last < RETENTION:
        return ()
    return (WordsErased(at),)


def report(state: Conversation, reported: AnswerReported) -> tuple[Event, ...]:
    """Record that a sentence is said to be wrong, once each. QuestionUnknown if the answer has no such sentence."""
    asked = state.question(reported.number)
    whole = reported.sentence == WHOLE and (asked.answer or asked.emergency)
    if not whole and not 0 <= reported.sentence < len(quotes_of(asked)):
        raise QuestionUnknown("该回答没有这一句", field="sentence")
    known = {each.sentence for each in state.question(reported.number).reports}
    return () if reported.sentence in known else (reported,)


def settle_report(state: Conversation, settled: ReportSettled) -> tuple[Event, ...]:
    """Record what came of a report, once. QuestionUnknown if there is none."""
    asked = state.question(settled.number)
    if settled.sentence not in {each.sentence for each in asked.reports}:
        raise QuestionUnknown("没有这条报错", field="sentence")
    return (settled,) if settled.sentence in {each.sentence for each in asked.open_reports} else ()


def rate(state: Conversation, rated: AnswerRated) -> tuple[Event, ...]:
    """Record whether an answer helped; the same again changes nothing."""
    asked = state.question(rated.number)
    if asked.answer is None:
        raise QuestionUnknown("这个问题没有可评价的回答", field="question")
    return () if asked.helpful == rated.helpful else (rated,)


def quotes_of(question: Question) -> tuple[Quote, ...]:
    """Return the signed sentences that were shown for a question."""
    shown = question.emergency or question.answer
    return shown.quotes if shown else ()


def _still_open(state: Conversation) -> None:
    if state.begun and state.phase is Phase.CLOSED:
        raise ConversationEnded("会话已结束，请重新开始一个会话", field="conversation")


def _hers(state: Conversation, staff: str) -> None:
    _still_open(state)
    if state.claimed is None or state.claimed.staff != staff:
        raise NotYours("请先接手这个会话", field="conversation")
