"""The port of the signed roots: written once, read in order of number."""

from __future__ import annotations

from itertools import count

import pytest

from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.s3.roots import S3Roots
from narrowcast.application.ports import ConflictError, Roots
from tests.support.emulator import REGION, Emulator

BUCKETS = count(1)


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.stack)])
def roots(request: pytest.FixtureRequest) -> Roots:
    if request.param == "memory":
        return MemoryRoots()
    aws: Emulator = request.getfixturevalue("aws")
    bucket = f"roots-{next(BUCKETS)}"
    aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Roots(aws.client("s3"), bucket)


class TestRoots:
    def test_roots_come_back_in_order_of_number(self, roots: Roots) -> None:
        for number in (10, 9, 2, 1):
            roots.put("renhe", number, b"%d" % number)
        assert list(roots.read("renhe")) == [b"1", b"2", b"9", b"10"]

    def test_a_hospital_has_its_own_roots(self, roots: Roots) -> None:
        roots.put("renhe", 1, b"renhe")
        roots.put("renhe-east", 1, b"east")
        assert list(roots.read("renhe")) == [b"renhe"]
        assert sorted(roots.hospitals()) == ["renhe", "renhe-east"]

    def test_a_root_is_never_written_over(self, roots: Roots) -> None:
        roots.put("renhe", 1, b"first")
        with pytest.raises(ConflictError):
            roots.put("renhe", 1, b"second")
        assert list(roots.read("renhe")) == [b"first"]

    def test_a_hospital_without_roots_has_none(self, roots: Roots) -> None:
        assert list(roots.read("renhe")) == []
        assert list(roots.hospitals()) == []
