"""The app with memory adapters behind a real HTTP server, for browsers: one request at a time, as one world allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from app import ACCESS

if TYPE_CHECKING:
    from tests.support.talks import Answer, TalkRoom

NOTHING_THERE = 404


def _patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    """Every route with the pattern of its paths; those without parameters first, as API Gateway does."""
    routes = sorted((each.split(" ", 1) for each in ACCESS), key=lambda each: each[1].count("{"))
    return [(method, path, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))) for method, path in routes]


@contextmanager
def served(room: TalkRoom) -> Iterator[str]:
    """Serve the room; gives the URL of its API."""
    patterns, lock = _patterns(), Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            target = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            for known, route, pattern in patterns:
                found = pattern.fullmatch(target.path)
                if known == method and found:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    with lock:
                        given = found.groupdict()
                        query = dict(parse_qsl(target.query, keep_blank_values=True))
                        self._send(room.request(method, route, headers=headers, query=query, body=body, path=given))
                    return
            self.send_error(NOTHING_THERE)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            data = answer.text.encode()
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
