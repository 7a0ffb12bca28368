"""The outbox page: every mail, SMS and app push the stack has sent, and the receiver of the pushes.

Stands in for the mailboxes and phones of doctors and patients. The emulator forgets mails when it ends, so messages
are copied to a file that only grows.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.clients import client
from infra.local.home import Home, read_json
from infra.local.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COLLECT_SECONDS = 0.5
SIGNATURE_HEADER = "X-Narrowcast-Signature"
_LARGEST_PUSH = 256 * 1024
_SHOWN = 300
_CHANNELS = {"mail": "邮件", "sms": "短信", "app": "应用推送"}
_LINK = re.compile(r"https?://[^\s<>\"'，。；）]+")


@dataclass(frozen=True)
class Message:
    """One message as a person received it; `sent_at` is ISO 8601 in UTC."""

    channel: str
    to: str
    subject: str
    text: str
    sent_at: str


class Outbox:
    """All messages, in the order they were noticed, in a file that is only appended to."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        entries = [json.loads(line) for line in _lines(file)]
        self._known = {entry["id"] for entry in entries}
        self._messages = [Message(**entry["message"]) for entry in entries]

    def newest_first(self) -> list[Message]:
        with self._lock:
            return sorted(self._messages, key=lambda message: message.sent_at, reverse=True)

    def keep(self, message_id: str, message: Message) -> None:
        """Add a message unless it is already here."""
        with self._lock:
            if message_id in self._known:
                return
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": message_id, "message": asdict(message)}, ensure_ascii=False) + "\n")
            self._known.add(message_id)
            self._messages.append(message)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


# --- what the emulator sent ---------------------------------------------------------------------------------------


def collect(outbox: Outbox, aws: str) -> None:
    """Copy the mails and SMS of the emulator; while it is away there are none."""
    try:
        mails = _get(f"{aws}/_ministack/ses/messages")["messages"]
        texts = _get(f"{aws}/_ministack/sns/sms-messages")["sms_messages"]
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return
    for mail in (mail for account in mails.values() for mail in account):
        outbox.keep(mail["MessageId"], from_mail(mail))
    for number, messages in texts.items():
        for text in messages:
            # The emulator notes no time of an SMS: it is that of the first look, half a second later at most.
            outbox.keep(text["MessageId"], Message("sms", number, "", text["Message"], _iso(time.time())))


def from_mail(mail: dict[str, Any]) -> Message:
    """A mail as the emulator lists it."""
    text = mail.get("BodyText") or mail.get("BodyHtml") or ""
    return Message("mail", ", ".join(mail["To"]), mail.get("Subject") or "", text, _iso(mail["Timestamp"]))


def _get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the emulator's URL
        content: dict[str, Any] = json.load(answer)
    return content


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- the hospital app's webhook -----------------------------------------------------------------------------------


def is_authentic(body: bytes, signature: str | None, secret: str | None) -> bool:
    """Whether a push carries the HMAC of its raw body; anything passes as long as no secret is deployed."""
    if secret is None:
        return True
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), (signature or "").encode())


def from_push(body: bytes) -> tuple[str, Message]:
    """Id and message of a push: {"id", "to", "subject", "text"}; ValueError when it is no such object.

    A push that is sent again has the id of the first; without one, its whole body is its id.
    """
    push = json.loads(body)
    if not isinstance(push, dict) or not isinstance(push.get("to"), str):
        raise ValueError("推送须为 JSON 对象，并有字符串字段 to")  # noqa: TRY004 - one refusal for every bad body
    message_id = f"app-{push.get('id') or hashlib.sha256(body).hexdigest()}"
    text, subject = str(push.get("text", "")), str(push.get("subject", ""))
    return message_id, Message("app", push["to"], subject, text, _iso(time.time()))


def deployed_secret(home: Home, aws: str) -> str | None:
    """The webhook secret of the deployed stack, None when none is deployed yet."""
    secret_id = read_json(home.endpoints).get("stack", {}).get("APP_WEBHOOK_SECRET_ARN")
    if not secret_id:
        return None
    try:
        secret: str = client("secretsmanager", aws).get_secret_value(SecretId=secret_id)["SecretString"]
    except (BotoCoreError, ClientError):
        return None
    return secret


# --- the page -----------------------------------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:46rem;margin:0 auto;padding:1rem;
color:#1b2a31;background:#f4f7f8}
article{background:#fff;border:1px solid #d9e2e5;border-radius:.6rem;padding:.8rem 1rem;margin:.8rem 0}
header{display:flex;gap:.8rem;flex-wrap:wrap;color:#51646c;font-size:.9rem}
h2{font-size:1.05rem;margin:.3rem 0}p{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
.mail{color:#0b63a5}.sms{color:#8a4b00}.app{color:#19722c}
"""


def page(messages: list[Message]) -> str:
    """The messages as a page for people, newest first."""
    shown = "".join(_article(message) for message in messages[:_SHOWN]) or "<p>还没有发出任何消息。</p>"
    more = f"<p>仅显示最近 {_SHOWN} 条。</p>" if len(messages) > _SHOWN else ""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>发件箱 · 窄播</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>发件箱</h1>"
        f'<p>演示环境发出的邮件、短信和应用推送，共 {len(messages)} 条，最新的在前。<a href="/">刷新</a></p>'
        f"{shown}{more}</body></html>"
    )


def _article(message: Message) -> str:
    subject = f"<h2>{html.escape(message.subject)}</h2>" if message.subject else ""
    return (
        f'<article><header><strong class="{message.channel}">{_CHANNELS[message.channel]}</strong>'
        f"<span>{html.escape(message.to)}</span><time>{html.escape(message.sent_at)}</time></header>"
        f"{subject}<p>{_with_links(message.text)}</p></article>"
    )


def _with_links(text: str) -> str:
    """Text made safe for HTML, its addresses made into links."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for link in _LINK.finditer(text):
        address = html.escape(link.group())
        yield html.escape(text[end : link.start()])
        yield f'<a href="{address}" rel="noreferrer">{address}</a>'
        end = link.end()
    yield html.escape(text[end:])


# --- the server ---------------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """The outbox at its address; `refresh` and `secret` reach the emulator."""

    daemon_threads = True

    def __init__(
        self, port: int, outbox: Outbox, refresh: Callable[[], None], secret: Callable[[], str | None]
    ) -> None:
        self.outbox, self.refresh, self.secret = outbox, refresh, secret
        super().__init__((HOST, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """GET /, GET /messages.json, POST /app-webhook."""

    server: Server
    timeout = 30

    def do_GET(self) -> None:
        """Answer with the messages, for people or for programs."""
        self.server.refresh()
        messages = self.server.outbox.newest_first()
        if self.path == "/":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", page(messages))
        elif self.path == "/messages.json":
            content = json.dumps([asdict(message) for message in messages], ensure_ascii=False)
            self._answer(HTTPStatus.OK, "application/json", content)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "没有这个页面")

    def do_POST(self) -> None:
        """Take in a push of the hospital app."""
        size = int(self.headers.get("Content-Length") or 0)
        if self.path != "/app-webhook":
            self._refuse(HTTPStatus.NOT_FOUND, "没有这个页面")
        elif size > _LARGEST_PUSH:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "推送过大")
        else:
            self._take_in(self.rfile.read(size))

    def _take_in(self, body: bytes) -> None:
        if not is_authentic(body, self.headers.get(SIGNATURE_HEADER), self.server.secret()):
            self._refuse(HTTPStatus.UNAUTHORIZED, "签名不符")
            return
        try:
            message_id, message = from_push(body)
        except ValueError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        self.server.outbox.keep(message_id, message)
        self._answer(HTTPStatus.ACCEPTED, "application/json", "{}")

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        self._answer(status, "application/json", json.dumps({"message": reason}, ensure_ascii=False))

    def _answer(self, status: HTTPStatus, kind: str, content: str) -> None:
        body = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)


def main(directory: str, port: str) -> None:
    """Serve until SIGTERM, looking for new messages in between."""
    home = Home(Path(directory))
    outbox = Outbox(home.outbox)
    aws = f"http://{HOST}:{read_json(home.ports)['aws']}"
    server = Server(int(port), outbox, refresh=lambda: collect(outbox, aws), secret=lambda: deployed_secret(home, aws))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not stopping.wait(COLLECT_SECONDS):
        collect(outbox, aws)
    collect(outbox, aws)  # the emulator ends after this process, and forgets its mails


if __name__ == "__main__":
    main(*sys.argv[1:])
