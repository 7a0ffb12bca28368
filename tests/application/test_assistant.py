"""What a question leads to: signed sentences with their signers, a person, 120 first of all, or that we do not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from narrowcast.application.assistant import QuestionUnclear, Reply
from narrowcast.application.ports import ChooserError, UnavailableError
from narrowcast.application.sealed_words import PersonForgotten
from narrowcast.application.store import Actor
from narrowcast.application.streams import CONTENT, CONVERSATION
from narrowcast.application.streams import HOSPITAL as HOSPITALS
from narrowcast.application.transcripts import FORGOTTEN
from narrowcast.domain import content as contents
from narrowcast.domain import hospital as hospitals
from narrowcast.domain.conversation import Complaint, ConversationEnded, ConversationUnknown, Handover, Kind, Phase
from narrowcast.domain.hospital import AssistantConfigured
from narrowcast.domain.notices import AI_LABEL, Notice, words_of
from narrowcast.domain.routing import Route, Routing
from narrowcast.domain.vocabulary import ForgettingReason, Form
from tests.support.front_desk import NURSE, FrontDesk, Scripted, demo_desk
from tests.support.newsroom import EDITOR, HOSPITAL, payloads

STROKE = "我爸突然嘴歪了，说话不清楚，左手抬不起来"
MEALS = "二甲双胍什么时候吃"
LINE = "本院急诊电话：010-00000120。"
WORKDAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 1, 5, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def library() -> FrontDesk:
    """Everything signed; tests that change it make their own."""
    return demo_desk()


@pytest.fixture
def desk(library: FrontDesk) -> FrontDesk:
    library.chooser = None
    at(library, WORKDAY)
    return library


def at(desk: FrontDesk, moment: datetime) -> None:
    desk.world.clock.advance(moment - desk.world.clock.now())


def texts(reply: Reply) -> list[str]:
    return [sentence.text for sentence in reply.sentences]


def configure(desk: FrontDesk, wanted: AssistantConfigured) -> None:
    desk.world.store.execute(
        HOSPITALS, HOSPITAL, HOSPITAL, lambda s: hospitals.configure_assistant(s, wanted), Actor("admin:1")
    )


class TestAnswers:
    def test_an_answer_quotes_signed_sentences_with_piece_version_signer_and_date(self, desk: FrontDesk) -> None:
        reply = desk.ask(MEALS)
        assert reply.kind is Kind.ANSWER
        assert reply.label == AI_LABEL
        first = reply.sentences[0]
        assert (first.text, first.content, first.signer) == ("盐酸二甲双胍普通片应随餐服用。", "met-start", "陈怡然")
        assert (first.version, first.signed_at.tzinfo) == (1, UTC)

    def test_a_signed_question_and_answer_is_given_word_for_word(self, desk: FrontDesk) -> None:
        reply = desk.ask("请问血压正常了能停降压药吗？")
        piece = desk.world.content("ask-stop-htn")
        assert texts(reply) == [sentence.text for sentence in piece.draft.sentences]

    @pytest.mark.parametrize(
        "question", ["二甲双胍和头孢能一起吃吗", "司美格鲁肽有什么副作用", "某某消渴丸有什么副作用"]
    )
    def test_what_nobody_signed_is_not_known_and_goes_to_a_person(self, desk: FrontDesk, question: str) -> None:
        reply = desk.ask(question)
        assert (reply.kind, reply.sentences, reply.phase) == (Kind.UNSURE, (), Phase.WAITING)
        assert words_of(Notice.UNSURE) in reply.notices

    def test_a_follow_up_keeps_to_what_was_spoken_of_in_this_conversation_alone(self, desk: FrontDesk) -> None:
        one = desk.opened()
        desk.ask("二甲双胍有什么副作用", one)
        assert desk.ask("它什么时候吃", one).sentences[0].text == "盐酸二甲双胍普通片应随餐服用。"
        assert desk.ask("它什么时候吃").kind is not Kind.ANSWER

    def test_a_question_out_of_scope_is_declined(self, desk: FrontDesk) -> None:
        reply = desk.ask("帮我写一首关于春天的诗")
        assert (reply.kind, reply.sentences, reply.phase) == (Kind.REFUSAL, (), Phase.ASSISTANT)

    @pytest.mark.parametrize(("question", "kind"), [(MEALS, Kind.ANSWER), ("阿司匹林能和头孢一起吃吗", Kind.UNSURE)])
    def test_a_doubtful_question_is_answered_beside_120(
        self, desk: FrontDesk, monkeypatch: pytest.MonkeyPatch, question: str, kind: Kind
    ) -> None:
        doubt = Routing(Route.LIBRARY, "", 0.3, doubtful=True)
        monkeypatch.setattr("narrowcast.application.assistant.route", lambda *_: doubt)
        reply = desk.ask(question)
        assert (reply.kind, reply.doubtful) == (kind, True)
        assert reply.notices[0] == words_of(Notice.IF_WORSE_120)

    def test_the_same_message_again_is_the_same_question(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        first = desk.assistant.ask(HOSPITAL, conversation, MEALS, message="m-1")
        assert desk.assistant.ask(HOSPITAL, conversation, MEALS, message="m-1") == first
        assert len(desk.conversation(conversation).questions) == 1

    @pytest.mark.parametrize("text", ["", "  ", "🙂🙂", "字" * 2001])
    def test_nothing_and_far_too_much_are_not_questions(self, desk: FrontDesk, text: str) -> None:
        with pytest.raises(QuestionUnclear):
            desk.ask(text)

    def test_nobody_asks_in_a_conversation_that_is_not_there_or_has_ended(self, desk: FrontDesk) -> None:
        with pytest.raises(ConversationUnknown):
            desk.ask(MEALS, "c202601-nothing")
        conversation = desk.opened()
        desk.assistant.close(HOSPITAL, conversation)
        with pytest.raises(ConversationEnded):
            desk.ask(MEALS, conversation)

    def test_a_recalled_piece_answers_nothing_from_that_moment_and_its_old_answers_fall_silent(self) -> None:
        desk = demo_desk("met-start")
        conversation = desk.opened()
        assert desk.ask(MEALS, conversation).kind is Kind.ANSWER
        desk.world.store.execute(CONTENT, HOSPITAL, "met-start", lambda s: contents.recall(s, reason="old"), EDITOR)
        again = desk.assistant.answer(HOSPITAL, conversation, 1)
        assert (again.sentences, again.notices) == ((), (words_of(Notice.WITHDRAWN),))
        assert desk.ask(MEALS).kind is Kind.UNSURE
        [_, line] = desk.transcripts.read(HOSPITAL, conversation).lines
        assert line.sentences == ()
        assert line.withdrawn > 0


class TestEmergencies:
    def test_120_and_the_hospitals_line_come_first_with_the_signed_text_and_staff_are_alerted(
        self, desk: FrontDesk
    ) -> None:
        conversation = desk.opened()
        reply = desk.ask(STROKE, conversation)
        assert reply.kind is Kind.EMERGENCY
        assert reply.notices == (words_of(Notice.CALL_120), LINE)
        assert "120" in reply.sentences[0].text
        [entry] = [each for each in desk.inbox.entries(HOSPITAL) if each.conversation == conversation]
        assert entry.alarm

    def test_without_a_signed_text_or_a_library_120_is_named_all_the_same(self) -> None:
        desk = demo_desk("dm-know")
        assert desk.ask(STROKE).notices == (words_of(Notice.CALL_120), LINE)

        class Down:
            def pieces(self, *_: object, **__: object) -> object:
                raise UnavailableError

        broken = replace(desk.assistant, shelves=Down())  # type: ignore[arg-type]
        reply = broken.ask(HOSPITAL, desk.opened(), STROKE)
        assert (reply.kind, reply.sentences) == (Kind.EMERGENCY, ())

    def test_self_harm_is_taken_over_at_once_and_shown_nothing_that_is_not_about_it(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        reply = desk.ask("我不想活了，想从楼上跳下去", conversation)
        state = desk.conversation(conversation)
        assert (reply.kind, reply.sentences, reply.phase) == (Kind.EMERGENCY, (), Phase.WAITING)
        assert words_of(Notice.CRISIS_LINE) in reply.notices
        assert state.handed
        assert state.handed.reason is Handover.SELF_HARM

    def test_an_emergency_is_named_beside_a_nurse_too(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        desk.assistant.ask_for_person(HOSPITAL, conversation)
        reply = desk.ask(STROKE, conversation)
        assert (reply.kind, reply.phase) == (Kind.EMERGENCY, Phase.WAITING)

    def test_the_switch_does_not_silence_120(self) -> None:
        desk = demo_desk("say-emergency")
        configure(desk, replace(hospitals.OFFICE_HOURS, running=False))
        assert desk.ask(STROKE).kind is Kind.EMERGENCY


class TestHandOver:
    def test_a_personal_decision_goes_to_a_person_with_the_signed_sentence(self, desk: FrontDesk) -> None:
        reply = desk.ask("我能不能把二甲双胍加到三片")
        assert (reply.kind, reply.phase) == (Kind.HANDOFF, Phase.WAITING)
        assert [each.content for each in reply.sentences] == ["say-handoff"]

    def test_a_request_of_service_gets_the_hospitals_own_page_and_a_person(self, desk: FrontDesk) -> None:
        reply = desk.ask("怎么预约挂号")
        assert (reply.kind, reply.phase) == (Kind.HANDOFF, Phase.WAITING)
        assert {each.content for each in reply.sentences} == {"serve-booking"}

    def test_after_it_the_assistant_is_mute_until_staff_give_back(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        desk.assistant.ask_for_person(HOSPITAL, conversation)
        waiting = desk.ask(MEALS, conversation)
        assert (waiting.kind, waiting.sentences) == (Kind.HANDOFF, ())
        desk.inbox.claim(HOSPITAL, conversation, NURSE)
        assert desk.ask(MEALS, conversation).notices == (words_of(Notice.WITH_STAFF),)
        desk.inbox.give_back(HOSPITAL, conversation, NURSE)
        assert desk.ask(MEALS, conversation).kind is Kind.ANSWER
        assert [each.answer is not None for each in desk.conversation(conversation).questions] == [False, False, True]

    def test_an_answer_on_its_way_is_not_given_after_a_hand_over(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        number = desk.assistant.hear(HOSPITAL, conversation, MEALS)
        assistant = desk.assistant

        class Interrupting:
            def search(self, *asked: str, **how: object) -> object:
                desk.assistant.ask_for_person(HOSPITAL, conversation)
                return desk.retrieval.search(*asked, **how)  # type: ignore[arg-type]

        reply = replace(assistant, search=Interrupting()).answer(HOSPITAL, conversation, number)  # type: ignore[arg-type]
        assert (reply.kind, reply.sentences, reply.phase) == (Kind.HANDOFF, (), Phase.WAITING)
        assert desk.conversation(conversation).question(number).answer is None

    @pytest.mark.parametrize(("moment", "told"), [(WORKDAY, False), (NIGHT, True), (WORKDAY + timedelta(days=5), True)])
    def test_out_of_hours_it_is_said_when_staff_come_back(
        self, desk: FrontDesk, moment: datetime, *, told: bool
    ) -> None:
        at(desk, moment)
        reply = desk.ask("我能不能把二甲双胍加到三片")
        assert (words_of(Notice.AFTER_HOURS, opens="08:00") in reply.notices) is told

    def test_the_switch_stops_every_answer_and_calls_a_person(self) -> None:
        desk = demo_desk("met-start")
        configure(desk, AssistantConfigured(False, time(7), time(20), (1, 2, 3, 4, 5, 6, 7), 10))  # noqa: FBT003
        reply = desk.ask(MEALS)
        assert (reply.kind, reply.sentences, reply.phase) == (Kind.HANDOFF, (), Phase.WAITING)
        assert words_of(Notice.STOPPED) in reply.notices

    def test_the_department_is_the_patients_or_else_that_of_the_topic(self, desk: FrontDesk) -> None:
        own, unknown = desk.opened(department="cardio"), desk.opened()
        for conversation in (own, unknown):
            desk.ask("二甲双胍和头孢能一起吃吗", conversation)
        assert desk.conversation(own).department == "cardio"
        assert desk.conversation(unknown).department == "endo"


class TestPrivacy:
    def test_nobodys_words_stand_in_the_log_in_clear(self, desk: FrontDesk) -> None:
        conversation = desk.opened(patient="p-1")
        desk.ask("我叫王秀兰，二甲双胍什么时候吃", conversation)
        desk.inbox.claim(HOSPITAL, conversation, NURSE)
        desk.inbox.note(HOSPITAL, conversation, NURSE, "王秀兰，家属已联系")
        logged = payloads(desk.world)
        assert "王秀兰".encode() not in logged
        assert "什么时候".encode() not in logged

    def test_a_forgotten_patients_words_cannot_be_read_and_she_still_counts(self, desk: FrontDesk) -> None:
        conversation = desk.opened(patient="p-forgotten")
        desk.ask(MEALS, conversation)
        desk.world.forgetting.forget(
            HOSPITAL, "p-forgotten", reason=ForgettingReason.PATIENT_REQUEST, ticket="", actor=EDITOR
        )
        [question, *_] = desk.transcripts.read(HOSPITAL, conversation).lines
        assert question.text == FORGOTTEN
        with pytest.raises(PersonForgotten):
            desk.ask(MEALS, conversation)
        assert len(desk.conversation(conversation).questions) == 1

    def test_a_report_is_traced_to_sentence_piece_and_version(self, desk: FrontDesk) -> None:
        conversation = desk.opened()
        desk.ask(MEALS, conversation)
        desk.assistant.report(HOSPITAL, conversation, 1, sentence=0, complaint=Complaint.OUTDATED)
        desk.world.settle()
        row: Any = desk.world.read.get(f"{HOSPITAL}/{CONVERSATION.name}/{conversation[1:7]}", conversation)
        [question] = row["questions"]
        traced = {"content_id": "met-start", "revision": 1, "sentence": 1, "complaint": "outdated", "upheld": None}
        assert question["reported"] == [traced]
        assert question["unmet"] == "reported"


class TestChooser:
    """A model may choose; what it says is shown to nobody, and what it chose passes the same test."""

    def test_what_it_chooses_is_shown_in_its_order_if_it_answers(self, desk: FrontDesk) -> None:
        desk.chooser = Scripted((0,))
        assert desk.ask(MEALS).kind is Kind.ANSWER

    @pytest.mark.parametrize("picked", [(), (99, -1), (2,), (10**9,)])
    def test_what_does_not_answer_or_is_not_there_gives_way_to_the_rules(
        self, desk: FrontDesk, picked: tuple[int, ...]
    ) -> None:
        own = texts(desk.ask(MEALS))
        desk.chooser = Scripted(*[picked] * 20)
        assert texts(desk.ask(MEALS)) == own

    @pytest.mark.parametrize("fault", [ChooserError(), UnavailableError()])
    def test_without_a_usable_answer_the_rules_choose(self, desk: FrontDesk, fault: Exception) -> None:
        own = texts(desk.ask(MEALS))
        desk.chooser = Scripted(*[fault] * 20)
        assert texts(desk.ask(MEALS)) == own

    def test_it_is_not_asked_about_what_nobody_signed(self, desk: FrontDesk) -> None:
        desk.chooser = Scripted(*[(0, 1, 2)] * 20)
        assert desk.ask("二甲双胍和头孢能一起吃吗").kind is Kind.UNSURE

    def test_it_sees_signed_sentences_and_dictionary_words_only(self, desk: FrontDesk) -> None:
        chooser = Scripted(*[()] * 20)
        desk.chooser = chooser
        assert desk.ask("格华止什么时候吃呀，谢谢小燕子").kind in (Kind.ANSWER, Kind.UNSURE)
        assert chooser.shown
        for question, sentences in chooser.shown:
            assert "燕" not in question
            assert set(sentences) <= desk.signed_texts()


def test_every_form_that_is_said_to_askers_has_a_home(desk: FrontDesk) -> None:
    on = WORKDAY.date()
    for form in (Form.EMERGENCY, Form.HANDOFF, Form.SERVICE, Form.GLOSSARY, Form.SCRIPT):
        assert list(desk.shelves.pieces(HOSPITAL, form, on=on))
