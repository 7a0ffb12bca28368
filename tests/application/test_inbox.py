"""The staff's side: who waits and how long, one claim, replies in one's own name that are checked, notes, reminders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from narrowcast.application.dispatch import MOST_REMINDERS
from narrowcast.application.inbox import ReplyDoubtful, ReplyUnclear, months_back
from narrowcast.domain.conversation import AlreadyClaimed, Complaint, NotYours, Phase
from tests.support.front_desk import COLLEAGUE, NURSE, FrontDesk, demo_desk
from tests.support.newsroom import HOSPITAL

PERSONAL = "我能不能把二甲双胍加到三片"


@pytest.fixture
def desk() -> FrontDesk:
    return demo_desk("met-start", "reply-seen", "say-handoff", "say-emergency")


def waiting(desk: FrontDesk, department: str = "endo") -> str:
    conversation = desk.opened(department=department)
    desk.ask(PERSONAL, conversation)
    return conversation


def listed(desk: FrontDesk, department: str = "") -> list[str]:
    desk.world.settle()
    return [each.conversation for each in desk.inbox.entries(HOSPITAL, department)]


def test_emergencies_stand_first_then_who_waits_longest_each_in_her_departments_list(desk: FrontDesk) -> None:
    first = waiting(desk)
    desk.world.clock.advance(timedelta(minutes=7))
    second, elsewhere = waiting(desk), waiting(desk, "cardio")
    alarm = desk.opened(department="endo")
    desk.ask(STROKE, alarm)
    quiet = desk.opened(department="endo")
    desk.ask("二甲双胍什么时候吃", quiet)
    assert listed(desk, "endo") == [alarm, first, second]
    assert listed(desk) == [alarm, first, *sorted((second, elsewhere))]
    [entry] = [each for each in desk.inbox.entries(HOSPITAL) if each.conversation == first]
    assert (entry.waiting, entry.reason, entry.phase) == (timedelta(minutes=7), "personal", Phase.WAITING)


STROKE = "我爸突然嘴歪了，说话不清楚，左手抬不起来"


@pytest.mark.parametrize(("department", "phones"), [("endo", ["02"]), ("cardio", ["04"]), ("", ["02", "04"])])
def test_the_head_of_the_department_is_told_of_an_emergency_once_without_a_word_of_it(
    desk: FrontDesk, department: str, phones: list[str]
) -> None:
    conversation = desk.opened(department=department)
    desk.ask(STROKE, conversation)
    desk.ask(STROKE, conversation)
    alarms = [message for message in desk.world.messenger.sent if "|alarm|" in message.effect]
    assert [message.to[-2:] for message in alarms] == phones
    assert {message.text for message in alarms} == {
        "【仁和医院】有患者反映的情况可能是紧急情况，请立即打开护士工作台处理。"
    }


def test_a_conversation_of_no_department_stands_in_every_list(desk: FrontDesk) -> None:
    conversation = desk.opened()
    desk.assistant.ask_for_person(HOSPITAL, conversation)
    assert listed(desk, "endo") == listed(desk, "cardio") == [conversation]


def test_what_is_closed_or_given_back_leaves_the_list(desk: FrontDesk) -> None:
    one, other = waiting(desk), waiting(desk)
    for conversation in (one, other):
        desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.inbox.close(HOSPITAL, one, NURSE)
    desk.inbox.give_back(HOSPITAL, other, NURSE)
    assert listed(desk) == []


def test_only_one_nurse_gets_a_conversation(desk: FrontDesk) -> None:
    conversation = waiting(desk)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    with pytest.raises(AlreadyClaimed):
        desk.inbox.claim(HOSPITAL, conversation, COLLEAGUE)
    with pytest.raises(NotYours):
        desk.inbox.reply(HOSPITAL, conversation, COLLEAGUE, "请稍等。")


def test_the_patient_sees_who_speaks_and_never_a_note(desk: FrontDesk) -> None:
    conversation = waiting(desk)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.inbox.note(HOSPITAL, conversation, NURSE, "已电话联系主治医生")
    desk.inbox.reply(HOSPITAL, conversation, NURSE, "请稍等，我问一下。")
    seen = desk.transcripts.read(HOSPITAL, conversation).lines
    assert [(line.speaker, line.name) for line in seen if line.kind == "reply"] == [("nurse", "周敏")]
    assert "note" not in {line.speaker for line in seen}
    notes = [line for line in desk.inbox.open(HOSPITAL, conversation).lines if line.speaker == "note"]
    assert [line.text for line in notes] == ["已电话联系主治医生"]
    later = desk.transcripts.read(HOSPITAL, conversation, after=seen[0].cursor)
    assert later.lines == seen[1:]
    assert later.cursor == seen[-1].cursor


def test_a_free_reply_with_medical_words_is_warned_about_and_the_nurse_decides(desk: FrontDesk) -> None:
    conversation = waiting(desk)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    text = "二甲双胍可以加到每次1克。"
    with pytest.raises(ReplyDoubtful) as refused:
        desk.inbox.reply(HOSPITAL, conversation, NURSE, text)
    assert [each.code for each in refused.value.concerns] == ["unsigned"]
    assert "reply" not in {line.kind for line in desk.transcripts.read(HOSPITAL, conversation).lines}
    desk.inbox.reply(HOSPITAL, conversation, NURSE, text, confirmed=True)
    [line] = [line for line in desk.transcripts.read(HOSPITAL, conversation).lines if line.kind == "reply"]
    assert (line.text, line.warnings) == (text, ("unsigned",))


def test_a_forbidden_claim_is_warned_about(desk: FrontDesk) -> None:
    assert desk.inbox.check(HOSPITAL, "这个办法包治百病，保证根治。")
    assert desk.inbox.check(HOSPITAL, "好的，请稍等。") == ()


@pytest.mark.parametrize("text", ["", " \n", "字" * 2001])
def test_nothing_and_far_too_much_are_not_replies(desk: FrontDesk, text: str) -> None:
    with pytest.raises(ReplyUnclear):
        desk.inbox.reply(HOSPITAL, waiting(desk), NURSE, text)


def test_a_script_is_found_by_department_used_as_it_stands_and_its_uses_counted(desk: FrontDesk) -> None:
    [script] = desk.inbox.scripts(HOSPITAL, department="endo")
    assert (script.content_id, script.uses, script.signer) == ("reply-seen", 0, "陈怡然")
    assert desk.inbox.scripts(HOSPITAL, department="cardio") == []
    assert desk.inbox.scripts(HOSPITAL, code="E11") == []
    conversation = waiting(desk)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    assert desk.inbox.check(HOSPITAL, "".join(script.sentences), script.content_id) == ()
    desk.inbox.reply(HOSPITAL, conversation, NURSE, "".join(script.sentences), script=script.content_id)
    desk.world.settle()
    assert [each.uses for each in desk.inbox.scripts(HOSPITAL)] == [1]


def test_staff_are_reminded_of_whoever_waits_too_long(desk: FrontDesk) -> None:
    conversation = waiting(desk)
    desk.world.clock.advance(timedelta(minutes=14))
    assert desk.reminders.remind(HOSPITAL) == []
    desk.world.clock.advance(timedelta(minutes=1))
    assert desk.reminders.remind_all() == {HOSPITAL: [conversation]}
    assert desk.reminders.remind(HOSPITAL) == []
    desk.world.settle()
    assert [each.reminders for each in desk.inbox.entries(HOSPITAL)] == [1]


def test_the_head_of_the_department_is_told_of_a_wait_the_first_times_without_a_word_of_it(desk: FrontDesk) -> None:
    waiting(desk)
    for _ in range(MOST_REMINDERS + 2):
        desk.world.clock.advance(timedelta(minutes=15))
        assert desk.reminders.remind(HOSPITAL)
        desk.world.settle()
    told = [message for message in desk.world.messenger.sent if "|waiting|" in message.effect]
    assert [message.to[-2:] for message in told] == ["02"] * MOST_REMINDERS
    assert {message.text for message in told} == {
        "【仁和医院】有患者在等护士回复，已超过规定时间，请安排人员在工作台处理。"
    }


def test_nobody_is_reminded_at_night_and_the_night_does_not_count_as_waiting(desk: FrontDesk) -> None:
    at = desk.world.clock
    at.advance(datetime(2026, 1, 5, 15, 30, tzinfo=UTC) - at.now())
    conversation = waiting(desk)
    at.advance(timedelta(hours=8, minutes=29))
    assert desk.reminders.remind(HOSPITAL) == []
    at.advance(timedelta(minutes=2))
    assert desk.reminders.remind(HOSPITAL) == []
    at.advance(timedelta(minutes=15))
    assert desk.reminders.remind(HOSPITAL) == [conversation]


def test_an_emergency_whose_person_left_stays_in_the_list_until_somebody_takes_it_up(desk: FrontDesk) -> None:
    conversation = desk.opened(department="endo")
    desk.ask(STROKE, conversation)
    desk.assistant.close(HOSPITAL, conversation)
    assert listed(desk) == [conversation]
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.inbox.close(HOSPITAL, conversation, NURSE)
    assert listed(desk) == []


def test_a_transfer_moves_it_to_the_other_departments_list(desk: FrontDesk) -> None:
    conversation = waiting(desk)
    desk.inbox.claim(HOSPITAL, conversation, NURSE)
    desk.inbox.transfer(HOSPITAL, conversation, NURSE, "cardio")
    assert listed(desk, "endo") == []
    assert listed(desk, "cardio") == [conversation]


def test_a_report_stays_in_the_list_until_somebody_settles_it(desk: FrontDesk) -> None:
    conversation = desk.opened(department="endo")
    desk.ask("二甲双胍什么时候吃", conversation)
    desk.assistant.report(HOSPITAL, conversation, 1, sentence=0, complaint=Complaint.WRONG)
    assert listed(desk) == [conversation]
    desk.inbox.settle_report(HOSPITAL, conversation, NURSE, 1, 0, upheld=False)
    assert listed(desk) == []


def test_lists_of_this_and_the_last_month_are_read_over_the_new_year(desk: FrontDesk) -> None:
    assert list(months_back(desk.world.clock.now(), 3)) == ["202601", "202512", "202511"]
