"""What a hundred synthetic guides come to in this process: `python -m tests.support.same_bytes` prints it."""

from __future__ import annotations

import hashlib

import msgspec

from narrowcast.domain.assembly import assemble
from narrowcast.domain.shelves import Shelves
from narrowcast.domain.situation import situation_of
from tests.bench.synthetic import Hospital
from tests.support.told_visits import told


def digest() -> str:
    """Return the SHA-256 of the guides' bytes."""
    hospital, whole = Hospital(), hashlib.sha256()
    shelves = Shelves(hospital.library(1_000))
    for number in range(100):
        situation = situation_of(told(hospital.visit(number)), hospital.reader(number))
        whole.update(msgspec.json.encode(assemble(f"v-{number}", "p-1", situation, shelves), order="sorted"))
    return whole.hexdigest()


if __name__ == "__main__":
    print(digest())  # noqa: T201 - the answer
