"""The outbox shows every message once, to people and to programs, and lets no message act on the page."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from infra.local.outbox import Message, Outbox, Server, from_mail, page

SECRET = "webhook-secret"
CODE = Message("sms", "+8613800000000", "", "【仁和】验证码 123456", "2026-11-21T08:00:01.000Z")
LINK = Message("mail", "chen@renhe.example", "请签名", "见 http://127.0.0.1/s/abc。", "2026-11-21T08:00:00.000Z")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.jsonl")


@pytest.fixture
def url(outbox: Outbox) -> Iterator[str]:
    server = Server(0, outbox, refresh=lambda: None, secret=lambda: SECRET)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def push(url: str, body: bytes, signature: str | None = None) -> int:
    signed = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Narrowcast-Signature": signature or signed}
    with urllib3.PoolManager() as pool:
        return pool.request("POST", f"{url}/app-webhook", body=body, headers=headers).status


def get(url: str, path: str) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager() as pool:
        return pool.request("GET", url + path)


def test_the_newest_message_comes_first(outbox: Outbox) -> None:
    outbox.keep("2", CODE)
    outbox.keep("1", LINK)
    assert outbox.newest_first() == [CODE, LINK]


def test_a_message_seen_twice_is_kept_once(outbox: Outbox) -> None:
    outbox.keep("1", LINK)
    outbox.keep("1", LINK)
    assert outbox.newest_first() == [LINK]


def test_messages_outlive_the_process(outbox: Outbox, tmp_path: Path) -> None:
    outbox.keep("1", LINK)
    again = Outbox(tmp_path / "outbox.jsonl")
    again.keep("1", LINK)
    assert again.newest_first() == [LINK]


def test_a_mail_is_read_as_the_emulator_lists_it() -> None:
    mail: dict[str, Any] = {
        "To": ["a@b.example", "c@d.example"],
        "Subject": "题",
        "BodyText": "",
        "BodyHtml": "<p>文</p>",
    }
    assert from_mail(mail | {"Timestamp": 0}) == Message(
        "mail", "a@b.example, c@d.example", "题", "<p>文</p>", "1970-01-01T00:00:00.000Z"
    )


def test_programs_get_every_message_with_its_fields(outbox: Outbox, url: str) -> None:
    outbox.keep("1", LINK)
    assert get(url, "/messages.json").json() == [
        {
            "channel": "mail",
            "to": "chen@renhe.example",
            "subject": "请签名",
            "text": "见 http://127.0.0.1/s/abc。",
            "sent_at": "2026-11-21T08:00:00.000Z",
        }
    ]


def test_people_can_follow_a_link_without_the_full_stop_after_it() -> None:
    assert '<a href="http://127.0.0.1/s/abc" rel="noreferrer">http://127.0.0.1/s/abc</a>。' in page([LINK])


def test_a_message_cannot_put_markup_into_the_page() -> None:
    hostile = Message("mail", "<b>", "<script>", 'http://x/"onclick="y <img>', "2026")
    shown = page([hostile])
    assert "<script>" not in shown
    assert "<img>" not in shown
    assert "<b>" not in shown
    assert 'href="http://x/"' in shown


def test_an_authentic_push_is_shown(outbox: Outbox, url: str) -> None:
    body = json.dumps({"to": "device-1", "subject": "提醒", "text": "有新的说明"}).encode()
    assert push(url, body) == 202
    (message,) = outbox.newest_first()
    assert (message.channel, message.to, message.subject, message.text) == ("app", "device-1", "提醒", "有新的说明")


@pytest.mark.parametrize(
    "bodies",
    [
        (b'{"to": "device-1", "text": "x"}', b'{"to": "device-1", "text": "x"}'),
        (b'{"to": "device-1", "text": "x", "id": "e1"}', b'{"to": "device-1", "text": "again", "id": "e1"}'),
    ],
)
def test_a_push_sent_twice_is_one_push(outbox: Outbox, url: str, bodies: tuple[bytes, bytes]) -> None:
    assert [push(url, body) for body in bodies] == [202, 202]
    assert [message.text for message in outbox.newest_first()] == ["x"]


@pytest.mark.parametrize("signature", ["sha256=00", "", "签名"])
def test_a_forged_push_is_refused(outbox: Outbox, url: str, signature: str) -> None:
    assert push(url, b'{"to": "device-1"}', signature.encode().decode("latin-1") or "none") == 401
    assert outbox.newest_first() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": "x"}', b"\xff"])
def test_a_push_that_is_no_message_is_refused(outbox: Outbox, url: str, body: bytes) -> None:
    assert push(url, body) == 400
    assert outbox.newest_first() == []


def test_an_unknown_page_is_not_found(url: str) -> None:
    assert get(url, "/elsewhere").status == 404
