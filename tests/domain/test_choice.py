"""What gives way to what, and what a patient is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from narrowcast.domain.assembly import assemble
from narrowcast.domain.content import Tags
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.explaining import ask_anywhere, ask_first, why_section
from narrowcast.domain.guide import Guide, GuideAssembled, PieceRef, evolve, pieces_of, record_assembly
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import Situation
from narrowcast.domain.vocabulary import Advice, AgeBand, Audience, Bar, RenalClass, Section, Sex, Stage

FACT = FactRef("f", 1)
WIDE = Tags(("I10",), (), (), (), Audience.PATIENT)
PATIENT = Situation(codes=("I10.X00", "E11.900"), treatments=("A10AE04",), age_band=AgeBand.MIDDLE, sex=Sex.MALE)


def a_piece(name: str, section: Section = Section.EXERCISE, *facts: str, **tags: Any) -> Candidate:
    told = tuple(FactRef(fact, 1) for fact in facts)
    return Candidate(PieceRef(name, 1, name, told), section, replace(WIDE, **tags))


def guide(*library: Candidate, situation: Situation = PATIENT) -> GuideAssembled:
    return assemble("v-1", "p-1", situation, Shelves(library))


def test_exertion_gives_way_where_insulin_is_taken_and_the_diabetics_piece_stays() -> None:
    run = a_piece("run", advises=(Advice.EXERTION,))
    walk = a_piece("walk", codes=("E11",))
    made = guide(run, walk)
    assert pieces_of(made) == {"walk"}
    [dropped] = made.choice.dropped
    assert (dropped.content_id, dropped.kept, dropped.rule) == ("run", "walk", "exertion-hypoglycaemia")
    assert pieces_of(guide(run, situation=replace(PATIENT, treatments=()))) == {"run"}


def test_a_piece_that_knows_the_danger_may_advise_it() -> None:
    assert pieces_of(guide(a_piece("run", codes=("E11",), advises=(Advice.EXERTION,)))) == {"run"}


def test_a_piece_that_tells_nothing_new_gives_way_to_the_better_one() -> None:
    short = a_piece("short", Section.DIET, "salt", codes=("E11",))
    whole = a_piece("whole", Section.DIET, "salt", "oil", codes=("I10.X00",))
    made = guide(short, whole)
    assert pieces_of(made) == {"whole"}
    assert [(each.content_id, each.kept) for each in made.choice.dropped] == [("short", "whole")]


def test_a_carer_is_given_what_is_written_for_her_before_what_is_not() -> None:
    hers, his = a_piece("hers", audience=Audience.CARER), a_piece("his", codes=("I10.X00",))
    assert pieces_of(guide(hers, his)) == {"his"}
    assert pieces_of(guide(hers, his, situation=replace(PATIENT, audience=Audience.CARER))) == {"hers"}
    assert pieces_of(guide(his, situation=replace(PATIENT, audience=Audience.CARER))) == {"his"}


@pytest.mark.parametrize(
    ("bar", "value", "words"), [(Bar.PREGNANCY, "", "怀孕"), (Bar.RENAL, RenalClass.SEVERE, "肾功能")]
)
def test_what_must_be_known_first_gives_the_general_piece_and_the_advice_to_ask(
    bar: Bar, value: str, words: str
) -> None:
    nobody_told = replace(PATIENT, age_band=AgeBand.YOUNG, sex=Sex.FEMALE)
    held = a_piece("held", codes=("I10.X00",), exclusions=(Exclusion(bar, value, FACT),))
    made = guide(held, a_piece("general"), situation=nobody_told)
    assert pieces_of(made) == {"general"}
    [ask] = ask_first(made.choice, Section.EXERCISE)
    assert words in ask
    assert "请咨询医生" in ask
    assert ask_anywhere(made.choice) == (ask,)
    told = replace(nobody_told, pregnant=False, renal=RenalClass.NORMAL)
    assert pieces_of(guide(held, a_piece("general"), situation=told)) == {"held"}


def test_an_allergy_to_its_drug_keeps_a_piece_out_without_any_fact() -> None:
    pill = a_piece("pill", treatments=("A10AE04",))
    [barred] = guide(pill, situation=replace(PATIENT, allergies=("A10AE",))).choice.barred
    assert (barred.bar, barred.value, barred.fact) == (Bar.ALLERGY, "A10AE04", None)


def test_why_is_told_without_numbers_and_names_what_was_weighed() -> None:
    staged = a_piece("staged", stages=(Stage.FOLLOW_UP,), age_bands=(AgeBand.MIDDLE,))
    why = why_section(guide(staged, situation=replace(PATIENT, stage=Stage.FOLLOW_UP)), Section.EXERCISE)
    assert "诊断" in why
    assert "就诊阶段" in why
    assert "年龄段" in why
    assert "性别" not in why
    assert not any(letter.isdigit() for letter in why)
    assert why_section(guide(), Section.EXERCISE) == ""


def test_other_reasons_alone_make_no_new_edition() -> None:
    made = guide(a_piece("walk"))
    again = guide(a_piece("walk"), a_piece("worse", codes=("I10",), exclusions=(Exclusion(Bar.AGE, "0-13", FACT),)))
    assert made.choice != again.choice
    assert record_assembly(evolve(Guide(), made), again) == ()
