"""A root sees what a hash chain cannot: a tail that was cut off, a stream written anew, a stream that is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import ConflictError
from narrowcast.application.sealing import NewRoot, Sealer, read_sealed
from narrowcast.application.streams import CONTENT
from narrowcast.application.verification import Fault, Proof, verify_log
from narrowcast.contracts.commit import Commit, seal
from narrowcast.contracts.root import decode_root, encode_root
from narrowcast.domain.content import recall
from tests.support.forgery import resealed
from tests.support.newsroom import EDITOR, HOSPITAL, METFORMIN_TOPIC, World

STREAM = CONTENT.stream(HOSPITAL, "dm-know")


class Notary:
    """A published world whose log is sealed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.roots = MemoryRoots()
        self.key = MemorySigningKey("seal-key")
        self.seal()

    def seal(self) -> list[NewRoot]:
        return Sealer(self.world.log, self.roots, self.key, self.world.clock).seal()

    def proof(self) -> Proof:
        return verify_log(self.world.log, self.world.key, read_sealed(self.roots, self.key))

    @property
    def stream(self) -> list[Commit]:
        return self.world.log._streams[STREAM]


@pytest.fixture
def notary(published: World) -> Notary:
    return Notary(published)


def test_a_sealed_log_is_whole_and_has_nothing_unsealed(notary: Notary) -> None:
    proof = notary.proof()
    assert proof.faults == ()
    assert (proof.roots, proof.unsealed) == (1, 0)


def test_what_was_written_after_the_last_root_is_told(notary: Notary) -> None:
    before = len(list(notary.world.log.scan()))
    notary.world.publish("met-start", METFORMIN_TOPIC)
    assert notary.proof().unsealed == len(list(notary.world.log.scan())) - before


def test_a_root_covers_only_what_moved_and_counts_everything(notary: Notary) -> None:
    notary.world.publish("met-start", METFORMIN_TOPIC)
    [second] = notary.seal()
    assert second.root is not None
    assert second.root.number == 2
    assert second.root.commits == len(list(notary.world.log.scan()))
    first, stored = (decode_root(body) for body in notary.roots.read(HOSPITAL))
    assert stored.root.previous == first.root.hash
    assert STREAM not in {head.stream for head in stored.heads}
    assert 0 < len(stored.heads) < stored.root.streams


def test_a_day_on_which_nothing_happened_gets_its_root_too(notary: Notary) -> None:
    [quiet] = notary.seal()
    assert quiet.root is not None
    assert (quiet.root.number, quiet.root.changed) == (2, 0)


def test_a_tail_that_was_cut_off_is_named(notary: Notary) -> None:
    last = notary.stream.pop()
    assert notary.proof().faults == (Fault(STREAM, last.version, "is gone when root 1 sealed it"),)


def test_a_stream_written_anew_with_a_chain_that_holds_is_named(notary: Notary) -> None:
    changed = replace(notary.stream[-1], recorded_at="2030-01-01T00:00:00.000000Z")
    notary.world.log._streams[STREAM] = resealed([*notary.stream[:-1], changed])
    expected = Fault(STREAM, changed.version, "is not what it was when root 1 sealed it")
    assert notary.proof().faults == (expected,)


def test_a_stream_that_was_removed_whole_is_named(notary: Notary) -> None:
    version = notary.stream[-1].version
    del notary.world.log._streams[STREAM]
    expected = Fault(STREAM, 1, f"the stream is gone; root 1 sealed its version {version}")
    assert notary.proof().faults == (expected,)


def test_the_first_sealed_head_that_does_not_hold_is_named(notary: Notary) -> None:
    sealed_first = notary.stream[-1].version
    notary.world.store.execute(CONTENT, HOSPITAL, "dm-know", lambda s: recall(s, reason="a test"), EDITOR)
    notary.seal()
    notary.world.log._streams[STREAM] = resealed([notary.stream[0], *notary.stream[2:]])
    versions = [fault.version for fault in notary.proof().faults if "sealed" in fault.reason]
    assert versions == [sealed_first]


def test_a_damaged_hospital_gets_no_root_and_the_others_do(notary: Notary) -> None:
    notary.stream.pop()
    notary.world.log.append(stranger("kangning/visit#v-1"))
    damaged, whole = sorted(notary.seal(), key=lambda each: each.hospital == "kangning")
    assert damaged.root is None
    assert [fault.stream for fault in damaged.faults] == [STREAM]
    assert whole.root is not None
    assert len(list(notary.roots.read(HOSPITAL))) == 1


def stranger(stream: str) -> Commit:
    return seal(
        stream=stream, version=1, commit_id="c-1", recorded_at="2026-01-05T08:00:00Z", payload=b"[]", previous=""
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body.replace(b'"commits":', b'"commits": '), "not as a root is written"),
        (lambda body: body[:-1], "not as a root is written"),
        (lambda body: body.replace(b'",1,"', b'",2,"'), "its heads are not those that were signed"),
        (lambda body: body[: body.rindex(b"[")], "its heads are not those that were signed"),
        (lambda body: body.replace(b'"commits":', b'"commits":1'), "signature does not verify"),
        (lambda body: body.replace(b'"hospital":"renhe"', b'"hospital":"other"'), "root 1 is missing"),
        (lambda _: b"", "not a root: ValueError"),
    ],
    ids=["blank", "line end", "version of a head", "head deleted", "count", "hospital", "empty"],
)
def test_a_root_that_was_changed_is_named(notary: Notary, change: object, reason: str) -> None:
    stored = notary.roots._roots[HOSPITAL]
    stored[1] = change(stored[1])  # type: ignore[operator]
    assert notary.proof().faults == (Fault(f"{HOSPITAL}/roots", 1, reason),)


def test_a_root_signed_by_another_key_is_named(notary: Notary) -> None:
    sealed = decode_root(notary.roots._roots[HOSPITAL][1])
    forged = replace(sealed, signature=MemorySigningKey("seal-key").sign(sealed.root.form))
    notary.roots._roots[HOSPITAL][1] = encode_root(forged)
    assert notary.proof().faults == (Fault(f"{HOSPITAL}/roots", 1, "signature does not verify"),)


def test_a_root_that_is_missing_is_named(notary: Notary) -> None:
    notary.seal()
    notary.seal()
    del notary.roots._roots[HOSPITAL][2]
    assert notary.proof().faults == (Fault(f"{HOSPITAL}/roots", 2, "root 2 is missing"),)


def test_no_root_is_ever_written_over(notary: Notary) -> None:
    with pytest.raises(ConflictError):
        notary.roots.put(HOSPITAL, 1, b"another")


def test_the_same_log_at_the_same_time_has_the_same_root(published: World) -> None:
    clock, key = FixedClock(), MemorySigningKey()
    twice = [Sealer(published.log, MemoryRoots(), key, clock).seal()[0].hash for _ in range(2)]
    assert twice[0] == twice[1]
