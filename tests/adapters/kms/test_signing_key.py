from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from narrowcast.adapters.kms.signing_key import KmsSigningKey, WrongKeyError
from narrowcast.application.ports import UnavailableError
from narrowcast.domain.content import Signature
from tests.support.offline import offline_client

FORM = "二甲双胍怎么吃".encode()
ARN = "arn:aws-cn:kms:cn-north-1:111122223333:key/"
NEW, OLD = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("kms")


@pytest.fixture
def kms(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def _will_give(kms: Stubber, key_id: str, public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> None:
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    kms.add_response("get_public_key", {"KeyId": ARN + key_id, "PublicKey": der}, {"KeyId": key_id})


def _signature(key: ec.EllipticCurvePrivateKey, key_id: str) -> Signature:
    return Signature(b64encode(key.sign(FORM, ec.ECDSA(SHA256()))).decode(), ARN + key_id, "ECDSA_SHA_256")


def test_kms_signs_the_digest_and_names_the_key_by_its_arn(client: Any, kms: Stubber) -> None:
    asked = {
        "KeyId": "new",
        "Message": hashlib.sha256(FORM).digest(),
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    kms.add_response("sign", {"KeyId": ARN + "new", "Signature": b"der"}, asked)
    assert KmsSigningKey(client, "new").sign(FORM) == Signature("ZGVy", ARN + "new", "ECDSA_SHA_256")


def test_the_public_key_is_fetched_once(client: Any, kms: Stubber) -> None:
    _will_give(kms, "new", NEW.public_key())
    key = KmsSigningKey(client, "new")
    assert all(key.verify(FORM, _signature(NEW, "new")) for _ in range(3))


def test_what_a_retired_key_signed_stays_valid(client: Any, kms: Stubber) -> None:
    _will_give(kms, "new", NEW.public_key())
    _will_give(kms, "old", OLD.public_key())
    key = KmsSigningKey(client, "new", retired=["old"])
    assert key.verify(FORM, _signature(OLD, "old"))
    assert key.verify(FORM, _signature(NEW, "new"))
    assert not key.verify(FORM, _signature(OLD, "new"))


def test_a_signature_cannot_bring_its_own_key(client: Any, kms: Stubber) -> None:
    _will_give(kms, "new", NEW.public_key())
    assert not KmsSigningKey(client, "new").verify(FORM, _signature(OLD, "old"))


@pytest.mark.parametrize(
    "wrong",
    [ec.generate_private_key(ec.SECP384R1()).public_key(), rsa.generate_private_key(65537, 2048).public_key()],
    ids=["P-384", "RSA"],
)
def test_a_key_of_another_kind_is_a_fault_of_the_deployment(
    client: Any, kms: Stubber, wrong: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> None:
    _will_give(kms, "new", wrong)
    with pytest.raises(WrongKeyError):
        KmsSigningKey(client, "new").verify(FORM, _signature(NEW, "new"))


@pytest.mark.parametrize("operation", ["sign", "get_public_key"])
def test_a_throttled_kms_is_unavailable(client: Any, kms: Stubber, operation: str) -> None:
    kms.add_client_error(operation, "ThrottlingException", http_status_code=400)
    key = KmsSigningKey(client, "new")
    with pytest.raises(UnavailableError):
        key.sign(FORM) if operation == "sign" else key.verify(FORM, _signature(NEW, "new"))
