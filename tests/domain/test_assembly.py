"""Which piece a visit gets: decided by code, drug, stage and age alone, and always the same (law 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.domain.assembly import assemble, code_ladder
from narrowcast.domain.content import Tags
from narrowcast.domain.guide import Gap, GuideAssembled, PieceRef
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import situation_of
from narrowcast.domain.visit import Visit
from narrowcast.domain.visit_report import Diagnosis
from narrowcast.domain.vocabulary import AgeBand, Audience, DiagnosisStatus, Form, Section, Stage
from tests.support.told_visits import a_visit

TOLD: dict[str, Any] = {
    "stage": Stage.FIRST_DIAGNOSIS,
    "age_band": AgeBand.MIDDLE,
    "diagnoses": (Diagnosis("E11.900X001"),),
}
VISIT = a_visit(**TOLD)
TAGS = Tags(("E11",), (), (), (), Audience.PATIENT)


def a_piece(content_id: str, tags: Tags = TAGS, section: Section = Section.DISEASE) -> Candidate:
    return Candidate(PieceRef(content_id, 1, f"hash of {content_id}", ()), section, tags)


def guide_of(visit: Visit, library: Iterable[Candidate]) -> GuideAssembled:
    return assemble("v-1", visit.patient, situation_of(visit), Shelves(library))


def chosen(visit: Visit, *library: Candidate) -> dict[Section, list[str]]:
    made = guide_of(visit, library)
    return {part.section: [piece.content_id for piece in part.pieces] for part in made.sections}


def for_disease(visit: Visit, *library: Candidate) -> list[str]:
    return chosen(visit, *library).get(Section.DISEASE, [])


@pytest.mark.parametrize(
    ("code", "ladder"),
    [
        ("E11.900X001", ("E11.900X001", "E11.900", "E11.90", "E11.9", "E11")),
        ("I10.X00", ("I10.X00", "I10")),
        ("I10", ("I10",)),
        ("E11.4+", ("E11.4+", "E11.4", "E11")),
        ("E11.400†", ("E11.400†", "E11.400", "E11.40", "E11.4", "E11")),
        ("G63.2*", ("G63.2*", "G63.2", "G63")),
        ("Z95.501", ("Z95.501", "Z95.50", "Z95.5", "Z95")),
        ("X44.901", ("X44.901", "X44.90", "X44.9", "X44")),
        ("X44", ("X44",)),
    ],
)
def test_a_code_falls_back_to_its_broader_forms(code: str, ladder: tuple[str, ...]) -> None:
    assert code_ladder(code) == ladder


def test_the_answer_to_one_question_stands_behind_a_piece_about_the_whole() -> None:
    answer = replace(a_piece("ask-first"), form=Form.QA)
    assert for_disease(VISIT, answer, a_piece("dm-know")) == ["dm-know"]
    assert for_disease(VISIT, answer) == ["ask-first"]


def test_the_nearest_code_wins() -> None:
    exact = a_piece("z-exact", replace(TAGS, codes=("E11.9",)))
    assert for_disease(VISIT, a_piece("a-broad"), exact) == ["z-exact"]


@pytest.mark.parametrize("codes", [("E11.8",), ("E10",), ("E1",), ("",), ()])
def test_a_piece_for_another_code_is_left_out(codes: tuple[str, ...]) -> None:
    assert for_disease(VISIT, a_piece("other", replace(TAGS, codes=codes))) == []


def test_a_piece_made_for_the_stage_and_then_for_the_age_is_preferred() -> None:
    for_stage = a_piece("z-stage", replace(TAGS, stages=(Stage.FIRST_DIAGNOSIS,)))
    for_age = a_piece("y-age", replace(TAGS, age_bands=(AgeBand.MIDDLE,)))
    assert for_disease(VISIT, a_piece("a-any"), for_age, for_stage) == ["z-stage"]
    assert for_disease(VISIT, a_piece("a-any"), for_age) == ["y-age"]
    assert for_disease(VISIT, a_piece("b-any"), a_piece("a-any")) == ["a-any"]


@pytest.mark.parametrize(
    "tags",
    [
        replace(TAGS, stages=(Stage.PRE_OP,)),
        replace(TAGS, age_bands=(AgeBand.CHILD, AgeBand.OLDEST)),
        replace(TAGS, treatments=("A10BA02",)),
        replace(TAGS, audience=Audience.CARER),
    ],
    ids=["stage", "age", "drug", "audience"],
)
def test_a_piece_for_somebody_else_is_left_out(tags: Tags) -> None:
    assert for_disease(VISIT, a_piece("other", tags)) == []


def test_a_patient_of_unknown_age_gets_only_what_fits_every_age() -> None:
    unknown = a_visit(**TOLD | {"age_band": None})
    assert for_disease(unknown, a_piece("for-age", replace(TAGS, age_bands=tuple(AgeBand)))) == []
    assert for_disease(unknown, a_piece("for-all")) == ["for-all"]


def test_who_takes_a_drug_gets_its_piece_beside_the_general_one() -> None:
    taking = a_visit(**TOLD, treatments=("A10BA02", "C07AB02"))
    library = [
        a_piece("general"),
        a_piece("beta", replace(TAGS, treatments=("C07AB02",))),
        a_piece("metformin", replace(TAGS, treatments=("A10BA02",))),
        a_piece("metformin-less-near", replace(TAGS, treatments=("A10BA02",))),
        a_piece("insulin", replace(TAGS, treatments=("A10AB01",))),
        a_piece("metformin-and-insulin", replace(TAGS, treatments=("A10BA02", "A10AB01"))),
    ]
    assert for_disease(taking, *library) == ["general", "metformin", "beta"]


@pytest.mark.parametrize("status", [DiagnosisStatus.SUSPECTED, DiagnosisStatus.REFUTED])
def test_a_diagnosis_that_is_not_confirmed_neither_steers_nor_leaves_a_gap(status: DiagnosisStatus) -> None:
    unsure = a_visit(**TOLD | {"diagnoses": (Diagnosis("E11.9", status),)})
    assert guide_of(unsure, [a_piece("dm")]) == replace(guide_of(unsure, []), gaps=())


def test_pieces_follow_the_order_of_the_diagnoses_and_a_shared_piece_stands_once() -> None:
    both = a_visit(**TOLD | {"diagnoses": (Diagnosis("I10.X00"), Diagnosis("E11.9"))})
    shared = a_piece("shared", replace(TAGS, codes=("E11", "I10")))
    assert for_disease(both, a_piece("a-dm"), a_piece("z-bp", replace(TAGS, codes=("I10",)))) == ["z-bp", "a-dm"]
    assert for_disease(both, shared) == ["shared"]


def test_a_section_without_a_piece_is_a_gap_for_each_diagnosis_it_misses() -> None:
    both = a_visit(**TOLD | {"diagnoses": (Diagnosis("E11.9"), Diagnosis("I10.X00"))})
    made = guide_of(both, [a_piece("dm", section=section) for section in Section])
    assert [part.section for part in made.sections] == list(Section)
    assert made.gaps == tuple(Gap(section, "I10.X00") for section in Section)


LIBRARIES = st.lists(
    st.builds(
        a_piece,
        st.from_regex(r"[a-d]{1,2}", fullmatch=True),
        st.builds(
            Tags,
            st.sampled_from([("E11",), ("E11.9",), ("E11.900X001",), ("I10",), ("I10", "E11")]),
            st.sampled_from([(), ("A10BA02",), ("C07AB02",)]),
            st.sampled_from([(), (Stage.FIRST_DIAGNOSIS,), (Stage.PRE_OP,)]),
            st.sampled_from([(), (AgeBand.MIDDLE,), (AgeBand.CHILD,)]),
            st.just(Audience.PATIENT),
        ),
        st.sampled_from(Section),
    ),
    max_size=12,
    unique_by=lambda candidate: candidate.piece.content_id,
)
PATIENT = a_visit(**TOLD | {"diagnoses": (Diagnosis("E11.900X001"), Diagnosis("I10.X00"))}, treatments=("A10BA02",))


@given_any(LIBRARIES.flatmap(lambda library: st.tuples(st.just(library), st.permutations(library))))
def test_the_order_of_the_library_does_not_matter(orders: tuple[list[Candidate], list[Candidate]]) -> None:
    one, other = orders
    assert guide_of(PATIENT, one) == guide_of(PATIENT, other)


@given_any(LIBRARIES)
def test_every_place_of_a_guide_is_filled_by_a_fitting_piece_or_named_a_gap(library: list[Candidate]) -> None:
    made: GuideAssembled = guide_of(PATIENT, library)
    tags = {candidate.piece: candidate.tags for candidate in library}
    given_pieces = [piece for part in made.sections for piece in part.pieces]
    for piece in given_pieces:
        assert set(tags[piece].treatments) <= {"A10BA02"}
        assert Stage.PRE_OP not in tags[piece].stages
        assert AgeBand.CHILD not in tags[piece].age_bands
    for section in Section:
        for code in PATIENT.known_codes:
            reached = {
                step for part in made.sections if part.section is section for p in part.pieces for step in tags[p].codes
            }
            assert (Gap(section, code) in made.gaps) != bool(reached & set(code_ladder(code)))
