"""Whatever is done to a sealed log, verify names the place; so it does with 3,000 damages in the benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.memory.signing_key import MemorySigningKey
from narrowcast.application.sealing import Sealer, read_sealed
from narrowcast.application.verification import Sealed, verify_log
from narrowcast.contracts.commit import Commit
from tests.support.damage import Damage, deletions, flips, swaps
from tests.support.newsroom import METFORMIN_TOPIC, World

Damages = Callable[[list[Commit], Random, int], Iterator[Damage]]


@pytest.fixture
def sealed(published: World) -> Sealed:
    """What a root over two published pieces sealed."""
    published.publish("met-start", METFORMIN_TOPIC)
    roots, key = MemoryRoots(), MemorySigningKey("seal-key")
    Sealer(published.log, roots, key, published.clock).seal()
    return read_sealed(roots, key)


@pytest.mark.parametrize("damages", [flips, deletions, swaps])
@pytest.mark.parametrize("seed", range(3))
def test_every_damage_to_a_sealed_log_is_named(published: World, sealed: Sealed, damages: Damages, seed: int) -> None:
    commits = list(published.log.scan())
    for damage in damages(commits, Random(seed), 40):  # noqa: S311 - a seeded choice of damages
        faults = verify_log(damage.log, published.key, sealed).faults
        assert damage.named_by(faults), (damage.kind, damage.places, faults)


def test_nothing_is_named_where_nothing_is_damaged(published: World, sealed: Sealed) -> None:
    assert verify_log(published.log, published.key, sealed).faults == ()
