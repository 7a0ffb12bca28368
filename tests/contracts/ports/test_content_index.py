from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import pytest

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.opensearch.client import open_search
from narrowcast.adapters.opensearch.content_index import PAGE, OpenSearchContentIndex
from narrowcast.application.ports import ContentIndex, IndexedPiece
from narrowcast.domain.content import Tags
from narrowcast.domain.vocabulary import AgeBand, Audience, Section, Stage

PIECE = IndexedPiece(
    hospital="h1",
    content_id="c1",
    revision=2,
    document_hash="ab" * 32,
    section=Section.MEDICATION,
    tags=Tags(("E11", "E11.9"), ("A10BA02",), (Stage.TREATMENT_START,), (AgeBand.MIDDLE,), Audience.PATIENT),
    title="二甲双胍怎么吃",
    text="随餐服用。",
    valid_until="2027-01-05",
)
_NUMBERS = count(1)


@dataclass
class Library:
    """The port, and what makes its writes visible."""

    index: ContentIndex
    settle: Callable[[], object]

    def found(self, *codes: str, hospital: str = "h1") -> list[str]:
        """Return the candidates once all writes are visible."""
        self.settle()
        return list(self.index.candidates(hospital, codes))


@pytest.fixture(params=["memory", pytest.param("opensearch", marks=pytest.mark.stack)])
def library(request: pytest.FixtureRequest) -> Library:
    if request.param == "memory":
        return Library(MemoryContentIndex(), lambda: None)
    client, alias = open_search(request.getfixturevalue("search_url")), f"content{next(_NUMBERS)}"
    return Library(
        OpenSearchContentIndex(client, alias),
        lambda: client.indices.refresh(index=alias, params={"ignore_unavailable": "true"}),
    )


def _tagged(content_id: str, *codes: str, hospital: str = "h1") -> IndexedPiece:
    return replace(PIECE, hospital=hospital, content_id=content_id, tags=replace(PIECE.tags, codes=codes))


class TestContentIndex:
    def test_a_piece_is_found_by_any_of_its_codes(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        assert library.found("E11") == ["c1"]
        assert library.found("I10", "E11.9") == ["c1"]

    def test_a_code_is_matched_as_a_whole(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        assert library.found("E1", "E119", "e11", "E11.90") == []

    def test_a_filter_that_matches_nothing_finds_nothing(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        assert library.found() == []
        assert library.found("Z99") == []

    def test_a_hospital_finds_its_own_pieces_only(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        library.index.put(_tagged("c2", "E11", hospital="h2"), 1)
        assert library.found("E11") == ["c1"]
        assert library.found("E11", hospital="h2") == ["c2"]

    def test_two_hospitals_may_use_one_content_id(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        library.index.put(replace(PIECE, hospital="h2"), 1)
        library.index.remove("h1", "c1", 8)
        assert library.found("E11", hospital="h2") == ["c1"]

    def test_a_later_version_replaces_the_tags(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        library.index.put(_tagged("c1", "I10"), 8)
        assert library.found("E11") == []
        assert library.found("I10") == ["c1"]

    def test_an_earlier_version_that_comes_late_changes_nothing(self, library: Library) -> None:
        library.index.put(_tagged("c1", "I10"), 8)
        library.index.put(PIECE, 7)
        assert library.found("I10", "E11") == ["c1"]
        assert library.found("E11") == []

    def test_the_same_version_written_again_stands(self, library: Library) -> None:
        library.index.put(_tagged("c1", "I10"), 7)
        library.index.put(PIECE, 7)
        assert library.found("E11") == ["c1"]

    def test_a_removed_piece_is_not_found_and_removing_again_is_fine(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        library.index.remove("h1", "c1", 8)
        library.index.remove("h1", "c1", 8)
        assert library.found("E11") == []

    def test_a_late_write_does_not_bring_a_removed_piece_back(self, library: Library) -> None:
        library.index.remove("h1", "c1", 8)
        library.index.put(PIECE, 7)
        assert library.found("E11") == []

    def test_a_late_removal_does_not_take_a_later_version_out(self, library: Library) -> None:
        library.index.put(PIECE, 9)
        library.index.remove("h1", "c1", 8)
        assert library.found("E11") == ["c1"]

    def test_more_pieces_than_a_page_are_all_found_once(self, library: Library) -> None:
        names = [f"c{number:04d}" for number in range(PAGE + 3)]
        for name in names:
            library.index.put(_tagged(name, "E11", "E11.9"), 1)
        assert library.found("E11", "E11.9") == names

    def test_before_anything_was_published_nothing_is_found(self, library: Library) -> None:
        assert library.found("E11") == []

    def test_nothing_is_found_in_what_is_made_beside_until_it_is_swapped_in(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        beside = library.index.begin()
        beside.put(_tagged("c2", "E11"), 1)
        assert library.found("E11") == ["c1"]
        assert beside.swap()
        assert library.found("E11") == ["c2"]

    def test_a_write_during_a_rebuild_is_in_both(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        beside = library.index.begin()
        library.index.put(_tagged("c1", "I10"), 8)
        beside.put(PIECE, 7)
        live, made = beside.entries()
        assert live == made
        assert beside.swap()
        assert library.found("E11", "I10") == ["c1"]
        assert library.found("E11") == []

    def test_a_removal_is_rebuilt_too(self, library: Library) -> None:
        library.index.remove("h1", "c1", 8)
        beside = library.index.begin()
        beside.remove("h1", "c1", 8)
        live, made = beside.entries()
        assert live == made
        assert beside.swap()
        library.index.put(PIECE, 7)
        assert library.found("E11") == []

    def test_after_the_swap_only_the_new_index_is_kept(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        beside = library.index.begin()
        beside.swap()
        beside.drop_others()
        library.index.put(_tagged("c2", "E11"), 1)
        assert set(library.index.entries()) == {"h1 c2"}
        assert library.found("E11") == ["c2"]

    def test_an_index_that_is_not_swapped_in_leaves_nothing_behind(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        beside = library.index.begin()
        beside.put(_tagged("c2", "E11"), 1)
        beside.drop_others()
        assert not beside.swap()
        assert set(library.index.entries()) == {"h1 c1"}

    def test_a_later_rebuild_takes_the_place_of_one_that_was_left_unfinished(self, library: Library) -> None:
        left = library.index.begin()
        left.put(PIECE, 7)
        later = library.index.begin()
        later.put(_tagged("c2", "E11"), 1)
        assert not left.swap()
        left.drop_others()
        assert later.swap()
        later.drop_others()
        assert library.found("E11") == ["c2"]
