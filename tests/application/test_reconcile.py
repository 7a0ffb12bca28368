"""Work that stands still is set going again, and work that goes on is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from narrowcast.adapters.stepfunctions.workflows import execution_name
from narrowcast.adapters.system import RandomIds
from narrowcast.application.reconcile import Report
from narrowcast.application.store import Actor
from narrowcast.application.streams import PATIENT, VISIT
from narrowcast.domain.content import Status
from tests.support.newsroom import HOSPITAL, IDENTITY, OTHER_HOSPITAL, REPORT, World

IDLE = Report((), ())


def kill_all(world: World) -> World:
    """Let every execution of content production die where it stands."""
    for name in list(world.workflows.running("content_production")):
        world.workflows.end("content_production", name)
        world.runs[name].state, world.runs[name].token = "Ended", ""
    return world


def test_nothing_is_done_when_all_is_well(published: World) -> None:
    published.plan("at-editor").plan("at-doctor").accept("at-doctor")
    published.visit()
    published.visit(replace(REPORT, message_id="MSG-2", cancelled=True), replace(IDENTITY, visit_number="VN-2"))
    before = published.snapshot()
    assert published.reconciler.reconcile() == IDLE
    assert published.settle().snapshot() == before


@pytest.mark.parametrize("step", ["at-editor", "at-doctor"])
def test_a_piece_whose_workflow_died_goes_on_from_where_it_stood(published: World, step: str) -> None:
    published.plan("at-editor").plan("at-doctor").accept("at-doctor")
    before = len(published.messenger.sent)
    report = kill_all(published).reconciler.reconcile()
    assert sorted(report.restarted) == ["at-doctor", "at-editor"]
    assert published.settle().reconciler.reconcile() == IDLE
    assert len(published.messenger.sent) == before
    if step == "at-editor":
        published.accept("at-editor")
    assert published.sign(step).content(step).status is Status.PUBLISHED


def test_a_piece_is_not_taken_for_alive_because_another_hospitals_is(world: World) -> None:
    world.open_hospital(OTHER_HOSPITAL).plan("dm-know")
    kill_all(world).workflows.start(
        "content_production", f"{OTHER_HOSPITAL}.dm-know.1", {"hospital": OTHER_HOSPITAL, "content_id": "dm-know"}
    )
    assert world.reconciler.reconcile().restarted == ("dm-know",)


def test_a_restarted_piece_is_known_again_by_the_name_of_its_execution(world: World) -> None:
    content_id = "how-to-recognise-and-treat-low-blood-sugar-at-night"
    store = replace(world.store, ids=RandomIds())
    kill_all(world.plan(content_id))
    replace(world.reconciler, store=store).reconcile()
    names = list(world.workflows.running("content_production"))
    assert [(execution_name(name), len(name) <= 80) for name in names] == [(names[0], True)]


def test_a_piece_that_died_between_signature_and_publication_is_published(waiting: World) -> None:
    mail, sms = waiting.letters("dm-know")
    waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")
    kill_all(waiting).settle()
    assert waiting.content("dm-know").status is Status.SIGNED
    assert waiting.reconciler.reconcile().restarted == ("dm-know",)
    assert waiting.settle().content("dm-know").status is Status.PUBLISHED


def test_a_visit_that_never_got_its_guide_gets_it(published: World) -> None:
    accepted = published.reception.accept(REPORT, IDENTITY)
    stream = VISIT.stream(HOSPITAL, accepted.visit_id)
    published.projector.project(stream)
    assert published.reconciler.reconcile().replayed == (stream,)
    assert published.settle().guide(accepted.visit_id).pushes


def test_a_guide_whose_push_was_never_decided_is_decided(published: World) -> None:
    accepted = published.reception.accept(REPORT, IDENTITY)
    published.assembly.assemble(HOSPITAL, accepted.visit_id, Actor("system:delivery"))
    for commit in list(published.log.scan()):
        published.projector.project(commit.stream)
    assert published.reconciler.reconcile().replayed == (VISIT.stream(HOSPITAL, accepted.visit_id),)
    assert published.settle().guide(accepted.visit_id).pushes


def test_an_approved_push_that_never_left_is_sent_once(published: World) -> None:
    accepted = published.reception.accept(REPORT, IDENTITY)
    published.deliver({"hospital": HOSPITAL, "visit_id": accepted.visit_id})
    for commit in list(published.log.scan()):
        published.projector.project(commit.stream)
    stream = PATIENT.stream(HOSPITAL, accepted.patient)
    assert published.reconciler.reconcile().replayed == (stream,)
    assert published.reconciler.reconcile() == IDLE
    assert len([message for message in published.messenger.sent if "/g/" in message.text]) == 1


def test_a_push_that_failed_for_good_is_not_tried_for_ever(published: World) -> None:
    accepted = published.reception.accept(REPORT, IDENTITY)
    published.deliver({"hospital": HOSPITAL, "visit_id": accepted.visit_id})
    published.vault.remove(PATIENT.stream(HOSPITAL, accepted.patient))
    assert published.settle().guide(accepted.visit_id).failures
    assert published.reconciler.reconcile() == IDLE
