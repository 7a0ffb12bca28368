from __future__ import annotations

from collections.abc import Callable

import pytest

from narrowcast.adapters.dynamodb.read_table import DynamoReadTable
from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.application.ports import ReadTable


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def rows(request: pytest.FixtureRequest) -> ReadTable:
    if request.param == "memory":
        return MemoryReadTable()
    new_table: Callable[..., str] = request.getfixturevalue("new_table")
    return DynamoReadTable(request.getfixturevalue("connection"), new_table("pk", "sk"))


class TestReadTable:
    def test_a_row_is_read_as_it_was_written(self, rows: ReadTable) -> None:
        document = {"title": "二甲双胍怎么吃", "sections": [1, 2.5, None, True, {"深": "层"}], "empty": ""}
        rows.put("h1", "content#c1", 1, document)
        assert rows.get("h1", "content#c1") == document

    def test_an_absent_row_is_none(self, rows: ReadTable) -> None:
        assert rows.get("h1", "content#c1") is None

    def test_a_later_version_replaces_an_earlier_one(self, rows: ReadTable) -> None:
        rows.put("h1", "c1", 9, {"at": 9})
        rows.put("h1", "c1", 10, {"at": 10})
        assert rows.get("h1", "c1") == {"at": 10}

    def test_an_earlier_version_that_comes_late_changes_nothing(self, rows: ReadTable) -> None:
        rows.put("h1", "c1", 10, {"at": 10})
        rows.put("h1", "c1", 9, {"at": 9})
        assert rows.get("h1", "c1") == {"at": 10}

    def test_the_same_version_written_again_stands(self, rows: ReadTable) -> None:
        rows.put("h1", "c1", 3, {"fold": "old"})
        rows.put("h1", "c1", 3, {"fold": "new"})
        assert rows.get("h1", "c1") == {"fold": "new"}

    def test_a_partition_is_read_in_order_and_alone(self, rows: ReadTable) -> None:
        for sk in ("b", "a", "c10", "c9", "Z", "二", "一"):
            rows.put("h1", sk, 1, {"sk": sk})
        rows.put("h2", "a", 1, {"sk": "other"})
        assert [row["sk"] for row in rows.query("h1")] == sorted(("b", "a", "c10", "c9", "Z", "二", "一"))

    def test_an_empty_partition_yields_nothing(self, rows: ReadTable) -> None:
        assert list(rows.query("h1")) == []

    def test_a_partition_longer_than_a_page_is_read_to_its_end(self, rows: ReadTable) -> None:
        filler = "字" * 90_000
        for number in range(5):
            rows.put("h1", f"c{number}", 1, {"number": number, "filler": filler})
        assert [row["number"] for row in rows.query("h1")] == list(range(5))

    def test_the_place_and_version_of_every_row_is_known(self, rows: ReadTable) -> None:
        rows.put("h1/fact", "a", 1, {})
        rows.put("h2/fact", "b", 7, {})
        assert {place: entry.version for place, entry in rows.entries().items()} == {"h1/fact a": 1, "h2/fact b": 7}

    def test_documents_come_with_the_version_that_they_fold(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 3, {"at": 3})
        assert list(rows.versions("h1")) == [(3, {"at": 3})]

    def test_a_removed_row_is_gone_and_a_late_write_does_not_bring_it_back(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {})
        rows.remove("h1", "a", 3)
        rows.remove("h1", "a", 3)
        rows.put("h1", "a", 2, {"late": True})
        assert rows.get("h1", "a") is None
        assert list(rows.query("h1")) == []

    def test_a_late_removal_takes_no_later_row_out(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 4, {"at": 4})
        rows.remove("h1", "a", 3)
        assert rows.get("h1", "a") == {"at": 4}

    def test_a_number_that_json_does_not_know_is_refused(self, rows: ReadTable) -> None:
        with pytest.raises(ValueError, match="JSON"):
            rows.put("h1", "a", 1, {"ratio": float("nan")})


class TestGenerations:
    def test_nobody_reads_what_is_made_beside_until_it_is_swapped_in(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {"old": True})
        beside = rows.begin()
        beside.put("h1", "a", 1, {"new": True})
        beside.put("h1", "b", 1, {})
        assert list(rows.query("h1")) == [{"old": True}]
        assert beside.swap()
        assert list(rows.query("h1")) == [{"new": True}, {}]
        assert rows.get("h1", "a") == {"new": True}

    def test_a_write_during_a_rebuild_is_in_both(self, rows: ReadTable) -> None:
        beside = rows.begin()
        rows.put("h1", "a", 2, {"at": 2})
        beside.put("h1", "a", 1, {"at": 1})
        live, made = beside.entries()
        assert live == made
        assert rows.get("h1", "a") == {"at": 2}
        beside.swap()
        assert rows.get("h1", "a") == {"at": 2}

    def test_after_the_swap_only_the_new_generation_is_written_and_kept(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {"old": True})
        beside = rows.begin()
        beside.swap()
        beside.drop_others()
        rows.put("h1", "b", 1, {})
        assert set(rows.entries()) == {"h1 b"}
        assert rows.get("h1", "a") is None

    def test_a_generation_that_is_not_swapped_in_leaves_nothing_behind(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {"old": True})
        beside = rows.begin()
        beside.put("h1", "b", 1, {})
        beside.drop_others()
        assert not beside.swap()
        rows.put("h1", "c", 1, {})
        assert set(rows.entries()) == {"h1 a", "h1 c"}

    def test_a_later_rebuild_takes_the_place_of_one_that_was_left_unfinished(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {"old": True})
        left = rows.begin()
        left.put("h1", "a", 1, {"left": True})
        later = rows.begin()
        later.put("h1", "a", 1, {"later": True})
        assert not left.swap()
        left.drop_others()
        assert later.swap()
        later.drop_others()
        assert rows.get("h1", "a") == {"later": True}

    def test_rebuilding_again_and_again_works(self, rows: ReadTable) -> None:
        for number in range(3):
            beside = rows.begin()
            beside.put("h1", "a", 1, {"number": number})
            assert beside.swap()
            beside.drop_others()
            assert list(rows.query("h1")) == [{"number": number}]
