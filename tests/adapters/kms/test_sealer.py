from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from narrowcast.adapters.kms.sealer import KmsSealer, UnsealError
from narrowcast.application.ports import UnavailableError
from tests.support.offline import offline_client

DATA_KEY, WRAPPED = b"k" * 32, b"wrapped under the master key"
CONTEXT = {"subject": "h1/patient#p1"}


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("kms")


@pytest.fixture
def kms(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def _will_make_a_key(kms: Stubber) -> None:
    kms.add_response(
        "generate_data_key",
        {"Plaintext": DATA_KEY, "CiphertextBlob": WRAPPED, "KeyId": "vault"},
        {"KeyId": "vault", "KeySpec": "AES_256", "EncryptionContext": CONTEXT},
    )


def _will_unwrap(kms: Stubber, subject: str = "h1/patient#p1") -> None:
    kms.add_response(
        "decrypt",
        {"Plaintext": DATA_KEY, "KeyId": "vault"},
        {"KeyId": "vault", "CiphertextBlob": WRAPPED, "EncryptionContext": {"subject": subject}},
    )


@pytest.fixture
def sealed(client: Any, kms: Stubber) -> bytes:
    _will_make_a_key(kms)
    return KmsSealer(client, "vault").seal("h1/patient#p1", b"+8613800000000")


def test_sealed_bytes_hold_the_wrapped_key_and_neither_key_nor_text(sealed: bytes) -> None:
    assert sealed[:3] == b"\x01" + len(WRAPPED).to_bytes(2, "big")
    assert sealed[3 : 3 + len(WRAPPED)] == WRAPPED
    assert len(sealed) == 3 + len(WRAPPED) + 12 + len(b"+8613800000000") + 16
    assert DATA_KEY not in sealed
    assert b"138000" not in sealed


def test_sealed_bytes_open_for_their_subject(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_unwrap(kms)
    assert KmsSealer(client, "vault").unseal("h1/patient#p1", sealed) == b"+8613800000000"


def test_the_same_text_is_never_sealed_to_the_same_bytes(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_make_a_key(kms)
    assert KmsSealer(client, "vault").seal("h1/patient#p1", b"+8613800000000") != sealed


def test_sealed_bytes_open_for_no_other_subject_even_with_the_key(client: Any, kms: Stubber, sealed: bytes) -> None:
    _will_unwrap(kms, "h1/patient#p2")
    with pytest.raises(UnsealError):
        KmsSealer(client, "vault").unseal("h1/patient#p2", sealed)


@pytest.mark.parametrize("place", [-1, -17, -40])
def test_a_changed_byte_is_noticed(client: Any, kms: Stubber, sealed: bytes, place: int) -> None:
    _will_unwrap(kms)
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(UnsealError):
        KmsSealer(client, "vault").unseal("h1/patient#p1", bytes(changed))


@pytest.mark.parametrize("bytes_", [b"", b"\x01", b"\x01\xff\xff", b"\x02\x00\x01wnnnnnnnnnnnnc", b"plain text of old"])
def test_bytes_of_no_known_layout_are_not_opened(client: Any, bytes_: bytes) -> None:
    with pytest.raises(UnsealError, match="layout"):
        KmsSealer(client, "vault").unseal("h1/patient#p1", bytes_)


def test_a_key_that_kms_does_not_unwrap_is_told_apart(client: Any, kms: Stubber, sealed: bytes) -> None:
    kms.add_client_error("decrypt", "InvalidCiphertextException", http_status_code=400)
    with pytest.raises(UnsealError, match="InvalidCiphertextException"):
        KmsSealer(client, "vault").unseal("h1/patient#p1", sealed)


def test_a_throttled_kms_is_unavailable(client: Any, kms: Stubber, sealed: bytes) -> None:
    kms.add_client_error("decrypt", "ThrottlingException", http_status_code=400)
    with pytest.raises(UnavailableError):
        KmsSealer(client, "vault").unseal("h1/patient#p1", sealed)
