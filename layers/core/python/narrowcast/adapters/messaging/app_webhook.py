"""Pushes through the hospital's own app: one signed POST to its webhook.

The body is JSON {"to", "text", "id"}. `X-Narrowcast-Signature: sha256=<hex>` is the HMAC of the body under the shared
secret; `X-Narrowcast-Id` is the effect, the same at every repetition: the app shows an id once.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from narrowcast.application.ports import Message, UnavailableError, UndeliverableError

_OK = range(200, 300)
_REFUSED = range(400, 500)
_TRY_LATER = frozenset({408, 425, 429})


class AppWebhook:
    """Messenger for app pushes; repeats timeouts and 5xx `retries` times, follows no redirect."""

    def __init__(
        self, pool: PoolManager, url: str, secret: bytes, *, seconds: float = 5, retries: int = 2, backoff: float = 0.2
    ) -> None:
        self._pool = pool
        self._url = url
        self._secret = secret
        self._timeout = Timeout(seconds)
        self._retries = Retry(
            total=retries,
            redirect=False,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            backoff_factor=backoff,
            raise_on_status=False,
            respect_retry_after_header=False,
        )

    def send(self, message: Message) -> None:
        status = self._post(message)
        if status in _REFUSED and status not in _TRY_LATER:
            raise UndeliverableError(f"webhook: HTTP {status}")
        if status not in _OK:
            raise UnavailableError(f"webhook: HTTP {status}")

    def _post(self, message: Message) -> int:
        body = json.dumps({"to": message.to, "text": message.text, "id": message.effect}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Narrowcast-Id": message.effect,
            "X-Narrowcast-Signature": f"sha256={hmac.new(self._secret, body, hashlib.sha256).hexdigest()}",
        }
        try:
            answer = self._pool.request(
                "POST", self._url, body=body, headers=headers, timeout=self._timeout, retries=self._retries
            )
        except HTTPError as fault:
            raise UnavailableError(f"webhook: {type(fault).__name__}") from None
        return answer.status
