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

    def test_the_place_of_every_row_is_known(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {})
        rows.put("h2", "b", 1, {})
        assert sorted(rows.keys()) == [("h1", "a"), ("h2", "b")]

    def test_a_deleted_row_is_gone_and_deleting_again_is_fine(self, rows: ReadTable) -> None:
        rows.put("h1", "a", 1, {})
        rows.delete("h1", "a")
        rows.delete("h1", "a")
        assert rows.get("h1", "a") is None
        assert list(rows.keys()) == []

    def test_a_number_that_json_does_not_know_is_refused(self, rows: ReadTable) -> None:
        with pytest.raises(ValueError, match="JSON"):
            rows.put("h1", "a", 1, {"ratio": float("nan")})
