"""A fact is taken back: nothing of it is shown from that moment, and exactly those who were given it are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from narrowcast.application.recalls import carriers_by_scan, carrying
from narrowcast.application.streams import CONTENT, GUIDE, RECALL
from narrowcast.domain.draft import FactRef
from narrowcast.domain.recall import Ending, Recall
from narrowcast.domain.vocabulary import Section
from tests.support.newsroom import (
    CHEN,
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LI,
    METFORMIN_STATEMENT,
    METFORMIN_TOPIC,
    REPORT,
    World,
)

NEWER = replace(METFORMIN_STATEMENT, text="二甲双胍缓释片应随晚餐服用。")
RECALLED = "met-meal.3"
CORRECTION = "met-meal-c3-1"


@pytest.fixture
def given() -> World:
    """A patient was given both pieces."""
    world = World().open_hospital()
    world.publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    world.visit()
    return world


def supersede(world: World) -> World:
    world.facts.supersede(HOSPITAL, "met-meal", NEWER, LI, EDITOR)
    return world


def state(world: World, recall: str = RECALLED) -> Recall:
    return world.store.load(RECALL, HOSPITAL, recall).state


def shown(world: World) -> list[str]:
    return [piece.content_id for _, pieces in world.room.show(world.guide_nonce()).sections for piece in pieces]


def corrected(world: World, content_id: str = CORRECTION) -> World:
    return world.accept(content_id).sign(content_id)


def test_nothing_that_rests_on_the_fact_is_shown_from_the_moment_of_its_event(given: World) -> None:
    assert shown(given) == ["dm-know", "met-start"]
    supersede(given)  # nobody has consumed the event yet: rows and index are as they were
    assert shown(given) == ["dm-know"]
    assert list(given.index.candidates(HOSPITAL, ["E11"])) == ["dm-know", "met-start"]
    assert given.library.piece(HOSPITAL, "met-start", on=given.clock.now().date()) is None


def test_the_piece_is_recalled_and_leaves_the_index(given: World) -> None:
    supersede(given).settle()
    assert given.content("met-start").status == "recalled"
    assert list(given.index.candidates(HOSPITAL, ["E11"])) == ["dm-know"]
    assert state(given).closed == {"met-start"}


def test_whoever_was_given_it_gets_the_signed_correction(given: World) -> None:
    before = len(given.messenger.sent)
    corrected(supersede(given).settle())
    assert len([each for each in given.messenger.sent[before:] if "/g/" in each.text]) == 1
    assert shown(given) == [CORRECTION, "dm-know"]
    assert (state(given).ending, state(given).told[0].approved) == (Ending.TOLD, 1)
    sentences = [each.text for each in given.content(CORRECTION).draft.sentences]
    assert NEWER.text in sentences


def test_nobody_is_told_before_a_doctor_signed(given: World) -> None:
    before = len(given.messenger.sent)
    supersede(given).settle()
    assert not [each for each in given.messenger.sent[before:] if "/g/" in each.text]
    assert state(given).step == "correct"


def test_the_correction_stands_in_no_other_guide(given: World) -> None:
    corrected(supersede(given).settle())
    visit = given.visit(
        replace(REPORT, message_id="MSG-2"), replace(IDENTITY, patient_number="MRN-0002", visit_number="VN-7002")
    )
    pieces = [piece.content_id for part in given.guide(visit.visit_id).made.sections for piece in part.pieces]
    assert pieces == ["dm-know"]
