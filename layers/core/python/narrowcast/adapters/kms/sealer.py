"""Seals bytes under data keys that KMS made and wrapped (envelope encryption). The key ring hands it each wrapped key.

Sealed bytes, in order: one byte 0x02 (the layout); the first eight bytes of the wrapped key's SHA-256, to tell which
key they need; a nonce of 12 bytes; the AES-256-GCM ciphertext with its tag. The subject is the associated data and
KMS's encryption context: bytes sealed for one subject open for no other, and a wrapped key unwraps for no other.

Unwrapped keys stay in memory for a minute, so that reading a long conversation asks KMS once. They are found by the
wrapped key alone: without that, which the key ring reads anew each time, nothing opens.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable
from narrowcast.application.ports import UnsealError

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_kms import KMSClient

_LAYOUT = b"\x02"
_HEAD = 9
_NONCE = 12
REMEMBERED_SECONDS = 60.0


class KmsSealer:
    """Seals under data keys that a symmetric KMS key wraps."""

    def __init__(self, client: KMSClient, key_id: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._key_id = key_id
        self._monotonic = monotonic
        self._unwrapped: dict[bytes, tuple[float, AESGCM]] = {}

    def new_key(self, subject: str) -> bytes:
        """Return a fresh data key for the subject, wrapped. UnavailableError.

        Whoever has one made uses it at once: KMS tells it in the same call, and is not asked again to unwrap it.
        """
        with passing_faults_are_unavailable("kms"):
            key = self._client.generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext={"subject": subject}
            )
        self._remember(key["CiphertextBlob"], key["Plaintext"])
        return key["CiphertextBlob"]

    def seal(self, subject: str, wrapped: bytes, plain: bytes) -> bytes:
        """Encrypt for the subject under its wrapped key. UnsealError if that is another's, UnavailableError."""
        nonce = os.urandom(_NONCE)
        ciphertext = self._key(subject, wrapped).encrypt(nonce, plain, subject.encode())
        return _head(wrapped) + nonce + ciphertext

    def unseal(self, subject: str, wrapped: bytes, sealed: bytes) -> bytes:
        """Decrypt what was sealed for the subject under this key. UnsealError, UnavailableError."""
        if sealed[:_HEAD] != _head(wrapped) or len(sealed) < _HEAD + _NONCE:
            raise UnsealError("the sealed bytes are in no known layout or under another key")
        nonce, ciphertext = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        try:
            return self._key(subject, wrapped).decrypt(nonce, ciphertext, subject.encode())
        except InvalidTag:
            raise UnsealError("the sealed bytes do not open for this subject") from None

    def _key(self, subject: str, wrapped: bytes) -> AESGCM:
        now = self._monotonic()
        self._unwrapped = {known: entry for known, entry in self._unwrapped.items() if entry[0] > now}
        if wrapped not in self._unwrapped:
            self._remember(wrapped, self._unwrap(subject, wrapped))
        return self._unwrapped[wrapped][1]

    def _remember(self, wrapped: bytes, plain: bytes) -> None:
        self._unwrapped[wrapped] = (self._monotonic() + REMEMBERED_SECONDS, AESGCM(plain))

    def _unwrap(self, subject: str, wrapped: bytes) -> bytes:
        try:
            with passing_faults_are_unavailable("kms"):
                answer = self._client.decrypt(
                    KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"subject": subject}
                )
        except self._client.exceptions.InvalidCiphertextException as fault:
            raise UnsealError(f"the data key does not open for this subject: {code_of(fault)}") from None
        return answer["Plaintext"]


def _head(wrapped: bytes) -> bytes:
    return _LAYOUT + hashlib.sha256(wrapped).digest()[: _HEAD - 1]
