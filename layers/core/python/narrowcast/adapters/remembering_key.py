"""A signing key that verifies the same signature of the same bytes once in a process.

Signatures are remembered by the very bytes that they cover; one that does not hold never is. Whether what they cover
may still be shown is not a matter of the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from narrowcast.application.ports import SigningKey
from narrowcast.application.remembering import Lately
from narrowcast.domain.content import Signature

SIGNATURES = 10_000


class RememberingKey:
    """SigningKey that verifies the same signature of the same bytes once."""

    def __init__(self, key: SigningKey, most: int = SIGNATURES) -> None:
        """Remember at most so many signatures."""
        self._key = key
        self._held: Lately[tuple[bytes, Signature], bool] = Lately(most)

    def sign(self, form: bytes) -> Signature:
        return self._key.sign(form)

    def verify(self, form: bytes, signature: Signature) -> bool:
        covered = (hashlib.sha256(form).digest(), signature)
        if self._held.get(covered):
            return True
        holds = self._key.verify(form, signature)
        if holds:
            self._held.keep(covered, value=True)
        return holds

    def public_keys(self) -> Mapping[str, bytes]:
        return self._key.public_keys()
