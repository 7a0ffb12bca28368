from __future__ import annotations

import hashlib
import hmac
import json
import logging

import pytest
from urllib3 import PoolManager

from narrowcast.adapters.messaging.app_webhook import AppWebhook
from narrowcast.application.ports import Message, UnavailableError, UndeliverableError
from narrowcast.domain.vocabulary import Channel
from tests.support.http_server import Script

SECRET = b"shared secret"
MESSAGE = Message(Channel.APP, "app-user-王芳", "", "您有一份新的健康指导", "event-1/push")


@pytest.fixture
def webhook(server: Script, pool: PoolManager) -> AppWebhook:
    return AppWebhook(pool, f"{server.url}/push", SECRET, seconds=5, retries=2, backoff=0)


def test_a_push_is_one_signed_post(webhook: AppWebhook, server: Script) -> None:
    server.answer(204)
    webhook.send(MESSAGE)
    (request,) = server.requests
    assert request.path == "/push"
    assert json.loads(request.body) == {"to": "app-user-王芳", "text": "您有一份新的健康指导", "id": "event-1/push"}
    expected = hmac.new(SECRET, request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-narrowcast-signature"] == f"sha256={expected}"
    assert request.headers["x-narrowcast-id"] == "event-1/push"
    assert request.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refused_push_is_undeliverable_and_not_repeated(webhook: AppWebhook, server: Script, status: int) -> None:
    server.answer(status)
    with pytest.raises(UndeliverableError, match=f"HTTP {status}"):
        webhook.send(MESSAGE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_push_to_try_later_is_unavailable(webhook: AppWebhook, server: Script, status: int) -> None:
    server.answer(status)
    with pytest.raises(UnavailableError, match=f"HTTP {status}"):
        webhook.send(MESSAGE)


def test_a_broken_app_is_tried_again_with_the_same_id(webhook: AppWebhook, server: Script) -> None:
    server.answer(503)
    server.hang_up()
    server.answer(200)
    webhook.send(MESSAGE)
    assert [request.headers["x-narrowcast-id"] for request in server.requests] == ["event-1/push"] * 3
    assert len({request.body for request in server.requests}) == 1


def test_an_app_that_stays_broken_is_unavailable(webhook: AppWebhook, server: Script) -> None:
    server.answer(500)
    with pytest.raises(UnavailableError, match="HTTP 500"):
        webhook.send(MESSAGE)
    assert len(server.requests) == 3


def test_a_redirect_is_not_followed(webhook: AppWebhook, server: Script) -> None:
    server.answer(307, b"", Location="/elsewhere")
    with pytest.raises(UnavailableError, match="HTTP 307"):
        webhook.send(MESSAGE)
    assert [request.path for request in server.requests] == ["/push"]


def test_an_app_that_cannot_be_reached_is_unavailable(pool: PoolManager) -> None:
    webhook = AppWebhook(pool, "http://127.0.0.1:9/push", SECRET, retries=0)
    with pytest.raises(UnavailableError):
        webhook.send(MESSAGE)


def test_no_fault_tells_who_was_written_to(
    webhook: AppWebhook, server: Script, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(500, "没有用户 app-user-王芳".encode())
    with caplog.at_level(logging.DEBUG), pytest.raises(UnavailableError) as fault:
        webhook.send(MESSAGE)
    told = f"{fault.value!r} {fault.value.__cause__!r} {caplog.text}"
    assert "王芳" not in told
    assert "健康指导" not in told
