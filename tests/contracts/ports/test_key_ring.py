from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.adapters.dynamodb.key_ring import DynamoKeyRing
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.adapters.kms.sealer import KmsSealer
from narrowcast.adapters.memory.key_ring import MemoryKeyRing
from narrowcast.application.ports import KeyDestroyedError, KeyRing, UnsealError
from tests.support.emulator import Emulator

PATIENT, OTHER = "h1/patient#p1", "h1/patient#p2"
TEXT = "夜里咳嗽，睡不好".encode()


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def processes(request: pytest.FixtureRequest) -> Callable[[], KeyRing]:
    """Makes the ring as each process has it: the keys are the same, nothing is remembered from another."""
    if request.param == "memory":
        ring = MemoryKeyRing()
        return lambda: ring
    aws: Emulator = request.getfixturevalue("aws")
    table = request.getfixturevalue("new_table")("subject")
    kms = aws.client("kms")
    key_id = kms.create_key(KeySpec="SYMMETRIC_DEFAULT")["KeyMetadata"]["Arn"]

    def process() -> KeyRing:
        connection = connect(region=aws.region, host=aws.endpoint_url)
        return DynamoKeyRing(connection, table, KmsSealer(kms, key_id))

    return process


@pytest.fixture
def ring(processes: Callable[[], KeyRing]) -> KeyRing:
    return processes()


class TestKeyRing:
    def test_what_was_sealed_is_opened_by_any_process(self, processes: Callable[[], KeyRing]) -> None:
        sealed = processes().seal(PATIENT, TEXT)
        assert processes().unseal(PATIENT, sealed) == TEXT

    def test_sealed_bytes_show_nothing_and_never_repeat(self, ring: KeyRing) -> None:
        one, other = ring.seal(PATIENT, TEXT), ring.seal(PATIENT, TEXT)
        assert one != other
        assert not any(TEXT[place : place + 6] in one for place in range(0, len(TEXT), 3))

    @pytest.mark.parametrize("size", [0, 1, 300_000])
    def test_a_text_may_have_any_length(self, ring: KeyRing, size: int) -> None:
        assert ring.unseal(PATIENT, ring.seal(PATIENT, b"x" * size)) == b"x" * size

    def test_all_that_was_ever_sealed_for_a_subject_opens(self, ring: KeyRing) -> None:
        sealed = [ring.seal(PATIENT, bytes([number])) for number in range(5)]
        assert [ring.unseal(PATIENT, each) for each in sealed] == [bytes([number]) for number in range(5)]

    def test_sealed_bytes_open_for_no_other_subject(self, ring: KeyRing) -> None:
        sealed = ring.seal(PATIENT, TEXT)
        ring.seal(OTHER, TEXT)
        with pytest.raises(UnsealError):
            ring.unseal(OTHER, sealed)

    def test_a_subject_without_a_key_opens_nothing(self, ring: KeyRing) -> None:
        assert ring.unseal(OTHER, ring.seal(PATIENT, TEXT)) is None

    def test_a_destroyed_key_opens_nothing_in_any_process(self, processes: Callable[[], KeyRing]) -> None:
        busy, sealed = processes(), processes().seal(PATIENT, TEXT)
        assert busy.unseal(PATIENT, sealed) == TEXT
        processes().destroy(PATIENT)
        assert busy.unseal(PATIENT, sealed) is None
        assert processes().unseal(PATIENT, sealed) is None

    def test_nothing_is_sealed_for_a_forgotten_subject(self, processes: Callable[[], KeyRing]) -> None:
        busy = processes()
        busy.seal(PATIENT, TEXT)
        processes().destroy(PATIENT)
        with pytest.raises(KeyDestroyedError):
            busy.seal(PATIENT, TEXT)

    def test_destroying_is_final_and_comes_before_the_first_use_or_twice(self, ring: KeyRing) -> None:
        ring.destroy(PATIENT)
        ring.destroy(PATIENT)
        with pytest.raises(KeyDestroyedError):
            ring.seal(PATIENT, TEXT)

    def test_the_others_keep_their_keys(self, ring: KeyRing) -> None:
        sealed = ring.seal(OTHER, TEXT)
        ring.seal(PATIENT, TEXT)
        ring.destroy(PATIENT)
        assert ring.unseal(OTHER, sealed) == TEXT


@given(plain=st.binary(max_size=64), place=st.integers(0, 200), bit=st.integers(0, 7))
def test_a_flipped_bit_never_goes_unnoticed(plain: bytes, place: int, bit: int) -> None:
    ring = MemoryKeyRing()
    changed = bytearray(ring.seal(PATIENT, plain))
    changed[place % len(changed)] ^= 1 << bit
    with pytest.raises(UnsealError):
        ring.unseal(PATIENT, bytes(changed))
