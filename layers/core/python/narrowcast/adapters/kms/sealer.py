"""Seals bytes under a data key of the subject's own (envelope encryption), for the vault.

Sealed bytes, in order: one byte 0x01 (the layout); two bytes, big-endian, the length of the wrapped data key; the
wrapped data key; a nonce of 12 bytes; the AES-256-GCM ciphertext with its tag. The subject is the associated data
and KMS's encryption context: bytes sealed for one subject open for no other. Each sealing asks KMS for a new data key,
so whoever throws the bytes away has destroyed the only copy of the key.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_kms import KMSClient

_LAYOUT = b"\x01"
_HEAD = 3
_NONCE = 12


class UnsealError(Exception):
    """The bytes were changed, belong to another subject, or are in no layout known here. A retry will not help."""


class KmsSealer:
    """Seals under a symmetric KMS key."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, subject: str, plain: bytes) -> bytes:
        """Encrypt for the subject. UnavailableError."""
        with passing_faults_are_unavailable("kms"):
            key = self._client.generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext={"subject": subject}
            )
        wrapped, nonce = key["CiphertextBlob"], os.urandom(_NONCE)
        ciphertext = AESGCM(key["Plaintext"]).encrypt(nonce, plain, subject.encode())
        return _LAYOUT + len(wrapped).to_bytes(2, "big") + wrapped + nonce + ciphertext

    def unseal(self, subject: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed for the subject. UnsealError, UnavailableError."""
        wrapped, nonce, ciphertext = _parts(sealed)
        try:
            return AESGCM(self._unwrap(subject, wrapped)).decrypt(nonce, ciphertext, subject.encode())
        except InvalidTag:
            raise UnsealError("the sealed bytes do not open for this subject") from None

    def _unwrap(self, subject: str, wrapped: bytes) -> bytes:
        try:
            with passing_faults_are_unavailable("kms"):
                answer = self._client.decrypt(
                    KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"subject": subject}
                )
        except self._client.exceptions.InvalidCiphertextException as fault:
            raise UnsealError(f"the data key does not open for this subject: {code_of(fault)}") from None
        return answer["Plaintext"]


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    end = _HEAD + int.from_bytes(sealed[1:_HEAD], "big")
    if sealed[:1] != _LAYOUT or len(sealed) < end + _NONCE:
        raise UnsealError("the sealed bytes are in no known layout")
    return sealed[_HEAD:end], sealed[end : end + _NONCE], sealed[end + _NONCE :]
