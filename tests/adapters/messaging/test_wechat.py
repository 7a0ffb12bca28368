from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from urllib3 import PoolManager

from narrowcast.adapters.messaging.wechat import WechatMessages, WechatNotices
from narrowcast.application.ports import InDoubtError, Message, UnavailableError, UndeliverableError
from narrowcast.application.wechat import Account
from narrowcast.domain.vocabulary import Channel
from tests.support.http_server import Script

ACCOUNT = Account("token", "wx-app", "app-secret")
GRANTED = json.dumps({"access_token": "t-1", "expires_in": 7200}).encode()
RENEWED = json.dumps({"access_token": "t-2", "expires_in": 7200}).encode()


def told(code: int) -> bytes:
    return json.dumps({"errcode": code, "errmsg": "as recorded"}).encode()


@pytest.fixture
def messages(server: Script, pool: PoolManager) -> WechatMessages:
    return WechatMessages(pool, server.url, seconds=5)


def test_a_message_is_sent_with_the_accounts_token_which_is_kept(messages: WechatMessages, server: Script) -> None:
    server.answer(200, GRANTED)
    server.answer(200, told(0))
    server.answer(200, told(0))

    messages.send(ACCOUNT, "openid-1", "您好")
    messages.send(ACCOUNT, "openid-1", "再见")

    asked, first, second = server.requests
    assert asked.path == "/cgi-bin/stable_token"
    assert json.loads(asked.body) == {
        "grant_type": "client_credential",
        "appid": "wx-app",
        "secret": "app-secret",
    }
    assert first.path == second.path == "/cgi-bin/message/custom/send?access_token=t-1"
    assert json.loads(first.body) == {"touser": "openid-1", "msgtype": "text", "text": {"content": "您好"}}


@pytest.mark.parametrize("stale", [40001, 40014, 42001])
def test_a_token_that_is_no_longer_good_is_asked_for_anew(messages: WechatMessages, server: Script, stale: int) -> None:
    for body in (GRANTED, told(stale), RENEWED, told(0)):
        server.answer(200, body)

    messages.send(ACCOUNT, "openid-1", "您好")

    assert server.requests[-1].path.endswith("access_token=t-2")


@pytest.mark.parametrize("code", [40003, 43004, 45015, 45047])
def test_whoever_may_not_be_written_to_is_undeliverable(messages: WechatMessages, server: Script, code: int) -> None:
    server.answer(200, GRANTED)
    server.answer(200, told(code))
    with pytest.raises(UndeliverableError, match=str(code)):
        messages.send(ACCOUNT, "openid-1", "您好")


def test_a_busy_wechat_is_unavailable(messages: WechatMessages, server: Script) -> None:
    server.answer(200, GRANTED)
    server.answer(200, told(-1))
    with pytest.raises(UnavailableError):
        messages.send(ACCOUNT, "openid-1", "您好")


@pytest.mark.parametrize("body", [b"<html>", b"[]", told(40125)])
def test_without_a_token_nothing_is_sent(messages: WechatMessages, server: Script, body: bytes) -> None:
    server.answer(200, body)
    with pytest.raises(UnavailableError):
        messages.send(ACCOUNT, "openid-1", "您好")
    assert len(server.requests) == 1


def test_an_answer_that_is_lost_leaves_it_in_doubt(messages: WechatMessages, server: Script) -> None:
    server.answer(200, GRANTED)
    server.hang_up()
    with pytest.raises(InDoubtError):
        messages.send(ACCOUNT, "openid-1", "您好")


def test_no_fault_tells_secret_person_or_text(
    messages: WechatMessages, server: Script, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(200, GRANTED)
    server.answer(500, b"openid-1")
    with caplog.at_level(logging.INFO), pytest.raises(InDoubtError) as fault:
        messages.send(ACCOUNT, "openid-1", "您好")
    seen = f"{fault.value!r} {fault.value.__cause__!r} {caplog.text} {ACCOUNT!r}"
    assert all(each not in seen for each in ("openid-1", "您好", "app-secret"))


class OneAccount:
    """Accounts with one hospital's."""

    def of(self, hospital: str) -> Account | None:
        return replace(ACCOUNT, template="tm-1") if hospital == "renhe" else ACCOUNT if hospital == "bare" else None


class TestNotices:
    MESSAGE = Message(Channel.WECHAT, "openid-1", "", "ignored", "e-1|push", "renhe", "https://n.example/g/abc")

    @pytest.fixture
    def notices(self, server: Script, pool: PoolManager) -> WechatNotices:
        return WechatNotices(pool, OneAccount(), server.url, seconds=5)

    def test_a_notice_has_the_template_fixed_words_and_the_page(self, notices: WechatNotices, server: Script) -> None:
        server.answer(200, GRANTED)
        server.answer(200, told(0))

        notices.send(self.MESSAGE)

        sent = server.requests[-1]
        assert sent.path == "/cgi-bin/message/subscribe/bizsend?access_token=t-1"
        assert json.loads(sent.body) == {
            "touser": "openid-1",
            "template_id": "tm-1",
            "page": "https://n.example/g/abc",
            "data": {"thing1": {"value": "健康指南有新内容"}},
        }

    @pytest.mark.parametrize("code", [43101, 40003, 43004, 47003])
    def test_whoever_allowed_no_notice_is_undeliverable(
        self, notices: WechatNotices, server: Script, code: int
    ) -> None:
        server.answer(200, GRANTED)
        server.answer(200, told(code))
        with pytest.raises(UndeliverableError, match=str(code)):
            notices.send(self.MESSAGE)

    @pytest.mark.parametrize("code", [-1, 45009])
    def test_a_busy_wechat_is_unavailable(self, notices: WechatNotices, server: Script, code: int) -> None:
        server.answer(200, GRANTED)
        server.answer(200, told(code))
        with pytest.raises(UnavailableError):
            notices.send(self.MESSAGE)

    def test_a_stale_token_is_renewed_once(self, notices: WechatNotices, server: Script) -> None:
        for body in (GRANTED, told(42001), RENEWED, told(0)):
            server.answer(200, body)
        notices.send(self.MESSAGE)
        assert server.requests[-1].path.endswith("access_token=t-2")

    @pytest.mark.parametrize("hospital", ["bare", "elsewhere"])
    def test_a_hospital_without_account_or_template_sends_none(
        self, notices: WechatNotices, server: Script, hospital: str
    ) -> None:
        with pytest.raises(UndeliverableError, match="no template"):
            notices.send(replace(self.MESSAGE, hospital=hospital))
        assert server.requests == []
