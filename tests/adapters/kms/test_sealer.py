from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from narrowcast.adapters.kms.sealer import REMEMBERED_SECONDS, KmsSealer
from narrowcast.application.ports import UnavailableError, UnsealError
from tests.support.offline import offline_client

DATA_KEY, WRAPPED = b"k" * 32, b"wrapped under the master key"
PATIENT = "h1/patient#p1"
TEXT = b"+8613800000000"


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("kms")


@pytest.fixture
def kms(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def _will_unwrap(kms: Stubber, subject: str = PATIENT, wrapped: bytes = WRAPPED) -> None:
    kms.add_response(
        "decrypt",
        {"Plaintext": DATA_KEY, "KeyId": "vault"},
        {"KeyId": "vault", "CiphertextBlob": wrapped, "EncryptionContext": {"subject": subject}},
    )


@pytest.fixture
def sealed(client: Any, kms: Stubber) -> bytes:
    _will_unwrap(kms)
    return KmsSealer(client, "vault").seal(PATIENT, WRAPPED, TEXT)


def test_a_new_key_is_made_for_its_subject_given_out_wrapped_and_used_at_once(client: Any, kms: Stubber) -> None:
    kms.add_response(
        "generate_data_key",
        {"CiphertextBlob": WRAPPED, "Plaintext": DATA_KEY, "KeyId": "vault"},
        {"KeyId": "vault", "KeySpec": "AES_256", "EncryptionContext": {"subject": PATIENT}},
    )
    sealer = KmsSealer(client, "vault")
    assert sealer.new_key(PATIENT) == WRAPPED
    assert sealer.unseal(PATIENT, WRAPPED, sealer.seal(PATIENT, WRAPPED, TEXT)) == TEXT


def test_sealed_bytes_name_their_key_and_hold_neither_key_nor_text(sealed: bytes) -> None:
    assert sealed[:9] == b"\x02" + hashlib.sha256(WRAPPED).digest()[:8]
    assert len(sealed) == 9 + 12 + len(TEXT) + 16
    assert not any(secret in sealed for secret in (DATA_KEY, WRAPPED, b"138000"))


def test_sealed_bytes_open_for_their_subject(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_unwrap(kms)
    assert KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, sealed) == TEXT


def test_the_same_text_is_never_sealed_to_the_same_bytes(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_unwrap(kms)
    assert KmsSealer(client, "vault").seal(PATIENT, WRAPPED, TEXT) != sealed


def test_sealed_bytes_open_for_no_other_subject_even_with_the_key(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_unwrap(kms, "h1/patient#p2")
    with pytest.raises(UnsealError):
        KmsSealer(client, "vault").unseal("h1/patient#p2", WRAPPED, sealed)


def test_bytes_under_another_key_are_told_apart_without_asking_kms(client: Any, sealed: bytes) -> None:
    with pytest.raises(UnsealError, match="another key"):
        KmsSealer(client, "vault").unseal(PATIENT, b"another wrapped key", sealed)


@pytest.mark.parametrize("place", [9, -1, -17, -30])
def test_a_changed_byte_is_noticed(client: Any, kms: Stubber, sealed: bytes, place: int) -> None:
    _will_unwrap(kms)
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(UnsealError):
        KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, bytes(changed))


@pytest.mark.parametrize("bytes_", [b"", b"\x02", b"\x01\x00\x01wnnnnnnnnnnnnc", b"plain text of old"])
def test_bytes_of_no_known_layout_are_not_opened(client: Any, bytes_: bytes) -> None:
    with pytest.raises(UnsealError, match="layout"):
        KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, bytes_)


def test_a_head_without_a_text_is_not_opened(client: Any, sealed: bytes) -> None:
    with pytest.raises(UnsealError, match="layout"):
        KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, sealed[:15])


def test_kms_is_asked_once_a_minute_for_each_key(client: Any, kms: Stubber) -> None:
    now = [0.0]
    sealer = KmsSealer(client, "vault", lambda: now[0])
    _will_unwrap(kms)
    sealed = sealer.seal(PATIENT, WRAPPED, TEXT)
    now[0] = REMEMBERED_SECONDS - 1
    assert sealer.unseal(PATIENT, WRAPPED, sealed) == TEXT
    kms.assert_no_pending_responses()
    now[0] = REMEMBERED_SECONDS
    _will_unwrap(kms)
    assert sealer.unseal(PATIENT, WRAPPED, sealed) == TEXT


def test_a_key_is_remembered_for_its_subject_alone(client: Any, kms: Stubber, sealed: bytes) -> None:
    sealer = KmsSealer(client, "vault")
    _will_unwrap(kms)
    assert sealer.unseal(PATIENT, WRAPPED, sealed) == TEXT
    with pytest.raises(UnsealError):
        sealer.unseal("h1/patient#p2", WRAPPED, sealed)


def test_a_key_that_kms_does_not_unwrap_is_told_apart(client: Any, kms: Stubber, sealed: bytes) -> None:
    kms.add_client_error("decrypt", "InvalidCiphertextException", http_status_code=400)
    with pytest.raises(UnsealError, match="InvalidCiphertextException"):
        KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, sealed)


def test_a_throttled_kms_is_unavailable(client: Any, kms: Stubber, sealed: bytes) -> None:
    kms.add_client_error("decrypt", "ThrottlingException", http_status_code=400)
    with pytest.raises(UnavailableError):
        KmsSealer(client, "vault").unseal(PATIENT, WRAPPED, sealed)
