from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from narrowcast.adapters.kms.signing_key import KmsSigningKey
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.application.ports import SigningKey
from tests.support.emulator import Emulator

FORM = '{"title":"二甲双胍怎么吃"}'.encode()
NewKey = Callable[[], SigningKey]


@pytest.fixture(params=["memory", pytest.param("kms", marks=pytest.mark.stack)])
def new_key(request: pytest.FixtureRequest) -> NewKey:
    if request.param == "memory":
        return lambda: MemorySigningKey("memory-key")
    aws: Emulator = request.getfixturevalue("aws")

    def create() -> SigningKey:
        kms = aws.client("kms")
        made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        return KmsSigningKey(kms, made["KeyMetadata"]["KeyId"])

    return create


class TestSigningKey:
    def test_a_signature_covers_its_form(self, new_key: NewKey) -> None:
        key = new_key()
        signature = key.sign(FORM)
        assert signature.algorithm == "ECDSA_SHA_256"
        assert key.verify(FORM, signature)

    def test_whoever_has_the_public_key_can_check_a_signature(self, new_key: NewKey) -> None:
        key = new_key()
        signature = key.sign(FORM)
        public_key = load_pem_public_key(key.public_keys()[signature.key_id])
        assert isinstance(public_key, EllipticCurvePublicKey)
        public_key.verify(b64decode(signature.value), FORM, ECDSA(SHA256()))

    @pytest.mark.parametrize("form", [b"", FORM + b" ", FORM[:-1], FORM.replace("二".encode(), "三".encode())])
    def test_a_signature_covers_no_other_form(self, new_key: NewKey, form: bytes) -> None:
        key = new_key()
        assert not key.verify(form, key.sign(FORM))

    def test_another_key_of_the_same_name_is_not_believed(self, new_key: NewKey) -> None:
        key, other = new_key(), new_key()
        stranger = replace(other.sign(FORM), key_id=key.sign(FORM).key_id)
        assert not key.verify(FORM, stranger)

    def test_a_key_that_was_not_configured_is_not_believed(self, new_key: NewKey) -> None:
        key, other = new_key(), new_key()
        renamed = replace(key.sign(FORM), key_id="arn:aws:kms:eu-west-1:999999999999:key/stranger")
        assert not key.verify(FORM, renamed)
        assert not other.verify(FORM, renamed)

    @pytest.mark.parametrize(
        "value", ["", "x", "不是签名", "AAAA", "MEUCIQ==", "a b\n", b64encode(b"\x30\x00").decode()]
    )
    def test_a_malformed_signature_is_false(self, new_key: NewKey, value: str) -> None:
        key = new_key()
        assert not key.verify(FORM, replace(key.sign(FORM), value=value))

    def test_a_signature_with_anything_between_its_characters_is_false(self, new_key: NewKey) -> None:
        key = new_key()
        signature = key.sign(FORM)
        assert not key.verify(FORM, replace(signature, value=f"{signature.value[:8]}!\n{signature.value[8:]}"))

    def test_a_signature_of_another_algorithm_is_false(self, new_key: NewKey) -> None:
        key = new_key()
        assert not key.verify(FORM, replace(key.sign(FORM), algorithm="ECDSA_SHA_384"))

    def test_no_flipped_bit_of_a_signature_is_believed(self, new_key: NewKey) -> None:
        key = new_key()
        signature = key.sign(FORM)
        raw = b64decode(signature.value)
        for bit in range(0, len(raw) * 8, 5):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            assert not key.verify(FORM, replace(signature, value=b64encode(changed).decode()))
