"""The hospital's signing key. The private half never leaves KMS; a signature is checked here with the public half.

Only the keys given to the constructor are ever believed: a signature cannot bring its own key along.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable
from narrowcast.adapters.ecdsa import ALGORITHM, covers, pem_of
from narrowcast.domain.content import Signature

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_kms import KMSClient


class WrongKeyError(Exception):
    """A configured key is not an ECC_NIST_P256 key; a matter for the deployment, not for a retry."""


class KmsSigningKey:
    """SigningKey on KMS: signs with `key_id`, believes that key and the `retired` ones (ids or ARNs)."""

    def __init__(self, client: KMSClient, key_id: str, *, retired: Sequence[str] = ()) -> None:
        self._client = client
        self._key_id = key_id
        self._believed = (key_id, *retired)
        self._public_keys: dict[str, EllipticCurvePublicKey] = {}

    def sign(self, form: bytes) -> Signature:
        with passing_faults_are_unavailable("kms"):
            answer = self._client.sign(
                KeyId=self._key_id,
                Message=hashlib.sha256(form).digest(),
                MessageType="DIGEST",
                SigningAlgorithm=ALGORITHM,
            )
        return Signature(b64encode(answer["Signature"]).decode(), answer["KeyId"], ALGORITHM)

    def verify(self, form: bytes, signature: Signature) -> bool:
        """Whether the signature covers the bytes. UnavailableError if KMS does not give the public key."""
        public_key = self._keys_by_arn().get(signature.key_id)
        return public_key is not None and covers(public_key, form, signature)

    def public_keys(self) -> Mapping[str, bytes]:
        return {arn: pem_of(key) for arn, key in self._keys_by_arn().items()}

    def _keys_by_arn(self) -> dict[str, EllipticCurvePublicKey]:
        if not self._public_keys:
            self._public_keys = dict(self._public_key(key_id) for key_id in self._believed)
        return self._public_keys

    def _public_key(self, key_id: str) -> tuple[str, EllipticCurvePublicKey]:
        with passing_faults_are_unavailable("kms"):
            answer = self._client.get_public_key(KeyId=key_id)
        key = load_der_public_key(answer["PublicKey"])
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise WrongKeyError(f"{key_id} is not an ECC_NIST_P256 key")
        return answer["KeyId"], key
