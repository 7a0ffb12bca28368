"""The way from the bridge to the API: one message, one POST, one verdict.

Final is what carries an acknowledgement and no fault of the API's. All else is tried again: a message is set aside only
if the API understood the request and says, without an acknowledgement, that it will never take it.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

MEDIA_TYPE = "x-application/hl7-v2+er7"
_ANSWERS = (b"MSH", b"BHS", b"FHS")
_SERVER_FAULT, _CLIENT_FAULT = 500, 400
_AWAY = frozenset({401, 403, 404, 407, 408, 425, 429, 502, 503, 504})
"""Nobody's message is at fault: the key, the address, the load, the API's own surroundings."""


class Verdict(StrEnum):
    """What came of sending a message."""

    FINAL = "final"
    AWAY = "away"
    FAULT = "fault"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, the HTTP status (0: none came) and, if final, the acknowledgement."""

    verdict: Verdict
    status: int = 0
    text: bytes = b""


def judge(status: int, body: bytes) -> Answer:
    """Return what an answer of the API means for the message."""
    if status in _AWAY:
        return Answer(Verdict.AWAY, status)
    if status >= _SERVER_FAULT:
        return Answer(Verdict.FAULT, status)
    if body.startswith(_ANSWERS):
        return Answer(Verdict.FINAL, status, body)
    return Answer(Verdict.NEVER if status >= _CLIENT_FAULT else Verdict.AWAY, status)


class ApiConnection:
    """One connection to the API, opened when needed and kept. Not to be shared between threads."""

    def __init__(self, url: str, key: str, *, seconds: float) -> None:
        """Take the API's address (`/hl7` is added if it is not there) and the hospital's key."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"not an address of an API: {url}"
            raise ValueError(message)
        path = parts.path.rstrip("/")
        self._path = path if path.endswith("/hl7") else f"{path}/hl7"
        self._headers = {"Content-Type": MEDIA_TYPE, "Authorization": f"Bearer {key}"}
        self._http = (
            http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=seconds, context=ssl.create_default_context()
            )
            if parts.scheme == "https"
            else http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
        )

    def send(self, message: bytes) -> Answer:
        """Send a message; whatever goes wrong on the way is AWAY, for the message may have arrived or not."""
        try:
            self._http.request("POST", self._path, message, self._headers)
            answer = self._http.getresponse()
            return judge(answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            self._http.close()
            return Answer(Verdict.AWAY)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
