"""The hospital's WeChat official account: a message in, the assistant's answer out, within the five seconds it waits.

An answer that comes too late for the reply goes out as a customer-service message. WeChat sends a message again when it
heard nothing in time: a message is one question however often it comes. The sender is known by a keyed pseudonym; her
openid lives in the vault alone. Only messages in plain mode are read.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from xml.parsers import expat
from xml.sax.saxutils import escape

from narrowcast.application.assistant import Assistant, QuestionUnclear, Reply
from narrowcast.application.doors import Doors, TooManyQuestions
from narrowcast.application.followers import Followers
from narrowcast.application.ports import Claim, Contact, Effects, Vault
from narrowcast.application.store import Store
from narrowcast.application.streams import PATIENT
from narrowcast.application.visits import Pseudonyms
from narrowcast.domain.conversation import Kind, Phase
from narrowcast.domain.errors import Refusal
from narrowcast.domain.notices import AI_LABEL

IN_TIME = timedelta(seconds=4)
"""WeChat waits five seconds; the way back takes some of them."""
FRESH = timedelta(minutes=10)
LONGEST_BYTES = 2000
LARGEST_BODY = 64 * 1024
IN_A_LIST = 4
"""How deep the fields of a list stand: root, event, list, field."""
HEARD = "success"
"""What tells WeChat that nothing is to be shown now."""
WELCOME = (
    "您好，我是AI助手，只引用本院医生签发的健康教育内容，不能代替看病。请直接写下您的问题；"
    "想找护士，请发送“转人工”。紧急情况请立即拨打120。"
)
ONLY_TEXT = "目前我只能看懂文字。请写下您的问题；想找护士，请发送“转人工”。紧急情况请立即拨打120。"
ACCEPTED, REJECTED = "accept", "reject"
CHOICES = frozenset(("subscribe_msg_popup_event", "subscribe_msg_change_event"))
"""Events in which a follower says what notices she lets the account send."""
ASKS_FOR_PERSON = frozenset(("转人工", "人工", "找护士"))
ASKS_ANEW = "重新提问"
ANEW = "已重新开始，由AI助手回答。请写下您的问题；想找护士，请发送“转人工”。紧急情况请立即拨打120。"
NOT_WAITING = f"不想等护士回复，可发送“{ASKS_ANEW}”，由AI助手回答新的问题。"


class AccountUnknown(Refusal):
    """The hospital has no official account here."""


class SignatureWrong(Refusal):
    """This does not come from WeChat, or it is old."""


class MessageUnreadable(Refusal):
    """No message of WeChat's: malformed, too large, or with declarations that a message never has."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the hospital's account is set up with; `template` is that of its notices, if it has one.

    `template_field` is the one keyword of the template that is filled in, with fixed words.
    """

    token: str = field(repr=False)
    app_id: str
    app_secret: str = field(repr=False)
    template: str = ""
    template_field: str = "thing1"


class Accounts(Protocol):
    """The official accounts of hospitals."""

    def of(self, hospital: str) -> Account | None:
        """Return the hospital's account; None if it has none. UnavailableError."""


class ServiceMessages(Protocol):
    """Customer-service messages of an account."""

    def send(self, account: Account, openid: str, text: str) -> None:
        """Send a text. UndeliverableError, UnavailableError: certainly not sent; InDoubtError: nobody knows."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as WeChat sends it; `message_id` is empty for events.

    `choices` are the templates of notices that she was asked about, each with what she pressed; `at` is WeChat's clock.
    """

    account: str
    openid: str = field(repr=False)
    kind: str
    text: str = field(repr=False)
    message_id: str
    event: str
    choices: tuple[tuple[str, str], ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class WechatDesk:
    """Answers WeChat."""

    store: Store
    accounts: Accounts
    doors: Doors
    assistant: Assistant
    vault: Vault
    pseudonyms: Pseudonyms
    effects: Effects
    messages: ServiceMessages
    base_url: str

    def prove(self, hospital: str, query: Mapping[str, str]) -> str:
        """Return what WeChat asks back when the address is set up. AccountUnknown, SignatureWrong."""
        self._account(hospital, query)
        return query.get("echostr", "")

    def receive(self, hospital: str, query: Mapping[str, str], body: bytes) -> str:
        """Return the reply as XML, or the word that says that none comes now."""
        account = self._account(hospital, query)
        came = read_message(body)
        if came.kind == "event" and came.choices:
            self._count(hospital, account, came)
            return HEARD
        if came.kind == "event":
            return written(came, WELCOME, self._seconds()) if came.event == "subscribe" else HEARD
        if came.kind != "text":
            return written(came, ONLY_TEXT, self._seconds())
        return self._answer(hospital, account, came)

    def _count(self, hospital: str, account: Account, came: Incoming) -> None:
        """Count what a follower allowed or refused of the hospital's own notices."""
        followers = Followers(self.store, self.pseudonyms)
        for place, (template, said) in enumerate(came.choices):
            event = f"{came.event}|{came.at}|{place}"
            if template == account.template and template and said == ACCEPTED:
                followers.allow(hospital, came.openid, event)
            elif template == account.template and template and said == REJECTED:
                followers.refuse(hospital, came.openid, event)

    def _answer(self, hospital: str, account: Account, came: Incoming) -> str:
        """Answer once: whoever comes while an answer is on its way, or after it was sent, hears nothing."""
        begun = self.store.clock.now()
        effect = f"wechat|{hospital}|{came.message_id}"
        if self.effects.claim(effect, lease=timedelta(minutes=1)) is not Claim.TAKEN:
            return HEARD
        text = self._heard(hospital, came)
        if self.store.clock.now() - begun <= IN_TIME:
            # Nobody knows whether WeChat hears this: if it does not, it asks again and is told again.
            self.effects.release(effect)
            return written(came, text, self._seconds())
        self.messages.send(account, came.openid, text)
        self.effects.mark(effect)
        return HEARD

    def _heard(self, hospital: str, came: Incoming) -> str:
        patient = self.pseudonyms.patient(hospital, f"wechat:{came.openid}")
        self.vault.keep(PATIENT.stream(hospital, patient), Contact(app_user=came.openid))
        conversation, nonce = self.doors.from_wechat(hospital, patient)
        if came.text.strip() == ASKS_ANEW:
            self.doors.again(nonce)
            return ANEW
        try:
            self.doors.admit(hospital, conversation)
            reply = self._reply(hospital, conversation, came)
        except (QuestionUnclear, TooManyQuestions) as refusal:
            return refusal.message
        return said(reply, f"{self.base_url}/chat/{nonce}")

    def _reply(self, hospital: str, conversation: str, came: Incoming) -> Reply:
        if came.text.strip() in ASKS_FOR_PERSON:
            return self.assistant.ask_for_person(hospital, conversation)
        return self.assistant.ask(hospital, conversation, came.text, message=f"wx-{came.message_id}")

    def _account(self, hospital: str, query: Mapping[str, str]) -> Account:
        account = self.accounts.of(hospital)
        if account is None:
            raise AccountUnknown("没有这个公众号", field="hospital")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        expected = signature_of(account.token, timestamp, nonce)
        if not hmac.compare_digest(expected, query.get("signature", "")) or not self._fresh(timestamp):
            raise SignatureWrong("签名不正确或已过期", field="signature")
        return account

    def _fresh(self, timestamp: str) -> bool:
        return timestamp.isdecimal() and abs(self._seconds() - int(timestamp)) <= FRESH.total_seconds()

    def _seconds(self) -> int:
        return int(self.store.clock.now().timestamp())


def signature_of(token: str, timestamp: str, nonce: str) -> str:
    """Return WeChat's signature: the SHA-1 of the three, sorted (its choice, not ours)."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode(), usedforsecurity=False).hexdigest()


def read_message(body: bytes) -> Incoming:
    """Return a message; MessageUnreadable. No declaration is read, so nothing can be fetched or unfolded."""
    if len(body) > LARGEST_BODY:
        raise MessageUnreadable("消息过大", field="body")
    fields, choices = _elements(body)
    return Incoming(
        account=fields.get("ToUserName", ""),
        openid=_needed(fields, "FromUserName"),
        kind=_needed(fields, "MsgType"),
        text=fields.get("Content", ""),
        message_id=fields.get("MsgId", "") if fields["MsgType"] == "event" else _needed(fields, "MsgId"),
        event=fields.get("Event", ""),
        choices=tuple(choices) if fields.get("Event") in CHOICES else (),
        at=fields.get("CreateTime", ""),
    )


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise MessageUnreadable("消息缺少必要的内容", field=name)
    return fields[name]


def _elements(body: bytes) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the texts of the elements below the root, by name, and the choices that stand in a list of an event."""
    fields: dict[str, str] = {}
    lists: list[dict[str, str]] = []
    path: list[str] = []

    def refuse(*_: object) -> Any:
        raise MessageUnreadable("消息含有不允许的声明", field="body")

    def text(data: str) -> None:
        if len(path) == 2:  # noqa: PLR2004 - below the root
            fields[path[1]] = fields.get(path[1], "") + data
        elif len(path) == IN_A_LIST and lists:
            lists[-1][path[-1]] = lists[-1].get(path[-1], "") + data

    def begin(name: str, _: object) -> None:
        path.append(name)
        if len(path) == IN_A_LIST - 1 and name == "List":
            lists.append({})

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by place
    except expat.ExpatError:
        raise MessageUnreadable("消息不是有效的XML", field="body") from None
    return fields, [(each.get("TemplateId", ""), each.get("SubscribeStatusString", "")) for each in lists]


def written(came: Incoming, text: str, seconds: int) -> str:
    """Return the reply to a message as WeChat reads it."""
    parts = {
        "ToUserName": came.openid,
        "FromUserName": came.account,
        "CreateTime": str(seconds),
        "MsgType": "text",
        "Content": text,
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items())
    return f"<xml>{inner}</xml>"


def said(reply: Reply, link: str) -> str:
    """Return an answer as a text with its label and sources; signed sentences whole, or only the link to them."""
    text = _text(reply, link)
    if len(text.encode()) <= LONGEST_BYTES:
        return text
    return "\n".join(("【AI 助手】", *reply.notices, f"回答较长，请点开查看全文和出处：{link}", reply.label))


def _text(reply: Reply, link: str) -> str:
    pieces = {each.content: each for each in reply.sentences}
    terms = [f"{each.term}：{each.sentence.text}" for each in reply.explained]
    sources = [f"出处：《{each.title}》，{each.signer}{each.signer_title}签发" for each in pieces.values()]
    waits = reply.phase is Phase.WAITING and reply.kind is not Kind.EMERGENCY
    more = (*((NOT_WAITING,) if waits else ()), f"查看全文、报错或找护士：{link}")
    return "\n".join(
        ("【AI 助手】", *reply.notices, *(each.text for each in reply.sentences), *terms, *sources, *more, AI_LABEL)
    )
