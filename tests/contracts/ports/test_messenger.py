from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from urllib3 import PoolManager

from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.messaging.app_webhook import AppWebhook
from narrowcast.adapters.messaging.mail import SesMail
from narrowcast.adapters.messaging.router import ChannelMessenger
from narrowcast.adapters.messaging.sms import SnsSms
from narrowcast.application.ports import Message, Messenger
from narrowcast.domain.vocabulary import Channel
from tests.support.emulator import Emulator
from tests.support.http_server import Script, scripted_server

_NUMBERS = count(1)
# A WeChat notice has its template's words and none of the message: tests/adapters/messaging/test_wechat.py.
_WORDED = [channel for channel in Channel if channel is not Channel.WECHAT]


@dataclass
class Post:
    """The port, and the texts that arrived at an address over a channel."""

    messenger: Messenger
    arrived: Callable[[Channel, str], list[str]]


@pytest.fixture(params=["memory", pytest.param("aws", marks=pytest.mark.stack)])
def post(request: pytest.FixtureRequest) -> Iterator[Post]:
    if request.param == "memory":
        memory = MemoryMessenger()
        yield Post(memory, lambda channel, to: [m.text for m in memory.sent if (m.channel, m.to) == (channel, to)])
        return
    with scripted_server() as app, PoolManager() as pool:
        app.answer(204)
        yield _on_aws(request.getfixturevalue("aws"), app, pool)


def _on_aws(aws: Emulator, app: Script, pool: PoolManager) -> Post:
    aws.client("ses").verify_email_identity(EmailAddress="noreply@example.org")
    messenger = ChannelMessenger(
        {
            Channel.MAIL: SesMail(aws.client("ses"), "noreply@example.org"),
            Channel.SMS: SnsSms(aws.client("sns")),
            Channel.APP: AppWebhook(pool, f"{app.url}/push", b"secret"),
        }
    )
    return Post(messenger, lambda channel, to: _ARRIVED[channel](aws, app, to))


def _mails(aws: Emulator, _: Script, to: str) -> list[str]:
    accounts = aws.outbox("ses/messages")["messages"].values()
    return [mail["BodyText"] for mails in accounts for mail in mails if mail["To"] == [to]]


def _short_messages(aws: Emulator, _: Script, to: str) -> list[str]:
    return [sms["Message"] for sms in aws.outbox("sns/sms-messages")["sms_messages"].get(to, [])]


def _pushes(_: Emulator, app: Script, to: str) -> list[str]:
    return [push["text"] for push in (json.loads(request.body) for request in app.requests) if push["to"] == to]


_ARRIVED = {Channel.MAIL: _mails, Channel.SMS: _short_messages, Channel.APP: _pushes}
_ADDRESSES = {Channel.MAIL: "p{}@example.org", Channel.SMS: "+86138000{:05d}", Channel.APP: "user-{}"}


@pytest.mark.parametrize("channel", _WORDED)
class TestMessenger:
    def test_a_message_arrives_as_it_was_written(self, post: Post, channel: Channel) -> None:
        to = _ADDRESSES[channel].format(next(_NUMBERS))
        text = "您好：请打开 https://example.org/g/a?b=c&d=%20 查看。\n“第二行” 😀"
        post.messenger.send(Message(channel, to, "请核对并签发", text, "event-1"))
        assert post.arrived(channel, to) == [text]

    def test_each_message_arrives_at_its_own_address(self, post: Post, channel: Channel) -> None:
        one, other = (_ADDRESSES[channel].format(next(_NUMBERS)) for _ in range(2))
        post.messenger.send(Message(channel, one, "主题", "给第一位", "event-1"))
        post.messenger.send(Message(channel, other, "主题", "给第二位", "event-2"))
        assert post.arrived(channel, one) == ["给第一位"]
        assert post.arrived(channel, other) == ["给第二位"]
