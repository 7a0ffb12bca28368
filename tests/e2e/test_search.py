"""`narrowcast search` on the running stack: what was published is found with its signature, by words and by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.stack_clinic import awaited

if TYPE_CHECKING:
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack


def test_a_published_piece_is_found_with_who_signed_it_and_when(records: Records) -> None:
    search = ("search", "2型糖尿病是什么病", "--hospital", "renhe", "--json")

    ran = awaited("the pieces in the index", lambda: (got := records.run(*search)).json["hits"] and got)

    assert set(ran.json) == {"query", "engine", "hits"}
    first = ran.json["hits"][0]
    assert {"content", "title", "text", "score", "signer", "signed_at", "version"} <= set(first)
    assert "糖尿病" in first["text"]
    assert first["signer"]
    assert first["ranks"].keys() == {"words", "vector"}


def test_the_search_explains_itself(records: Records) -> None:
    ran = records.run("search", "消渴症怎么办", "--k", "1", "--explain", "--json")

    assert ran.code == 0, ran.out
    assert ran.json["engine"]["vectors"] == "exact"
    assert "multilingual-e5-small" in ran.json["engine"]["model"]
    told = ran.json["explain"]
    assert any("糖尿病" in names for names in told["names"])
    assert set(told["rankings"]) == {"words", "vector"}
    assert told["missed"] == ""
    assert len(ran.json["hits"]) <= 1


def test_of_another_hospital_nothing_is_found(records: Records) -> None:
    ran = records.run("search", "糖尿病", "--hospital", "nowhere", "--json")

    assert (ran.code, ran.out) == (2, "")
