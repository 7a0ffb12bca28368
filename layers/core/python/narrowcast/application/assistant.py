"""The assistant: signed sentences or none. Emergencies come first, a person takes over in doubt.

A question is recorded before it is answered, and an answer only counts while nobody was asked to take over since. What
may be said is chosen from the signed library by `domain/answering`; a model, where there is one, chooses numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from narrowcast.application.askers import Asker, asker_of
from narrowcast.application.hospitals import local_date, profile_of, zone_of
from narrowcast.application.ports import Chooser, ChooserError, UnavailableError
from narrowcast.application.quoting import Explained, Glossary, QuotedSentence, Quoting, Shelves, quotes_from
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Actor, Store
from narrowcast.application.streams import CONVERSATION
from narrowcast.application.transcripts import emergency_notices, handover_notices, said
from narrowcast.domain import conversation as conversations
from narrowcast.domain.answering.choosing import (
    ANSWERING,
    ENOUGH,
    MOST_SENTENCES,
    Choice,
    Passage,
    candidates,
    choose,
    closeness,
    enough,
    with_warnings,
)
from narrowcast.domain.answering.understanding import Understood, known_words, understand
from narrowcast.domain.content import Content
from narrowcast.domain.conversation import (
    AnswerGiven,
    AnswerRated,
    AnswerReported,
    AssistantIsMute,
    Complaint,
    Conversation,
    ConversationOpened,
    HandedOver,
    Handover,
    Kind,
    Phase,
    Quote,
    Words,
)
from narrowcast.domain.errors import Refusal
from narrowcast.domain.hospital import Hospital
from narrowcast.domain.notices import AI_LABEL, Notice
from narrowcast.domain.routing import MAX_CHARACTERS, Embed, Route, fold, route
from narrowcast.domain.routing.cues import cues
from narrowcast.domain.vocabulary import Audience, Form

ACTOR = Actor("system:assistant")
PERSON = Actor("patient")
LOOKED_AT = 8
"""Pieces that the search may put forward for one question."""
COMPOSER = "rules 2026.11"
SELF_HARM_CUE, SERVICE_CUE = "death", "service"
_OF_SELF_HARM = re.compile("自伤|自杀|轻生|伤害自己|心理援助")
QUOTABLE = frozenset(
    (Form.ARTICLE, Form.QA, Form.POST, Form.VISIT_PREPARATION, Form.PROCEDURE, Form.GLOSSARY, Form.SERVICE)
)
"""Forms whose sentences may answer a question of the library."""
SAID_WHOLE = frozenset((Form.QA, Form.VISIT_PREPARATION, Form.PROCEDURE, Form.GLOSSARY))
"""Forms whose title is what people ask: asked that, all of it is said."""


class QuestionUnclear(Refusal):
    """There is nothing to answer, or far too much."""


class Found(Protocol):
    """A piece that a search puts forward: signed and fit to be shown when it was looked at."""

    @property
    def content_id(self) -> str:
        """The piece's id."""

    @property
    def state(self) -> Content:
        """The piece."""


class Findings(Protocol):
    """What a search found."""

    @property
    def hits(self) -> Sequence[Found]:
        """The pieces, best first."""


class Searching(Protocol):
    """Finds signed pieces of a hospital that may be shown today."""

    def search(self, hospital: str, question: str, *, limit: int, audiences: tuple[Audience, ...]) -> Findings:
        """Return at most `limit` pieces. UnavailableError."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question led to. `sentences` are signed ones, `notices` closed sentences of the product's own.

    `explained` are terms of the answer in plain words. `phase` is who speaks next; `doubtful` that 120 was named
    although it need not be an emergency.
    """

    kind: Kind
    sentences: tuple[QuotedSentence, ...]
    notices: tuple[str, ...]
    conversation: str
    number: int
    phase: Phase
    doubtful: bool = False
    explained: tuple[Explained, ...] = ()
    label: str = AI_LABEL


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the assistant means to say, and why a person is to take over, if so."""

    kind: Kind
    quotes: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()
    composer: str = COMPOSER
    handover: Handover | None = None
    department: str = ""


@dataclass(frozen=True, slots=True)
class Assistant:
    """Opens conversations, hears questions and answers them."""

    store: Store
    search: Searching
    shelves: Shelves
    quoting: Quoting
    words: SealedWords
    embed: Embed | None = None
    chooser: Chooser | None = None

    def open(
        self, hospital: str, *, patient: str = "", department: str = "", channel: str = "api", conversation: str = ""
    ) -> str:
        """Begin a conversation and return its id; `patient` is a pseudonym, empty for somebody unknown."""
        profile_of(self.store, hospital)
        name = conversation or self._new_id()
        opened = ConversationOpened(patient, department, channel)
        self.store.execute(CONVERSATION, hospital, name, lambda s: conversations.open_conversation(s, opened), PERSON)
        return name

    def ask(self, hospital: str, conversation: str, text: str, *, message: str = "") -> Reply:
        """Hear a question and answer it. QuestionUnclear, ConversationUnknown, ConversationEnded."""
        return self.answer(hospital, conversation, self.hear(hospital, conversation, text, message=message))

    def hear(self, hospital: str, conversation: str, text: str, *, message: str = "") -> int:
        """Record a question and return its number; the alarm of an emergency is raised with it, before any answer.

        `message` is the sender's own id: the same message again is the same question.
        """
        if not fold(text) or len(text) > MAX_CHARACTERS:
            raise QuestionUnclear(f"请写下您的问题（不超过{MAX_CHARACTERS}字）", field="text")
        state = self._state(hospital, conversation)
        profile = profile_of(self.store, hospital)
        words = self._words(hospital, conversation, state, text, message or self.store.ids.new_id())
        now = self.store.clock.now()
        outcome = self.store.execute(
            CONVERSATION,
            hospital,
            conversation,
            lambda s: conversations.ask(s, words, department="", in_hours=self._staffed(profile), at=now),
            PERSON,
        )
        return next(each.number for each in outcome.state.questions if each.message == words.message)

    def answer(self, hospital: str, conversation: str, number: int) -> Reply:
        """Answer a question that was heard, once; after a hand-over the reply only says that a person will."""
        state = self._state(hospital, conversation)
        asked = state.question(number)
        if asked.answer is None and asked.emergency is None and state.may_answer(number):
            state = self._given(hospital, conversation, number, state)
        return self._reply(hospital, conversation, state, number)

    def ask_for_person(self, hospital: str, conversation: str) -> Reply:
        """Hand over because the person wants to speak with one."""
        profile = profile_of(self.store, hospital)
        handed = HandedOver(0, Handover.ASKED, "", self._staffed(profile), self.store.clock.now())
        outcome = self.store.execute(
            CONVERSATION, hospital, conversation, lambda s: conversations.hand_over(s, handed), PERSON
        )
        return self._muted(conversation, outcome.state, 0, profile)

    def report(self, hospital: str, conversation: str, number: int, *, sentence: int, complaint: Complaint) -> None:
        """Record that a sentence of an answer is said to be wrong. QuestionUnknown."""
        reported = AnswerReported(number, sentence, complaint)
        self.store.execute(CONVERSATION, hospital, conversation, lambda s: conversations.report(s, reported), PERSON)

    def rate(self, hospital: str, conversation: str, number: int, *, helpful: bool) -> None:
        """Record whether an answer helped. QuestionUnknown."""
        rated = AnswerRated(number, helpful)
        self.store.execute(CONVERSATION, hospital, conversation, lambda s: conversations.rate(s, rated), PERSON)

    def close(self, hospital: str, conversation: str) -> None:
        """End the conversation at the person's wish."""
        self.store.execute(
            CONVERSATION, hospital, conversation, lambda s: conversations.close(s, conversations.PATIENT), PERSON
        )

    def _new_id(self) -> str:
        return f"c{self.store.clock.now():%Y%m}-{self.store.ids.new_id()}"

    def _state(self, hospital: str, conversation: str) -> Conversation:
        state = self.store.load(CONVERSATION, hospital, conversation).state
        conversations.known(state)
        return state

    def _words(self, hospital: str, conversation: str, state: Conversation, text: str, message: str) -> Words:
        routing = route(text, self.embed)
        urgent = routing.route is Route.EMERGENCY
        self_harm = urgent and SELF_HARM_CUE in cues(fold(text))
        understood = understand(text, state.terms)
        return Words(
            message,
            self.words.seal(hospital, conversation, state, text),
            routing.route,
            routing.doubtful,
            understood.terms,
            self._emergency(hospital, text, self_harm=self_harm) if urgent else None,
            self_harm,
            tuple(sorted(understood.asks)),
            understood.spoken_words,
        )

    def _emergency(self, hospital: str, text: str, *, self_harm: bool) -> tuple[Quote, ...]:
        """Return the hospital's signed emergency text nearest to what is told; none if it cannot be had now.

        Whoever may harm herself is shown only a text about that.
        """
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        try:
            found = [_passage(*piece) for piece in self.shelves.pieces(hospital, Form.EMERGENCY, on=on)]
        except UnavailableError:
            return ()
        fitting = [each for each in found if bool(_OF_SELF_HARM.search("".join(each.sentences))) == self_harm]
        understood = understand(text)
        nearest = max(fitting, key=lambda each: (max(closeness(understood, each)), each.content_id), default=None)
        return self._quoted(hospital, nearest.content_id) if nearest else ()

    def _quoted(self, hospital: str, content_id: str) -> tuple[Quote, ...]:
        """Return the first sentences of a piece that is behind the gate."""
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        state = self.shelves.library.piece(hospital, content_id, on=on)
        if state is None:
            return ()
        return quotes_from(hospital, content_id, state, range(min(MOST_SENTENCES, len(state.draft.sentences))))

    def _shelved(self, hospital: str, form: Form) -> tuple[Quote, ...]:
        """Return the sentences of the first signed piece of a form."""
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        found = next(self.shelves.pieces(hospital, form, on=on), None)
        return self._quoted(hospital, found[0]) if found else ()

    def _given(self, hospital: str, conversation: str, number: int, state: Conversation) -> Conversation:
        """Say what is to be said, unless a person was asked to take over in the meantime."""
        profile = profile_of(self.store, hospital)
        plan = self._plan(hospital, conversation, number, state, profile)
        given = AnswerGiven(number, plan.kind, plan.quotes, plan.notices, plan.composer)
        handed = self._handed(plan, number, profile) if plan.handover else None
        try:
            return self.store.execute(
                CONVERSATION, hospital, conversation, lambda s: conversations.answer(s, given, handed), ACTOR
            ).state
        except AssistantIsMute:
            return self._state(hospital, conversation)

    def _handed(self, plan: _Plan, number: int, profile: Hospital) -> HandedOver:
        reason = plan.handover or Handover.ASKED
        return HandedOver(number, reason, plan.department, self._staffed(profile), self.store.clock.now())

    def _plan(self, hospital: str, conversation: str, number: int, state: Conversation, profile: Hospital) -> _Plan:
        asked = state.question(number)
        text = self.words.open(hospital, conversation, state, asked.text)
        if text is None:
            raise QuestionUnclear("该问题的内容已删除", field="question")
        if not profile.assistant.running:
            return _Plan(Kind.HANDOFF, notices=_beside(asked.doubtful, Notice.STOPPED), handover=Handover.STOPPED)
        if asked.route == Route.OUT_OF_SCOPE:
            return _Plan(Kind.REFUSAL, notices=_beside(asked.doubtful, Notice.OUT_OF_SCOPE))
        understood = understand(text, _before(state, number))
        if asked.route == Route.HANDOFF:
            return self._person(hospital, text, understood, state, doubtful=asked.doubtful)
        asker = asker_of(self.store, hospital, conversation, state.begun)
        return self._library(hospital, text, understood, state, asker, doubtful=asked.doubtful)

    def _person(
        self, hospital: str, text: str, understood: Understood, state: Conversation, *, doubtful: bool
    ) -> _Plan:
        """Hand over with the hospital's signed sentence; a request of its service also gets its own signed page."""
        page = self._service(hospital, text, understood) if SERVICE_CUE in cues(fold(text)) else ()
        quotes = page or self._shelved(hospital, Form.HANDOFF)
        department = state.department
        return _Plan(Kind.HANDOFF, quotes, _beside(doubtful), handover=Handover.PERSONAL, department=department)

    def _service(self, hospital: str, text: str, understood: Understood) -> tuple[Quote, ...]:
        on = local_date(profile_of(self.store, hospital), self.store.clock.now())
        pages = list(self.shelves.pieces(hospital, Form.SERVICE, on=on))
        chosen = choose(understood, [_passage(*page) for page in pages])
        by_words = chosen or _by_words(text, pages)
        if by_words is None:
            return ()
        state = dict(pages)[by_words.content_id]
        return quotes_from(hospital, by_words.content_id, state, by_words.places[:MOST_SENTENCES])

    def _library(
        self, hospital: str, text: str, understood: Understood, state: Conversation, asker: Asker, *, doubtful: bool
    ) -> _Plan:
        found = self._found(hospital, text, understood, asker)
        choice = self._chosen(understood, [_passage(each.content_id, each.state) for each in found])
        if choice is None:
            department = state.department or next((each.state.topic.department for each in found), "")
            notices = _beside(doubtful, Notice.UNSURE)
            return _Plan(Kind.UNSURE, notices=notices, handover=Handover.UNSURE, department=department)
        piece = next(each.state for each in found if each.content_id == choice.content_id)
        quotes = quotes_from(hospital, choice.content_id, piece, choice.places)
        return _Plan(Kind.ANSWER, quotes, _beside(doubtful), choice.composer)

    def _found(self, hospital: str, text: str, understood: Understood, asker: Asker) -> list[Found]:
        """Search for the question, with what 它 stands for; only what this person may be shown counts."""
        names = [term.partition(":")[2] for term in understood.terms]
        query = " ".join((text, *(name for name in names if name not in text)))
        found = self.search.search(hospital, query, limit=LOOKED_AT, audiences=(Audience.PATIENT,)).hits
        return [each for each in found if each.state.topic.form in QUOTABLE and asker.may_be_told(each.state)]

    def _chosen(self, understood: Understood, passages: Sequence[Passage]) -> Choice | None:
        """Let the rules choose; where there is a model, what it chose instead counts if it passes the same test."""
        own = choose(understood, passages)
        if self.chooser is None or (own and own.composer == "verbatim"):
            return own
        return self._chosen_by_model(self.chooser, understood, passages) or own

    def _chosen_by_model(self, chooser: Chooser, understood: Understood, passages: Sequence[Passage]) -> Choice | None:
        for passage in passages:
            offered = candidates(understood, passage)
            if not offered:
                continue
            try:
                picked = chooser.choose(known_words(understood.text), [passage.sentences[each] for each in offered])
            except (ChooserError, UnavailableError):
                return None
            places = tuple(dict.fromkeys(offered[each] for each in picked if 0 <= each < len(offered)))
            confidence = enough(understood, passage, places[:ANSWERING])
            if confidence >= ENOUGH:
                shown = with_warnings(passage, places[:ANSWERING], closeness(understood, passage))
                return Choice(passage.content_id, shown, confidence, chooser.name)
        return None

    def _reply(self, hospital: str, conversation: str, state: Conversation, number: int) -> Reply:
        profile = profile_of(self.store, hospital)
        asked = state.question(number)
        if asked.emergency:
            notices = said(emergency_notices(self_harm=asked.emergency.self_harm), profile)
            sentences = self._shown(hospital, asked.emergency.quotes, profile)
            return Reply(Kind.EMERGENCY, sentences, notices, conversation, number, state.phase)
        if asked.answer is None:
            return self._muted(conversation, state, number, profile)
        sentences = self._shown(hospital, asked.answer.quotes, profile)
        lost = asked.answer.quotes and not sentences
        codes = (*asked.answer.notices, *((Notice.WITHDRAWN,) if lost else ()), *_handover_codes(state, number))
        explained = self._explained(hospital, sentences, profile)
        return Reply(
            asked.answer.kind,
            sentences,
            said(codes, profile),
            conversation,
            number,
            state.phase,
            asked.doubtful,
            explained,
        )

    def _explained(
        self, hospital: str, sentences: tuple[QuotedSentence, ...], profile: Hospital
    ) -> tuple[Explained, ...]:
        return Glossary(self.shelves).explain(hospital, sentences, on=local_date(profile, self.store.clock.now()))

    def _shown(self, hospital: str, quotes: tuple[Quote, ...], profile: Hospital) -> tuple[QuotedSentence, ...]:
        return self.quoting.sentences(hospital, quotes, on=local_date(profile, self.store.clock.now()))

    def _muted(self, conversation: str, state: Conversation, number: int, profile: Hospital) -> Reply:
        """Return what stands where an answer would: that a person has the word."""
        waiting = state.phase is not Phase.WITH_STAFF
        codes: tuple[str, ...] = (Notice.STILL_WAITING,) if waiting else (Notice.WITH_STAFF,)
        if number == 0 and state.handed and waiting:
            codes = handover_notices(state.handed)
        return Reply(Kind.HANDOFF, (), said(codes, profile), conversation, number, state.phase)

    def _staffed(self, profile: Hospital) -> bool:
        return profile.assistant.staffed(self.store.clock.now().astimezone(zone_of(profile)))


def _beside(doubtful: bool, *codes: str) -> tuple[str, ...]:  # noqa: FBT001 - reads as a sentence where it is called
    """Return the codes, after the one that names 120 if the question might be an emergency."""
    return (Notice.IF_WORSE_120, *codes) if doubtful else codes


def _handover_codes(state: Conversation, number: int) -> tuple[str, ...]:
    return handover_notices(state.handed) if state.handed and state.handed.number == number else ()


def _before(state: Conversation, number: int) -> tuple[str, ...]:
    """Return what was spoken of before a question, the latest last."""
    return replace(state, questions=state.questions[: number - 1]).terms


def _passage(content_id: str, state: Content) -> Passage:
    carried = frozenset(
        place
        for place, sentence in enumerate(state.draft.sentences)
        if any(ref in state.topic.must_carry for ref in sentence.facts)
    )
    texts = tuple(sentence.text for sentence in state.draft.sentences)
    linking = frozenset(place for place, sentence in enumerate(state.draft.sentences) if not sentence.facts)
    return Passage(content_id, state.draft.title, texts, state.topic.form in SAID_WHOLE, carried, linking)


def _by_words(text: str, pages: Sequence[tuple[str, Content]]) -> Choice | None:
    """Return the service page whose title has most of its pairs of characters in the question; None below a half."""
    folded = fold(text)

    def shared(title: str) -> float:
        pairs = {title[at : at + 2] for at in range(len(title) - 1)}
        return sum(pair in folded for pair in pairs) / len(pairs) if pairs else 0.0

    best = max(pages, key=lambda page: (shared(page[1].draft.title), page[0]), default=None)
    if best is None or shared(best[1].draft.title) < 1 / 3:
        return None
    return Choice(best[0], tuple(range(len(best[1].draft.sentences))), 1.0, "service")
