"""The official account: only WeChat is heard, each message once, in time or later, and nobody's openid in the log."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from narrowcast.application.assistant import Reply
from narrowcast.application.courier import Courier
from narrowcast.application.inbox import Staff
from narrowcast.application.ports import UnavailableError, UndeliverableError
from narrowcast.application.sealed_words import SealedWords
from narrowcast.application.store import Actor
from narrowcast.application.wechat import (
    ANEW,
    ASKS_ANEW,
    HEARD,
    LONGEST_BYTES,
    NOT_WAITING,
    Account,
    MessageUnreadable,
    SignatureWrong,
    WechatDesk,
    read_message,
    said,
    signature_of,
)
from narrowcast.domain.conversation import StaffReplied
from narrowcast.domain.vocabulary import ForgettingReason
from tests.support.newsroom import DIABETES, HOSPITAL, payloads
from tests.support.talks import EMERGENCY, PERSONAL, QUESTION, TalkRoom, talk_room

OPENID = "oTest-OpenId_123456"
TOKEN = "shared-token"
ACCOUNT = Account(TOKEN, "wx-app", "app-secret", template="tm-1")
NURSE = Staff("nurse-1", "刘敏", "nurse")


class OneAccount:
    """Accounts with one hospital's."""

    def of(self, hospital: str) -> Account | None:
        return ACCOUNT if hospital == HOSPITAL else None


@dataclass
class Told:
    """ServiceMessages that are remembered."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, account: Account, openid: str, text: str) -> None:
        assert account == ACCOUNT
        if self.fault:
            raise self.fault
        self.sent.append((openid, text))


@dataclass
class Phone:
    """A follower's phone, and the desk that hears it."""

    room: TalkRoom
    told: Told
    desk: WechatDesk

    def query(self, **changes: str) -> dict[str, str]:
        timestamp = str(int(self.room.world.clock.now().timestamp()))
        signature = signature_of(TOKEN, timestamp, "n-1")
        return {"signature": signature, "timestamp": timestamp, "nonce": "n-1"} | changes

    def write(self, text: str = QUESTION, number: str = "1") -> str:
        """What the account shows in reply, or that nothing comes now."""
        answer = self.desk.receive(HOSPITAL, self.query(), message(text, number))
        self.room.world.settle()
        return answer if answer == HEARD else ET.fromstring(answer).findtext("Content", "")  # noqa: S314 - our own

    def events(self, name: str) -> int:
        return len(self.room.world.envelopes(event_type=name))


def message(text: str, number: str = "1", kind: str = "text") -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>"
        f"<CreateTime>1</CreateTime><MsgType><![CDATA[{kind}]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{number}</MsgId></xml>"
    ).encode()


@pytest.fixture
def phone() -> Phone:
    room = talk_room()
    world, told = room.world, Told()
    desk = WechatDesk(
        world.store,
        OneAccount(),
        room.doors,
        room.assistant,
        world.vault,
        world.pseudonyms,
        world.effects,
        told,
        "https://narrowcast.example",
    )
    courier = Courier(world.store, OneAccount(), world.vault, SealedWords(world.ring), world.effects, told)
    world.dispatcher = replace(world.dispatcher, courier=courier)
    return Phone(room, told, desk)


def slow(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer take six seconds."""
    ask = type(phone.room.assistant).ask

    def asking(*args: str, **named: str) -> Reply:
        phone.room.world.clock.advance(timedelta(seconds=6))
        return ask(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(type(phone.room.assistant), "ask", asking)


def test_the_address_is_verified_by_the_signature(phone: Phone) -> None:
    assert phone.desk.prove(HOSPITAL, phone.query(echostr="echo")) == "echo"


@pytest.mark.parametrize("change", [{"signature": "0" * 40}, {"nonce": "n-2"}, {"timestamp": "1"}, {"timestamp": "x"}])
def test_what_wechat_did_not_sign_is_not_heard(phone: Phone, change: dict[str, str]) -> None:
    with pytest.raises(SignatureWrong):
        phone.desk.receive(HOSPITAL, phone.query(**change), message(QUESTION))
    assert phone.events("QuestionAsked") == 0


def test_an_old_signature_is_not_taken_again(phone: Phone) -> None:
    old = phone.query()
    phone.room.world.clock.advance(timedelta(minutes=11))
    with pytest.raises(SignatureWrong):
        phone.desk.prove(HOSPITAL, old)


def test_a_question_is_answered_at_once_with_label_source_and_the_way_to_the_page(phone: Phone) -> None:
    answer = phone.write()

    assert answer.startswith("【AI 助手】")
    assert DIABETES in answer
    assert "出处：《什么是2型糖尿病？》，陈怡然主治医师签发" in answer
    assert "人工智能生成" in answer
    nonce = answer.partition("https://narrowcast.example/chat/")[2].partition("\n")[0]
    assert phone.room.doors.behind(nonce)[0] == HOSPITAL


def test_an_emergency_is_told_120_first(phone: Phone) -> None:
    assert phone.write(EMERGENCY).splitlines()[1] == "请立即拨打120。"


def test_a_message_that_comes_twice_is_one_question(phone: Phone) -> None:
    assert phone.write() == phone.write()
    assert phone.events("QuestionAsked") == phone.events("AnswerGiven") == 1


def test_further_messages_go_on_with_the_same_conversation(phone: Phone) -> None:
    phone.write()
    phone.write(PERSONAL, "2")
    assert phone.events("ConversationOpened") == 1
    assert phone.events("QuestionAsked") == 2


def test_a_late_answer_goes_out_as_a_message_of_its_own_and_once(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(phone, monkeypatch)

    assert phone.write() == HEARD
    assert phone.write() == HEARD

    [(openid, text)] = phone.told.sent
    assert openid == OPENID
    assert DIABETES in text


def test_while_an_answer_is_on_its_way_a_repeated_message_hears_nothing(phone: Phone) -> None:
    phone.room.world.effects.claim(f"wechat|{HOSPITAL}|1")

    assert phone.write() == HEARD

    assert phone.events("QuestionAsked") == 0


@pytest.mark.parametrize("words", ["转人工", " 人工 "])
def test_who_asks_for_a_person_is_handed_over(phone: Phone, words: str) -> None:
    assert "已为您转给护士" in phone.write(words)


def test_who_does_not_want_to_wait_begins_anew_and_is_answered_there(phone: Phone) -> None:
    assert NOT_WAITING in phone.write(PERSONAL)
    for _ in range(2):
        assert phone.write(ASKS_ANEW, "2") == ANEW
    assert DIABETES in phone.write(number="3")
    assert phone.events("ConversationOpened") == 2
    assert phone.events("ConversationClosed") == 1


def test_what_a_nurse_replies_is_brought_to_the_phone_once_in_her_name(phone: Phone) -> None:
    phone.write(PERSONAL)
    [name] = [each.conversation for each in phone.room.inbox.entries(HOSPITAL)]
    phone.room.inbox.claim(HOSPITAL, name, NURSE)
    phone.room.inbox.reply(HOSPITAL, name, NURSE, "您好，我是护士，请稍等。", message="r-1")
    phone.room.world.settle()
    [envelope] = phone.room.world.envelopes(event_type="StaffReplied")
    phone.room.world.dispatcher.dispatch(envelope)

    assert phone.told.sent == [(OPENID, "【护士 刘敏】\n您好，我是护士，请稍等。")]


@pytest.mark.parametrize(("fault", "sent"), [(UnavailableError("busy"), 1), (UndeliverableError("gone"), 0)])
def test_a_reply_that_did_not_leave_is_tried_again_unless_it_never_can(
    phone: Phone, fault: Exception, sent: int
) -> None:
    phone.write(PERSONAL)
    [name] = [each.conversation for each in phone.room.inbox.entries(HOSPITAL)]
    phone.room.inbox.claim(HOSPITAL, name, NURSE)
    phone.room.inbox.reply(HOSPITAL, name, NURSE, "您好。", message="r-1")
    [envelope] = phone.room.world.envelopes(event_type="StaffReplied")
    assert isinstance(envelope.event, StaffReplied)
    courier = phone.room.world.dispatcher.courier
    assert courier

    phone.told.fault = fault
    if sent:
        with pytest.raises(UnavailableError):
            courier.carry(envelope, envelope.event)
    else:
        courier.carry(envelope, envelope.event)
    phone.told.fault = None
    courier.carry(envelope, envelope.event)

    assert len(phone.told.sent) == sent


def test_to_a_forgotten_person_nothing_is_brought(phone: Phone) -> None:
    phone.write(PERSONAL)
    [name] = [each.conversation for each in phone.room.inbox.entries(HOSPITAL)]
    phone.room.inbox.claim(HOSPITAL, name, NURSE)
    phone.room.inbox.reply(HOSPITAL, name, NURSE, "您好。", message="r-1")
    patient = phone.room.world.pseudonyms.patient(HOSPITAL, f"wechat:{OPENID}")
    reason = ForgettingReason.PATIENT_REQUEST
    forgetting = phone.room.world.forgetting
    forgetting.forget(HOSPITAL, patient, reason=reason, ticket="", actor=Actor("operator:cli"))

    phone.room.world.settle()

    assert phone.told.sent == []


def test_the_log_holds_neither_the_openid_nor_what_was_said(phone: Phone) -> None:
    phone.write(PERSONAL)
    assert OPENID.encode() not in payloads(phone.room.world)
    assert PERSONAL.encode() not in payloads(phone.room.world)


@pytest.mark.parametrize("kind", ["image", "voice"])
def test_what_is_no_text_is_answered_with_what_can_be_done(phone: Phone, kind: str) -> None:
    answer = phone.desk.receive(HOSPITAL, phone.query(), message("", kind=kind))
    assert "目前我只能看懂文字" in answer


def test_a_new_follower_is_told_what_this_is(phone: Phone) -> None:
    body = f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>event</MsgType><Event>subscribe</Event></xml>"
    assert "不能代替看病" in phone.desk.receive(HOSPITAL, phone.query(), body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<xml></xml>",
        b"<xml><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><FromUserName>&e;</FromUserName></xml>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>',
        b"<xml>" + b"<a>" * 30_000,
        b"x" * 70_000,
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        read_message(body)


def test_a_text_that_breaks_out_of_its_place_is_written_as_text(phone: Phone) -> None:
    answer = phone.desk.receive(HOSPITAL, phone.query(), message("&lt;/Content&gt;" + QUESTION))
    assert [child.tag for child in ET.fromstring(answer)] == [  # noqa: S314 - our own
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
    ]


def choice(event: str, *pressed: tuple[str, str], at: int = 1767600000) -> bytes:
    lists = "".join(
        f"<List><TemplateId><![CDATA[{template}]]></TemplateId>"
        f"<SubscribeStatusString><![CDATA[{said}]]></SubscribeStatusString><PopupScene>2</PopupScene></List>"
        for template, said in pressed
    )
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>"
        f"<SubscribeMsgPopupEvent>{lists}</SubscribeMsgPopupEvent></xml>"
    ).encode()


POPUP, CHANGE = "subscribe_msg_popup_event", "subscribe_msg_change_event"


def test_each_notice_that_a_follower_allows_counts_once(phone: Phone) -> None:
    allowed = choice(POPUP, ("tm-1", "accept"), ("tm-other", "accept"))
    for body in (allowed, allowed, choice(POPUP, ("tm-1", "accept"), at=1767600001)):
        assert phone.desk.receive(HOSPITAL, phone.query(), body) == HEARD
    assert phone.events("NoticeAllowed") == 2


def test_what_is_refused_or_about_another_template_allows_nothing(phone: Phone) -> None:
    for body in (
        choice(POPUP, ("tm-1", "accept")),
        choice(POPUP, ("tm-1", "filter"), ("tm-other", "accept"), at=2),
        choice(CHANGE, ("tm-1", "reject"), at=3),
        choice(CHANGE, at=4),
    ):
        phone.desk.receive(HOSPITAL, phone.query(), body)
    followers = phone.room.world.followers
    assert (phone.events("NoticeAllowed"), phone.events("NoticesRefused")) == (1, 1)
    assert not followers.may_use(HOSPITAL, OPENID, "push-1")
    assert OPENID.encode() not in payloads(phone.room.world)


def test_signed_sentences_are_never_cut(phone: Phone) -> None:
    room = phone.room
    conversation, nonce = room.doors.from_wechat(HOSPITAL, "p-x")
    reply = room.assistant.ask(HOSPITAL, conversation, QUESTION)
    long = replace(reply, sentences=reply.sentences * 60)

    text = said(long, f"https://narrowcast.example/chat/{nonce}")

    assert len(text.encode()) <= LONGEST_BYTES
    assert DIABETES not in text
    assert "点开查看全文" in text
