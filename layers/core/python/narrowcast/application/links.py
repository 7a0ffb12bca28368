"""Opaque links: nonces and codes derived from an event and a secret, so that a redelivered event makes the same ones.

The nonce is stored nowhere; what it opens is found by its hash. The code that goes with a link travels over the other
channel and is stored as a keyed hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from narrowcast.application.ports import Link, Links
from narrowcast.domain.errors import Refusal
from narrowcast.domain.vocabulary import Channel

CODE_ATTEMPTS = 5


class LinkUnknown(Refusal):
    """Nothing is behind this nonce."""


class LinkExpired(Refusal):
    """The link's time is over."""


class WrongCode(Refusal):
    """The six digits are not those that were sent for this link."""


class TooManyAttempts(Refusal):
    """The code was tried too often; the link stays closed."""


@dataclass(frozen=True, slots=True)
class LinkSecret:
    """The key from which nonces and codes are derived."""

    key: bytes = field(repr=False)

    def nonce(self, event_id: str, channel: Channel) -> str:
        """Return 256 bits in URL-safe base64 for this event and channel."""
        return base64.urlsafe_b64encode(self._mac("nonce", event_id, channel)).decode().rstrip("=")

    def code(self, event_id: str, channel: Channel) -> str:
        """Return the six digits that go with the link on this channel."""
        return f"{int.from_bytes(self._mac('code', event_id, channel)) % 1_000_000:06d}"

    def code_hash(self, key: str, code: str) -> str:
        """Return what is stored of a code: useless without the secret."""
        return self._mac("check", key, code).hex()

    def stamp(self, *parts: str) -> str:
        """Return what only we can make of the parts, in hex."""
        return self._mac("stamp", *parts).hex()

    def _mac(self, *parts: str) -> bytes:
        return hmac.new(self.key, "|".join(parts).encode(), hashlib.sha256).digest()


def guide_name(patient_stream: str, push_id: str, guide_id: str) -> str:
    """Return from what the nonce of a guide is derived that a push tells of."""
    return f"{patient_stream}|{push_id}|{guide_id}"


def link_key(nonce: str) -> str:
    """Return the SHA-256 of a nonce, in hex: the place where its link stands."""
    return hashlib.sha256(nonce.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LinkOffice:
    """Opens links and checks codes."""

    links: Links
    secret: LinkSecret

    def open(self, nonce: str, kind: str, now: datetime) -> Link:
        """Return what the nonce opens; LinkUnknown, LinkExpired. Changes nothing (law 5)."""
        link = self.links.find(link_key(nonce))
        if link is None or link.kind != kind:
            raise LinkUnknown("链接无效，请核对短信或邮件中的完整链接")
        if link.expires_at <= now:
            raise LinkExpired("链接已过期，请联系健康教育中心重新发送")
        return link

    def check_code(self, link: Link, code: str) -> None:
        """Count an attempt, then compare; WrongCode, TooManyAttempts."""
        if not self.links.count_attempt(link.key, limit=CODE_ATTEMPTS):
            raise TooManyAttempts("验证码输入次数过多，链接已锁定，请联系健康教育中心", field="code")
        if not hmac.compare_digest(self.secret.code_hash(link.key, code), link.code_hash):
            raise WrongCode(f"验证码不正确，还可尝试{CODE_ATTEMPTS - link.attempts - 1}次", field="code")
