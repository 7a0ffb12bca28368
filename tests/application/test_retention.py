"""Words of a conversation end when they were kept long enough, and not a day before; nothing else ends with them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest

from narrowcast.application.ports import KeyDestroyedError
from narrowcast.application.sealed_words import TWICE, PersonForgotten
from narrowcast.application.streams import CONVERSATION, PATIENT
from narrowcast.application.transcripts import FORGOTTEN
from narrowcast.domain.conversation import RETENTION, ConversationEnded, Phase, WordsErased
from narrowcast.domain.vocabulary import ForgettingReason
from tests.support.front_desk import NURSE, FrontDesk, demo_desk
from tests.support.newsroom import EDITOR, HOSPITAL

MEALS, PERSONAL = "二甲双胍什么时候吃", "我能不能把二甲双胍加到三片"
ALMOST, THE_REST = RETENTION - timedelta(hours=1), timedelta(hours=2)


@pytest.fixture
def desk() -> FrontDesk:
    return demo_desk("met-start", "say-handoff")


def said(desk: FrontDesk, conversation: str) -> list[str]:
    """What people said, as staff read it."""
    lines = desk.inbox.open(HOSPITAL, conversation).lines
    return [line.text for line in lines if line.kind in ("question", "reply", "note")]


@pytest.mark.parametrize("patient", ["", "p-1"])
def test_words_are_there_for_three_years_and_then_gone(desk: FrontDesk, patient: str) -> None:
    conversation = desk.opened(patient=patient)
    desk.ask(PERSONAL, conversation)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.inbox.note(HOSPITAL, conversation, NURSE, "家属已联系")
    desk.inbox.reply(HOSPITAL, conversation, NURSE, "您好，我是护士。")
    desk.world.settle()
    desk.world.clock.advance(ALMOST)
    assert desk.retention.erase(HOSPITAL) == []
    assert said(desk, conversation) == [PERSONAL, "家属已联系", "您好，我是护士。"]
    desk.world.clock.advance(THE_REST)
    assert desk.retention.erase_all() == {HOSPITAL: [conversation]}
    assert said(desk, conversation) == [FORGOTTEN] * 3
    with pytest.raises(KeyDestroyedError):
        desk.world.ring.seal(CONVERSATION.stream(HOSPITAL, conversation), b"more")
    desk.world.settle()
    assert desk.retention.erase(HOSPITAL) == []
    assert desk.conversation(conversation).phase is Phase.CLOSED
    with pytest.raises((PersonForgotten, ConversationEnded)):
        desk.ask(MEALS, conversation)


def test_what_was_counted_stays_and_the_patients_other_words_do(desk: FrontDesk) -> None:
    old = desk.opened(patient="p-1")
    desk.ask(MEALS, old)
    desk.world.clock.advance(ALMOST)
    new = desk.opened(patient="p-1")
    desk.ask(MEALS, new)
    desk.world.clock.advance(THE_REST)
    assert desk.retention.erase(HOSPITAL) == [old]
    desk.world.settle()
    assert (said(desk, old), said(desk, new)) == ([FORGOTTEN], [MEALS])
    assert desk.conversation(old).questions[0].terms == ("d:二甲双胍",)
    assert desk.world.ring.seal(PATIENT.stream(HOSPITAL, "p-1"), b"contact")


def test_the_time_counts_from_the_last_step(desk: FrontDesk) -> None:
    conversation = desk.opened()
    desk.ask(PERSONAL, conversation)
    desk.world.clock.advance(timedelta(days=300))
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.world.settle()
    desk.world.clock.advance(RETENTION - timedelta(days=200))
    assert desk.retention.erase(HOSPITAL) == []
    desk.world.clock.advance(timedelta(days=200))
    assert desk.retention.erase(HOSPITAL) == [conversation]


def test_a_crash_after_the_event_is_made_up_for_by_the_logs_consumer(desk: FrontDesk) -> None:
    conversation = desk.opened(patient="p-1")
    desk.ask(MEALS, conversation)
    decided = [WordsErased(desk.world.clock.now())]
    desk.world.store.execute(CONVERSATION, HOSPITAL, conversation, lambda s: decided if not s.erased else (), EDITOR)
    desk.world.settle()
    with pytest.raises(KeyDestroyedError):
        desk.world.ring.seal(CONVERSATION.stream(HOSPITAL, conversation), b"more")


def test_words_of_a_patient_stand_under_both_keys_and_either_destroys_them(desk: FrontDesk) -> None:
    kept, ended, forgotten = (desk.opened(patient=patient) for patient in ("p-1", "p-1", "p-2"))
    for conversation in (kept, ended, forgotten):
        desk.ask(MEALS, conversation)
        assert desk.conversation(conversation).questions[0].text.startswith(TWICE)
    desk.words.erase(HOSPITAL, ended)
    desk.world.forgetting.forget(HOSPITAL, "p-2", reason=ForgettingReason.PATIENT_REQUEST, ticket="", actor=EDITOR)
    assert [said(desk, each) for each in (kept, ended, forgotten)] == [[MEALS], [FORGOTTEN], [FORGOTTEN]]


def test_words_from_before_the_second_seal_are_still_read_and_end_like_the_others(desk: FrontDesk) -> None:
    conversation = desk.opened(patient="p-1")
    ring, state = desk.world.ring, desk.conversation(conversation)
    once = b64encode(ring.seal(PATIENT.stream(HOSPITAL, "p-1"), MEALS.encode())).decode()
    assert desk.words.open(HOSPITAL, conversation, state, once) == MEALS
    assert desk.words.open(HOSPITAL, conversation, replace(state, erased=True), once) is None
