"""The choice of pieces, proved: by an oracle, by every pair of a patient's attributes, across processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from narrowcast.domain.assembly import assemble
from narrowcast.domain.guide import GuideAssembled
from narrowcast.domain.reader import Reader
from narrowcast.domain.shelves import Candidate, Shelves
from narrowcast.domain.situation import Situation, situation_of
from narrowcast.domain.vocabulary import (
    AgeBand,
    Audience,
    Custom,
    Language,
    Literacy,
    RenalClass,
    Sex,
    Stage,
    Step,
    Style,
)
from tests.bench.synthetic import Hospital
from tests.support import naive_choosing, pairwise
from tests.support.told_visits import told

LIBRARY, VISITS = 5_000, 2_000
HOSPITAL = Hospital()
ATTRIBUTES: dict[str, list[Any]] = {
    "age_band": [None, *AgeBand],
    "sex": list(Sex),
    "pregnant": [None, True, False],
    "renal": [None, *RenalClass],
    "allergies": [(), ("J01C",), ("J01CA04",), ("花生", "海鲜")],
    "audience": list(Audience),
    "stage": [None, Stage.FIRST_DIAGNOSIS, Stage.FOLLOW_UP, Stage.POST_OP, Stage.DISCHARGE],
    "step": [None, Step.PRE_OP, Step.POST_OP_DAY_3, Step.MONTH_3],
    "treatments": [(), ("B01AA03",), ("A10BA02", "A10AE04"), ("C09AA02", "M01AE01", "B01AC06")],
    "procedures": [(), ("81.54",), ("36.07", "88.56")],
    "codes": [("E11.900X001",), ("I10.X00",), ("I50.900", "N18.900"), ("M10.900", "E11.900", "I10.X05")],
    "literacy": [None, Literacy.BASIC],
    "style": [None, Style.STEPS],
    "customs": [(), (Custom.HALAL,)],
    "language": [Language.SIMPLIFIED, Language.UYGHUR],
}
READING = ("literacy", "style", "customs", "language")


@cache
def library() -> tuple[Candidate, ...]:
    return tuple(HOSPITAL.library(LIBRARY))


@cache
def shelves() -> Shelves:
    return Shelves(library())


def a_situation(number: int) -> Situation:
    visit = told(HOSPITAL.visit(number))
    on = date.fromisoformat(visit.opened_at[:10])
    return situation_of(visit, HOSPITAL.reader(number), on=on)


def guide_of(situation: Situation) -> GuideAssembled:
    return assemble("v-1", "p-1", situation, shelves())


def assert_as_by_brute_force(situation: Situation) -> None:
    made, naive = guide_of(situation), naive_choosing.choose(situation, library())
    given = {str(part.section): [piece.content_id for piece in part.pieces] for part in made.sections}
    assert given == {section: pieces for section, pieces in naive.pieces.items() if pieces}
    assert {(gap.section, gap.code) for gap in made.gaps} == naive.gaps
    assert {(each.section, each.content_id) for each in made.choice.barred} == naive.barred
    assert {(each.section, each.content_id) for each in made.choice.cautions} == naive.cautions
    assert {(each.content_id, each.rule) for each in made.choice.dropped} == naive.dropped


def test_brute_force_makes_every_choice_the_same_on_two_thousand_visits() -> None:
    for number in range(VISITS):
        assert_as_by_brute_force(a_situation(number))


def situations() -> list[Situation]:
    """Every two values of any two of fifteen attributes meet in one of them."""
    rows = pairwise.rows(ATTRIBUTES)
    assert pairwise.missing(ATTRIBUTES, rows) == 0
    return [
        Situation(
            **{name: value for name, value in row.items() if name not in READING},
            reader=Reader(**{name: row[name] for name in READING}),
        )
        for row in rows
    ]


def test_no_pair_of_attributes_leads_to_a_piece_that_is_excluded() -> None:
    tags = {each.piece.content_id: each for each in library()}
    excluding = 0
    for situation in situations():
        made = guide_of(situation)
        for piece in (piece for part in made.sections for piece in part.pieces):
            assert naive_choosing.harm(tags[piece.content_id], situation) == "no"
            assert naive_choosing.suits(tags[piece.content_id], situation)
        excluding += bool(made.choice.barred or made.choice.cautions)
    assert excluding > 20


def test_brute_force_agrees_on_every_pair_of_attributes() -> None:
    for situation in situations():
        assert_as_by_brute_force(situation)


def test_nothing_is_told_twice() -> None:
    for number in range(300):
        pieces = [piece for part in guide_of(a_situation(number)).sections for piece in part.pieces]
        for piece in pieces:
            told_by_others = {fact for other in pieces if other is not piece for fact in other.facts}
            assert set(piece.facts) - told_by_others


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_another_process_makes_the_same_bytes(seed: str) -> None:
    command = [sys.executable, "-m", "tests.support.same_bytes"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    from tests.support.same_bytes import digest  # noqa: PLC0415 - beside its use in the other process

    assert done.stdout.strip() == digest()


def test_the_order_and_the_rest_of_the_library_do_not_matter() -> None:
    for number in range(50):
        situation = a_situation(number)
        backwards = Shelves(reversed(library()))
        about = [each for each in library() if any(c.startswith(each.tags.codes) for c in situation.codes)]
        made = guide_of(situation)
        assert assemble("v-1", "p-1", situation, backwards) == made
        assert assemble("v-1", "p-1", situation, Shelves(about)) == made


def test_a_patient_of_whom_nothing_is_known_gets_nothing_that_asks_for_it() -> None:
    unknown = replace(a_situation(0), age_band=None, sex=Sex.UNKNOWN, pregnant=None, renal=None)
    tags = {each.piece.content_id: each.tags for each in library()}
    for code in ("E11.900", "I10.X00", "N18.900", "K29.500"):
        made = guide_of(replace(unknown, codes=(code,)))
        bars = {e.bar for part in made.sections for p in part.pieces for e in tags[p.content_id].exclusions}
        assert not bars & {"pregnancy", "renal", "age"}
