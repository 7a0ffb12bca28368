from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from threading import Event

import pytest

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.opensearch.client import open_search
from narrowcast.adapters.opensearch.content_index import PAGE, OpenSearchContentIndex
from narrowcast.application.ports import ContentIndex, IndexedPiece, Scope, Vector
from narrowcast.domain.assembly import places
from narrowcast.domain.content import Tags
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.search.wording import word
from narrowcast.domain.shelves import Candidate, Place, Shelves, Standing
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.vocabulary import Advice, AgeBand, Audience, Bar, Form, Literacy, Section, Stage
from tests.bench.synthetic import Hospital
from tests.support.told_visits import told

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
    channels=("patient",),
    model="a-model",
    vectors=((0, 3, 4, 0), (127, 0, 0, 0)),
)
MODEL = PIECE.model
SCOPE = Scope("h1", date(2026, 6, 1), "patient", (Audience.PATIENT,))
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

    def matching(self, question: str, scope: Scope = SCOPE, limit: int = 10) -> list[str]:
        """Return what is found by words, best first, once all writes are visible."""
        self.settle()
        return [each.content_id for each in self.index.matching(scope, word(question), limit)]

    def nearest(self, vector: Vector, scope: Scope = SCOPE, limit: int = 10) -> list[str]:
        """Return what is found by a vector, best first, once all writes are visible."""
        self.settle()
        return [each.content_id for each in self.index.nearest(scope, vector, limit)]


@pytest.fixture(
    params=[
        "memory",
        pytest.param("search_url", marks=pytest.mark.stack, id="embedded"),
        pytest.param("search_node", marks=pytest.mark.node, id="node"),
    ]
)
def library(request: pytest.FixtureRequest) -> Iterator[Library]:
    if request.param == "memory":
        yield Library(MemoryContentIndex(), lambda: None)
        return
    client = open_search(request.getfixturevalue(request.param), seconds=60)
    alias = f"content{next(_NUMBERS)}"
    yield Library(
        OpenSearchContentIndex(client, alias, model=MODEL, dimensions=4),
        lambda: client.indices.refresh(index=alias, params={"ignore_unavailable": "true"}),
    )
    client.indices.delete(index=f"{alias}-*", params={"ignore_unavailable": "true"})


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


def _about(content_id: str, title: str, text: str = "遵医嘱。") -> IndexedPiece:
    return replace(PIECE, content_id=content_id, title=title, text=text)


def _pointing(content_id: str, *vectors: Vector) -> IndexedPiece:
    return replace(PIECE, content_id=content_id, vectors=vectors)


def _make_anew(index: ContentIndex) -> None:
    """Rebuild as the projection does: written, compared, swapped in, and the other one dropped."""
    made = index.begin()
    made.put(PIECE, 1)
    live, rebuilt = made.entries()
    assert live == rebuilt
    assert made.swap()
    made.drop_others()


OUTSIDE = [
    replace(SCOPE, hospital="h2"),
    replace(SCOPE, on=date(2027, 1, 6)),
    replace(SCOPE, channel="wechat"),
    replace(SCOPE, channel=""),
    replace(SCOPE, audiences=(Audience.CARER,)),
    replace(SCOPE, audiences=()),
    replace(SCOPE, without=("c1",)),
]


def _of_the_library(candidate: Candidate) -> IndexedPiece:
    """Return a synthetic piece as an index is given it."""
    ref = candidate.piece
    return replace(
        PIECE,
        content_id=ref.content_id,
        revision=ref.revision,
        document_hash=ref.document_hash,
        section=candidate.section,
        tags=candidate.tags,
        form=candidate.form,
        facts=ref.facts,
        signed_on=candidate.signed_on,
    )


def _quiz(content_id: str, *facts: FactRef) -> IndexedPiece:
    return replace(PIECE, content_id=content_id, form=Form.QUIZ, facts=facts)


def _plain(content_id: str, *facts: FactRef) -> IndexedPiece:
    return replace(PIECE, content_id=content_id, facts=facts, tags=replace(PIECE.tags, literacy=Literacy.BASIC))


def _names(found: Iterable[Candidate]) -> list[str]:
    return [each.piece.content_id for each in found]


ON = SCOPE.on
A, B, C = FactRef("a", 1), FactRef("b", 2), FactRef("b", 3)
PLACE = Place(Section.MEDICATION, ("E11.900", "E11.90", "E11.9", "E11"), "A10BA02")
TAKES_METFORMIN = Situation(("E11.900",), ("A10BA02",), Stage.TREATMENT_START, age_band=AgeBand.MIDDLE)


class TestStanding:
    """What stands at the places of a guide."""

    def test_it_is_as_the_rules_have_it_for_every_place_of_many_patients(self, library: Library) -> None:
        hospital = Hospital()
        pieces = [*hospital.library(300)]
        for each in pieces:
            library.index.put(_of_the_library(each), 1)
        library.settle()
        shelves = Shelves(pieces)
        met = 0
        for number in range(60):
            visit = told(hospital.visit(number))
            on = date.fromisoformat(visit.opened_at[:10])
            situation = situation_of(visit, hospital.reader(number), on=on)
            asked = places(situation)
            found = library.index.standing("h1", asked, situation, on=ON, limit=5)
            assert found == [shelves.standing(place, situation, 5) for place in asked]
            met += sum(len(each.pieces) for each in found)
        assert met > 200

    def test_a_piece_is_told_of_as_it_was_put(self, library: Library) -> None:
        excluding = replace(PIECE.tags, exclusions=(Exclusion(Bar.RENAL, "severe", A),), advises=(Advice.EXERTION,))
        piece = replace(PIECE, tags=excluding, facts=(A, B), signed_on=date(2025, 3, 9))
        library.index.put(piece, 1)
        library.settle()
        (found,) = library.index.standing("h1", [PLACE], TAKES_METFORMIN, on=ON, limit=5)
        assert found == Standing((piece.candidate,), 1, whole=True)

    def test_there_may_be_more_than_the_limit(self, library: Library) -> None:
        for number in range(4):
            library.index.put(replace(PIECE, content_id=f"c{number}"), 1)
        library.settle()
        some, all_of_them = (
            library.index.standing("h1", [PLACE], TAKES_METFORMIN, on=ON, limit=limit)[0] for limit in (3, 5)
        )
        assert (_names(some.pieces), some.considered, some.whole) == (["c0", "c1", "c2"], 4, False)
        assert (len(all_of_them.pieces), all_of_them.whole) == (4, True)

    def test_what_does_not_fit_is_considered_and_not_told_of(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        library.settle()
        older = replace(TAKES_METFORMIN, age_band=AgeBand.OLDEST)
        assert library.index.standing("h1", [PLACE], older, on=ON, limit=5) == [Standing((), 1, whole=True)]

    def test_only_what_is_valid_in_the_hospital_and_for_guides_stands(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        library.index.put(replace(PIECE, content_id="c2", form=Form.SCRIPT), 1)
        library.settle()

        def told_of(hospital: str, on: date) -> list[str]:
            return _names(library.index.standing(hospital, [PLACE], TAKES_METFORMIN, on=on, limit=5)[0].pieces)

        assert told_of("h1", date(2027, 1, 5)) == ["c1"]
        assert told_of("h1", date(2027, 1, 6)) == told_of("h2", ON) == []

    def test_a_removed_piece_does_not_stand(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        library.index.remove("h1", "c1", 2)
        library.settle()
        assert library.index.standing("h1", [PLACE], TAKES_METFORMIN, on=ON, limit=5) == [Standing()]

    def test_before_anything_was_published_nothing_stands(self, library: Library) -> None:
        assert library.index.standing("h1", [PLACE, PLACE], TAKES_METFORMIN, on=ON, limit=5) == [Standing()] * 2
        assert library.index.standing("h1", [], TAKES_METFORMIN, on=ON, limit=5) == []

    def test_quizzes_are_those_that_tell_any_of_the_facts(self, library: Library) -> None:
        for piece in (_quiz("q2", A), _quiz("q1", B, A), _quiz("q3", C), replace(PIECE, content_id="p", facts=(A,))):
            library.index.put(piece, 1)
        library.settle()
        assert _names(library.index.quizzes("h1", ["E11"], [A, B], on=ON)) == ["q1", "q2"]
        assert library.index.quizzes("h1", ["I10"], [A], on=ON) == library.index.quizzes("h1", ["E11"], [], on=ON) == []
        assert library.index.quizzes("h2", ["E11"], [A], on=ON) == []

    def test_simple_pieces_tell_all_of_the_facts_and_as_little_else_as_can_be(self, library: Library) -> None:
        for piece in (_plain("p1", A, B, C), _plain("p3", A, B), _plain("p2", B, A), _plain("p0", A), _quiz("q", A, B)):
            library.index.put(piece, 1)
        library.settle()
        assert _names(library.index.simple("h1", ["E11"], Section.MEDICATION, [A, B], on=ON)) == ["p2", "p3", "p1"]
        assert library.index.simple("h1", ["E11"], Section.DIET, [A, B], on=ON) == []


class TestSearch:
    def test_a_piece_is_found_by_words_of_its_text_or_title(self, library: Library) -> None:
        library.index.put(_about("c1", "开始服用二甲双胍", "随餐服用。"), 1)
        library.index.put(_about("c2", "认识高血压", "少吃盐。"), 1)
        assert library.matching("二甲双胍怎么吃")[:1] == ["c1"]
        assert library.matching("可以吃盐吗")[:1] == ["c2"]

    def test_what_shares_more_with_the_question_comes_first(self, library: Library) -> None:
        library.index.put(_about("c1", "高血压的饮食", "少吃盐，多吃蔬菜。"), 1)
        library.index.put(_about("c2", "糖尿病的饮食", "主食定量。"), 1)
        library.index.put(_about("c3", "散步", "每天半小时。"), 1)
        assert library.matching("糖尿病饮食")[:2] == ["c2", "c1"]

    @pytest.mark.parametrize(
        ("asked", "written"),
        [
            ("拜阿司匹灵", "阿司匹林"),
            ("中风", "脑卒中"),
            ("心梗", "心肌梗死"),
            ("降血糖药", "降糖药"),
            ("格华止", "二甲双胍"),
        ],
    )
    def test_a_popular_name_finds_the_proper_one(self, library: Library, asked: str, written: str) -> None:
        library.index.put(_about("c1", f"关于{written}"), 1)
        library.index.put(_about("c2", "散步"), 1)
        assert library.matching(asked) == ["c1"]

    def test_a_question_without_words_finds_nothing(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        assert library.matching("") == library.matching(" \u200b\n") == library.matching("🙂") == []

    def test_no_more_than_the_limit_is_found(self, library: Library) -> None:
        for number in range(5):
            library.index.put(_pointing(f"c{number}", (1, number, 0, 0)), 1)
        assert len(library.matching("二甲双胍", limit=3)) == 3
        assert library.nearest((1, 0, 0, 0), limit=3) == ["c0", "c1", "c2"]

    def test_the_nearest_passage_of_a_piece_counts(self, library: Library) -> None:
        library.index.put(_pointing("c1", (0, 0, 0, 5), (5, 1, 0, 0)), 1)
        library.index.put(_pointing("c2", (5, 5, 0, 0)), 1)
        library.index.put(_pointing("c3", (0, 0, 7, 7), (-5, 0, 0, 0)), 1)
        assert library.nearest((100, 0, 0, 0)) == ["c1", "c2", "c3"]

    def test_a_piece_without_vectors_is_found_by_its_words_alone(self, library: Library) -> None:
        library.index.put(replace(PIECE, model="", vectors=()), 1)
        assert library.nearest((1, 0, 0, 0)) == []
        assert library.matching("二甲双胍") == ["c1"]

    @pytest.mark.parametrize("scope", OUTSIDE, ids=repr)
    def test_nothing_outside_the_scope_is_found(self, library: Library, scope: Scope) -> None:
        library.index.put(PIECE, 1)
        assert library.matching("二甲双胍", scope) == library.nearest((1, 0, 0, 0), scope) == []

    def test_the_last_valid_day_is_in_scope(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        last = replace(SCOPE, on=date(2027, 1, 5))
        assert library.matching("二甲双胍", last) == library.nearest((1, 0, 0, 0), last) == ["c1"]

    def test_a_removed_piece_is_not_found(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        library.index.remove("h1", "c1", 2)
        assert library.matching("二甲双胍") == library.nearest((1, 0, 0, 0)) == []

    def test_before_anything_was_published_no_search_finds_anything(self, library: Library) -> None:
        assert library.matching("二甲双胍") == library.nearest((1, 0, 0, 0)) == []

    def test_what_is_made_beside_is_searched_once_it_is_swapped_in(self, library: Library) -> None:
        library.index.put(PIECE, 7)
        beside = library.index.begin()
        beside.put(_about("c2", "二甲双胍"), 1)
        assert library.matching("二甲双胍") == ["c1"]
        assert beside.swap()
        assert library.matching("二甲双胍") == ["c2"]

    def test_no_search_misses_a_piece_while_the_index_is_made_anew(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        assert library.matching("二甲双胍") == ["c1"]
        made_anew = Event()

        def search() -> Iterator[list[str]]:
            while not made_anew.is_set():
                yield [each.content_id for each in library.index.matching(SCOPE, word("二甲双胍"), 10)]

        with ThreadPoolExecutor(1) as beside_it:
            searched = beside_it.submit(lambda: list(search()))
            for _ in range(3):
                _make_anew(library.index)
            made_anew.set()
            assert searched.result()
            assert set(map(tuple, searched.result())) == {("c1",)}

    def test_the_engine_says_what_it_is(self, library: Library) -> None:
        library.index.put(PIECE, 1)
        engine = library.index.engine()
        assert engine.name
        assert engine.version
        assert engine.analyzers
        assert engine.vectors in ("knn", "exact")
        assert engine.model == MODEL
