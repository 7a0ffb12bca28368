"""A signing key in memory: real signatures, and no protection for the private half."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from narrowcast.adapters.ecdsa import ALGORITHM, covers, pem_of
from narrowcast.domain.content import Signature


class MemorySigningKey:
    """SigningKey made when it is constructed and gone with the process."""

    def __init__(self, key_id: str = "memory-key") -> None:
        self._key_id = key_id
        self._private_key = generate_private_key(SECP256R1())

    def sign(self, form: bytes) -> Signature:
        value = self._private_key.sign(form, ECDSA(SHA256()))
        return Signature(b64encode(value).decode(), self._key_id, ALGORITHM)

    def verify(self, form: bytes, signature: Signature) -> bool:
        return signature.key_id == self._key_id and covers(self._private_key.public_key(), form, signature)

    def public_keys(self) -> Mapping[str, bytes]:
        return {self._key_id: pem_of(self._private_key.public_key())}
