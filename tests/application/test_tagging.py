"""Who gets a piece is settled when the editor accepts it, and signed, with what its facts exclude."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.domain.content import DraftAccepted, RejectedUnchanged, Tags, TagsConfirmed, document
from narrowcast.domain.draft import FactRef
from narrowcast.domain.exclusion import Exclusion
from narrowcast.domain.signing import document_hash
from narrowcast.domain.tagging import TagUnknown
from narrowcast.domain.vocabulary import AgeBand, Bar, Literacy, RenalClass, Stage, Style
from tests.support.newsroom import CHEN, EDITOR, HOSPITAL, METFORMIN_STATEMENT, METFORMIN_TOPIC, TOPIC, World

KIDNEYS = FactRef("met-kidney", 1)


@pytest.fixture
def world() -> World:
    world = World().open_hospital()
    statement = replace(METFORMIN_STATEMENT, text="严重肾功能不全者禁用二甲双胍。")
    world.facts.propose(HOSPITAL, "met-kidney", statement, CHEN, EDITOR)
    world.facts.approve(HOSPITAL, "met-kidney", CHEN, EDITOR)
    return world.settle()


def accept(world: World, content_id: str, tags: Tags | None = None) -> None:
    revision = world.content(content_id).revision
    world.newsroom.accept(HOSPITAL, content_id, revision=revision, actor=EDITOR, tags=tags)
    world.settle()


def test_a_piece_whose_facts_exclude_nobody_keeps_its_planned_tags(world: World) -> None:
    world.publish("dm-know")
    assert world.content("dm-know").confirmed is None
    assert world.content("dm-know").tags == TOPIC.tags


def test_what_the_facts_exclude_is_signed_without_the_editor_saying_so(world: World) -> None:
    world.publish("met-kidneys", replace(METFORMIN_TOPIC, facts=(KIDNEYS,), signer_id="sg-li"))
    state = world.content("met-kidneys")
    assert state.tags.exclusions == (Exclusion(Bar.RENAL, RenalClass.SEVERE, KIDNEYS),)
    signed = document(HOSPITAL, "met-kidneys", state)["tags"]
    assert isinstance(signed, dict)
    assert signed["exclusions"] == [["renal", "severe", "met-kidney", 1]]


def test_the_editor_narrows_but_cannot_lift_an_exclusion(world: World) -> None:
    world.plan("met-kidneys", replace(METFORMIN_TOPIC, facts=(KIDNEYS,), signer_id="sg-li"))
    accept(world, "met-kidneys", replace(METFORMIN_TOPIC.tags, style=Style.STEPS, age_bands=(AgeBand.MIDDLE,)))
    tags = world.content("met-kidneys").tags
    assert (tags.style, tags.age_bands) == (Style.STEPS, (AgeBand.MIDDLE,))
    assert [each.bar for each in tags.exclusions] == [Bar.RENAL]


def test_the_confirmation_stands_in_one_commit_with_the_acceptance(world: World) -> None:
    world.plan("dm-know")
    accept(world, "dm-know", replace(TOPIC.tags, stages=(Stage.FIRST_DIAGNOSIS,)))
    confirmed, accepted = [e for e in world.envelopes() if isinstance(e.event, TagsConfirmed | DraftAccepted)]
    assert (confirmed.version, confirmed.index, accepted.index) == (accepted.version, 0, 1)


def test_any_other_tag_is_another_document(world: World) -> None:
    world.publish("dm-know")
    state = world.content("dm-know")
    wide = document_hash(HOSPITAL, "dm-know", state)
    for change in ({"style": Style.PLAIN}, {"literacy": Literacy.BASIC}, {"procedures": ("81.54",)}):
        other = replace(state, confirmed=TagsConfirmed(1, replace(TOPIC.tags, **change)))
        assert document_hash(HOSPITAL, "dm-know", other) != wide


def test_a_piece_sent_back_may_come_again_with_other_tags_alone(world: World) -> None:
    world.plan("dm-know").accept("dm-know")
    mail, sms = world.letters("dm-know")[-2:]
    world.desk.reject(mail.nonce, world.answer("dm-know", sms.code), "只适合初诊")
    world.settle()
    with pytest.raises(RejectedUnchanged):
        accept(world, "dm-know")
    accept(world, "dm-know", replace(TOPIC.tags, stages=(Stage.FIRST_DIAGNOSIS,)))
    world.sign("dm-know")
    assert world.content("dm-know").tags.stages == (Stage.FIRST_DIAGNOSIS,)


def test_a_new_text_is_confirmed_anew(world: World) -> None:
    world.plan("dm-know").accept("dm-know")
    mail, sms = world.letters("dm-know")[-2:]
    world.desk.reject(mail.nonce, world.answer("dm-know", sms.code), "请补充")
    world.settle()
    state = world.content("dm-know")
    title = replace(state.draft, title="再认识2型糖尿病")
    world.newsroom.edit(HOSPITAL, "dm-know", revision=state.revision, draft=title, actor=EDITOR)
    assert world.content("dm-know").tags == TOPIC.tags


def test_an_unknown_code_goes_to_no_doctor(world: World) -> None:
    world.plan("dm-know")
    with pytest.raises(TagUnknown):
        accept(world, "dm-know", replace(TOPIC.tags, codes=("糖尿病",)))


def test_the_editor_is_shown_what_could_be_tagged(world: World) -> None:
    world.plan("met-kidneys", replace(METFORMIN_TOPIC, facts=(KIDNEYS,), signer_id="sg-li"))
    proposed = world.newsroom.proposal(HOSPITAL, "met-kidneys")
    assert proposed is not None
    assert proposed.stages == (Stage.TREATMENT_START,)
    assert [each.value for each in proposed.exclusions] == ["severe"]
