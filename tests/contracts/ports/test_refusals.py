from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from narrowcast.adapters.dynamodb.refusals import DynamoRefusals
from narrowcast.adapters.memory.stores import MemoryRefusals
from narrowcast.adapters.s3.bodies import S3Bodies
from narrowcast.application.ports import Refusals, RefusedBodies, RefusedMessage
from tests.support.emulator import Emulator


@dataclass
class Kept:
    """The ports, a way to the body that it kept for a hospital's refusal, and to all that lie in any version."""

    refusals: Refusals
    refused: RefusedBodies
    body: Callable[[str, str], bytes]
    bodies: Callable[[], int]


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        memory = MemoryRefusals()
        return Kept(memory, memory, lambda _, refusal_id: memory.bodies[refusal_id], lambda: len(memory.bodies))
    aws: Emulator = request.getfixturevalue("aws")
    table, s3 = request.getfixturevalue("new_table")("hospital", "refused"), aws.client("s3")
    s3.create_bucket(Bucket=table, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_bucket_versioning(Bucket=table, VersioningConfiguration={"Status": "Enabled"})
    refused = S3Bodies(s3, table, "refused/")
    refusals = DynamoRefusals(request.getfixturevalue("connection"), table, refused)

    def body(hospital: str, refusal_id: str) -> bytes:
        answer: bytes = s3.get_object(Bucket=table, Key=f"refused/{hospital}/{refusal_id}")["Body"].read()
        return answer

    def bodies() -> int:
        return len(s3.list_object_versions(Bucket=table).get("Versions", []))

    return Kept(refusals, refused, body, bodies)


def _refused(refusal_id: str, received_at: str, hospital: str = "h1") -> RefusedMessage:
    problems = (("birth_date", "不是有效日期"), ("diagnoses[0].code", "未知编码"))
    return RefusedMessage(refusal_id, hospital, received_at, "hl7", problems)


class TestRefusals:
    def test_a_refused_message_is_listed_with_its_problems(self, kept: Kept) -> None:
        refused = _refused("r1", "2026-01-05T08:00:00+00:00")
        kept.refusals.keep(refused, b"MSH|")
        assert list(kept.refusals.list("h1")) == [refused]

    def test_the_message_itself_is_kept_as_it_came(self, kept: Kept) -> None:
        kept.refusals.keep(_refused("r1", "2026-01-05T08:00:00+00:00"), b"\xff\x00not text")
        assert kept.body("h1", "r1") == b"\xff\x00not text"

    def test_the_newest_comes_first(self, kept: Kept) -> None:
        for hour in ("09", "08", "10"):
            kept.refusals.keep(_refused(f"r{hour}", f"2026-01-05T{hour}:00:00+00:00"), b"")
        assert [refused.refusal_id for refused in kept.refusals.list("h1")] == ["r10", "r09", "r08"]

    def test_two_messages_of_one_moment_are_both_kept(self, kept: Kept) -> None:
        for refusal_id in ("r1", "r2"):
            kept.refusals.keep(_refused(refusal_id, "2026-01-05T08:00:00+00:00"), b"")
        assert len(list(kept.refusals.list("h1"))) == 2

    def test_a_hospital_sees_its_own_only(self, kept: Kept) -> None:
        kept.refusals.keep(_refused("r1", "2026-01-05T08:00:00+00:00", "h2"), b"")
        assert list(kept.refusals.list("h1")) == []

    def test_erasing_removes_the_messages_that_are_known_and_leaves_the_rows(self, kept: Kept) -> None:
        for refusal_id, raw in (("r1", b"PID|P9"), ("r2", b"PID|P8"), ("r3", b"{P9}")):
            kept.refusals.keep(_refused(refusal_id, "2026-01-05T08:00:00+00:00"), raw)
        assert kept.refused.erase("h1", lambda raw: b"P9" in raw) == 2
        assert kept.bodies() == 1
        assert kept.body("h1", "r2") == b"PID|P8"
        assert len(list(kept.refusals.list("h1"))) == 3

    def test_erasing_is_of_one_hospital_and_twice_is_once(self, kept: Kept) -> None:
        for refusal_id, hospital in (("r1", "h1"), ("r2", "h11"), ("r3", "h2")):
            kept.refusals.keep(_refused(refusal_id, "2026-01-05T08:00:00+00:00", hospital), b"P9")
        assert [kept.refused.erase("h1", lambda raw: b"P9" in raw) for _ in range(2)] == [1, 0]
        assert kept.bodies() == 2
