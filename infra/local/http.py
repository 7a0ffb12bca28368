"""A person or system at the product's API: plain HTTP, nothing the product's own code would be needed for."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Reply:
    """What came back; `headers` in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Leave the redirect to the caller."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def send(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float = 30
) -> Reply:
    """Send a request and return the answer, whatever its status; redirects are not followed."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - the stack's own URL
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            return _reply(answer)
    except urllib.error.HTTPError as refused:
        return _reply(refused)


def _reply(answer: Any) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status, headers, answer.read().decode("utf-8", "replace"))


def post_json(url: str, document: object, token: str = "") -> Reply:
    """Post a JSON document, as the bearer of a token if there is one."""
    headers = {"Content-Type": "application/json", **bearer(token)}
    return send("POST", url, body=json.dumps(document, ensure_ascii=False).encode(), headers=headers)


def post_form(url: str, fields: Mapping[str, str], cookie: str = "") -> Reply:
    """Post a form as a browser does, with the cookie that it bears."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", **bearing(cookie)}
    return send("POST", url, body=urllib.parse.urlencode(fields).encode(), headers=headers)


def get(url: str, token: str = "", *, cookie: str = "") -> Reply:
    """Get a page or document."""
    return send("GET", url, headers={**bearer(token), **bearing(cookie)})


def bearing(cookie: str) -> dict[str, str]:
    """The header that carries a cookie."""
    return {"Cookie": cookie} if cookie else {}


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"} if token else {}
