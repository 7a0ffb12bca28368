"""`narrowcast log rebuild` on the running stack: while consumers write, without anybody noticing, to the same bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.stack_clinic import awaited, diabetic

if TYPE_CHECKING:
    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack

VISITS = 6


@pytest.mark.parametrize("projection", ["read", "index"])
def test_a_rebuild_of_a_settled_stack_finds_no_difference_and_swaps(
    clinic: Clinic, records: Records, projection: str
) -> None:
    records.settled()
    listed = clinic.ask("/contents")

    rebuilt = records.run("log", "rebuild", projection, "--json")

    assert rebuilt.code == 0, rebuilt.err
    assert (rebuilt.json["differences"], rebuilt.json["damaged"], rebuilt.json["swapped"]) == ([], [], True)
    assert "streams folded" in rebuilt.err, "no progress was shown"
    assert clinic.ask("/contents") == listed
    assert records.run("log", "rebuild", projection, "--dry-run", "--json").json["swapped"] is False


def test_visits_that_come_during_a_rebuild_are_in_it(clinic: Clinic, records: Records) -> None:
    with ThreadPoolExecutor(1) as beside:
        rebuilding = [
            beside.submit(records.run, "log", "rebuild", name, "--json") for name in ("read", "index", "read")
        ]
        visits = {clinic.visit(diabetic()) for _ in range(VISITS)}
        ended = [each.result() for each in rebuilding]

    assert [each.code for each in ended] == [0, 0, 0], ended
    assert all(each.json["swapped"] for each in ended)
    awaited("all are listed", lambda: visits <= {row["visit_id"] for row in clinic.ask("/guides")["guides"]})
    records.settled()
    for name in ("read", "index"):
        assert records.run("log", "rebuild", name, "--dry-run", "--json").json["differences"] == []
    standing = records.run("log", "projections", "--json").json["projections"]
    assert [(each["projection"], each["behind"]) for each in standing] == [("read", []), ("index", [])]


def test_a_row_altered_past_the_product_is_named_and_put_right(clinic: Clinic, records: Records) -> None:
    [row] = [
        item for item in records.items("READ_TABLE") if item["sk"]["S"] == "dm-know" and "content" in item["pk"]["S"]
    ]
    records.put("READ_TABLE", {**row, "document": {"S": '{"content_id":"dm-know","status":"planned"}'}})

    [difference] = records.run("log", "rebuild", "read", "--json").json["differences"]

    assert (difference["place"], difference["kind"]) == ("renhe/content dm-know", "differs")
    [repaired] = [each for each in clinic.ask("/contents")["contents"] if each["content_id"] == "dm-know"]
    assert repaired["status"] == "published"
