"""What the assistant quotes to a patient who came from her guide: nothing that was kept out of it for her sake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.domain.content import Tags
from narrowcast.domain.conversation import Handover, Kind
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion, kept_from
from narrowcast.domain.situation import Situation
from narrowcast.domain.visit_report import Condition
from narrowcast.domain.vocabulary import Audience, Bar, RenalClass
from tests.support.newsroom import EDITOR, HOSPITAL, LI, METFORMIN_STATEMENT, METFORMIN_TOPIC, REPORT
from tests.support.talks import TalkRoom, talk_room

KIDNEYS = "严重肾功能不全者禁用二甲双胍。"
QUESTION = "肾功能不全能用二甲双胍吗"


@pytest.fixture
def room() -> TalkRoom:
    """A library with one piece on metformin, which kidneys keep from a patient."""
    room = talk_room()
    room.world.facts.propose(HOSPITAL, "met-kidney", replace(METFORMIN_STATEMENT, text=KIDNEYS), LI, EDITOR)
    room.world.facts.approve(HOSPITAL, "met-kidney", LI, EDITOR)
    kidneys = replace(METFORMIN_TOPIC, title="二甲双胍与肾脏", facts=(FactRef("met-kidney", 1),))
    room.world.settle().publish("dm-know").publish("met-kidneys", kidneys)
    return room


def conversation_from_guide(room: TalkRoom, renal: RenalClass | None) -> str:
    room.world.visit(replace(REPORT, condition=Condition(renal=renal)))
    _, conversation = room.doors.behind(room.doors.from_guide(room.world.guide_nonce()))
    return conversation


@pytest.mark.parametrize("renal", [RenalClass.DIALYSIS, None], ids=["known", "untold"])
def test_what_might_harm_her_is_not_quoted_and_a_person_takes_over(room: TalkRoom, renal: RenalClass | None) -> None:
    conversation = conversation_from_guide(room, renal)
    reply = room.assistant.ask(HOSPITAL, conversation, QUESTION)
    assert (reply.kind, reply.sentences) == (Kind.UNSURE, ())
    handed = room.assistant._state(HOSPITAL, conversation).handed
    assert handed is not None
    assert handed.reason is Handover.UNSURE


def test_whom_it_cannot_harm_and_somebody_unknown_are_answered(room: TalkRoom) -> None:
    known = conversation_from_guide(room, RenalClass.NORMAL)
    for conversation in (known, room.assistant.open(HOSPITAL)):
        [quoted] = room.assistant.ask(HOSPITAL, conversation, QUESTION).sentences
        assert quoted.text == KIDNEYS


def test_an_allergy_keeps_every_piece_on_its_drug_away() -> None:
    tags = Tags(("E11",), ("A10BA02",), (), (), Audience.PATIENT)
    assert kept_from(Situation(allergies=("A10BA",)), tags.treatments, tags.exclusions)
    assert not kept_from(Situation(), tags.treatments, tags.exclusions)
    of_another = (Exclusion(Bar.DRUG, "A10AE04", FactRef("f", 1)),)
    assert kept_from(Situation(treatments=("A10AE04",)), (), of_another)
    assert not kept_from(Situation(treatments=("A10BA02",)), (), of_another)
