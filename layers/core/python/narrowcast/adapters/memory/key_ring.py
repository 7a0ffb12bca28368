"""Data keys in a dictionary, with the same cipher as the real thing: what is sealed is unreadable without its key."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from narrowcast.application.ports import KeyDestroyedError, UnsealError

_NONCE = 12


class MemoryKeyRing:
    """KeyRing; None stands for a destroyed key."""

    def __init__(self) -> None:
        self._keys: dict[str, AESGCM | None] = {}

    def seal(self, subject: str, plain: bytes) -> bytes:
        key = self._keys.setdefault(subject, AESGCM(AESGCM.generate_key(bit_length=256)))
        if key is None:
            raise KeyDestroyedError(subject)
        nonce = os.urandom(_NONCE)
        return nonce + key.encrypt(nonce, plain, subject.encode())

    def unseal(self, subject: str, sealed: bytes) -> bytes | None:
        key = self._keys.get(subject)
        if key is None:
            return None
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], subject.encode())
        except (InvalidTag, ValueError):
            raise UnsealError("the sealed bytes do not open for this subject") from None

    def destroy(self, subject: str) -> None:
        self._keys[subject] = None
