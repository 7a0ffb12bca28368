"""A signature that holds is verified once; one that does not, each time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.adapters.remembering_key import RememberingKey
from narrowcast.domain.content import Signature


@dataclass
class Counting(MemorySigningKey):
    """Keeps what it was asked to verify."""

    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def verify(self, form: bytes, signature: Signature) -> bool:
        self.asked.append(form)
        return super().verify(form, signature)


def test_the_same_signature_of_the_same_bytes_is_verified_once() -> None:
    own = Counting()
    key = RememberingKey(own)
    signature = key.sign(b"text")
    assert key.verify(b"text", signature)
    assert key.verify(b"text", signature)
    assert own.asked == [b"text"]
    assert key.public_keys() == own.public_keys()


def test_other_bytes_or_another_signature_are_verified_and_refused_each_time() -> None:
    own = Counting()
    key = RememberingKey(own)
    signature = key.sign(b"text")
    assert key.verify(b"text", signature)
    for _ in range(2):
        assert not key.verify(b"another", signature)
        assert not key.verify(b"text", replace(signature, key_id="other"))
    assert len(own.asked) == 5
