"""How a signature is checked, wherever the key lives: ECDSA on P-256 over the SHA-256 of the form, DER in base64."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from narrowcast.domain.content import Signature

ALGORITHM: Final = "ECDSA_SHA_256"
"""As KMS names it."""


def covers(public_key: EllipticCurvePublicKey, form: bytes, signature: Signature) -> bool:
    """Whether the signature is this key's over exactly these bytes; False for anything malformed."""
    if signature.algorithm != ALGORITHM:
        return False
    try:
        public_key.verify(b64decode(signature.value, validate=True), form, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def pem_of(public_key: EllipticCurvePublicKey) -> bytes:
    """Return the key as a PEM file."""
    return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
