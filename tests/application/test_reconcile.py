"""Work that stands still is set going again, and work that goes on is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from narrowcast.adapters.memory.time_and_ids import START
from narrowcast.adapters.stepfunctions.workflows import execution_name
from narrowcast.adapters.system import RandomIds
from narrowcast.application.parking import ATTEMPTS, PROJECT, Kind
from narrowcast.application.ports import UnavailableError
from narrowcast.application.reconcile import Report, in_turn
from narrowcast.application.store import Actor
from narrowcast.application.streams import CONTENT, PATIENT, VISIT
from narrowcast.application.streams import HOSPITAL as HOSPITAL_STREAM
from narrowcast.domain.content import Status
from narrowcast.domain.vocabulary import Channel
from tests.support.newsroom import (
    EDITOR,
    HOSPITAL,
    IDENTITY,
    LINK_LIFETIME,
    OTHER_HOSPITAL,
    PROFILE,
    REPORT,
    TOPIC,
    World,
    tampered,
)

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


def test_a_request_for_a_signature_that_was_never_sent_is_sent(waiting: World) -> None:
    waiting.effects._done.clear()
    waiting.messenger.sent.clear()
    stream = CONTENT.stream(HOSPITAL, "dm-know")
    report = waiting.reconciler.reconcile()
    assert (report.replayed, report.why[stream]) == ((stream,), "the request for a signature was not sent")
    assert [message.channel for message in waiting.messenger.sent] == [Channel.MAIL, Channel.SMS]
    assert waiting.reconciler.reconcile() == IDLE


def test_a_request_whose_link_has_closed_is_not_sent_any_more(waiting: World) -> None:
    waiting.effects._done.clear()
    waiting.messenger.sent.clear()
    waiting.clock.advance(LINK_LIFETIME)
    assert waiting.reconciler.reconcile() == IDLE
    assert waiting.messenger.sent == []


def test_a_decision_that_nobody_told_the_workflow_is_told(waiting: World) -> None:
    mail, sms = waiting.letters("dm-know")
    waiting.desk.sign(mail.nonce, waiting.answer("dm-know", sms.code), "sms_code")
    waiting.projector.project(CONTENT.stream(HOSPITAL, "dm-know"))
    report = waiting.reconciler.reconcile()
    assert report.why == {CONTENT.stream(HOSPITAL, "dm-know"): "decided, but not answered: signature"}
    waiting._produce()
    assert {"decision": "signed"} in waiting.workflows.answers.values()


def test_a_guide_that_is_older_than_its_visit_is_made_anew(published: World) -> None:
    accepted = published.visit()
    stream = VISIT.stream(HOSPITAL, accepted.visit_id)
    published.reception.accept(replace(REPORT, message_id="MSG-2", medications=()), IDENTITY)
    published.projector.project(stream)
    report = published.reconciler.reconcile()
    assert (report.replayed, report.why[stream]) == ((stream,), "the guide is older than the visit")
    assert published.settle().reconciler.reconcile() == IDLE


def test_a_visit_whose_messages_still_settle_is_left_alone(published: World) -> None:
    slow = replace(PROFILE, settle_seconds=600)
    published.store.execute(HOSPITAL_STREAM, "slow", "slow", lambda _: (slow,), Actor("editor:ed-1"))
    accepted = published.reception.accept(replace(REPORT, hospital="slow"), IDENTITY)
    for commit in published.log.scan():
        published.projector.project(commit.stream)
    assert published.reconciler.reconcile() == IDLE
    published.clock.advance(timedelta(minutes=20))
    assert published.reconciler.reconcile().replayed == (VISIT.stream("slow", accepted.visit_id),)


def test_what_was_parked_because_something_did_not_answer_is_taken_in(published: World) -> None:
    published.newsroom.plan(HOSPITAL, "late", TOPIC, EDITOR)
    stream = CONTENT.stream(HOSPITAL, "late")
    for _ in range(ATTEMPTS[Kind.UNAVAILABLE]):
        published.parking.takes(PROJECT, stream, 1, UnavailableError())
    assert [each.kind for each in published.lot.list()] == [Kind.UNAVAILABLE]
    assert stream in published.reconciler.reconcile().replayed
    assert published.read.get(f"{HOSPITAL}/content", "late")
    assert list(published.lot.list()) == []


def test_one_damaged_stream_is_named_and_keeps_nothing_else_waiting(published: World) -> None:
    accepted = published.reception.accept(REPORT, IDENTITY)
    other = published.reception.accept(replace(REPORT, message_id="MSG-2"), replace(IDENTITY, visit_number="VN-2"))
    streams = [VISIT.stream(HOSPITAL, each.visit_id) for each in (accepted, other)]
    for stream in streams:
        published.projector.project(stream)
    tampered(published, streams[0], 1, lambda _: b"[1]")
    report = published.reconciler.reconcile()
    assert (report.failed, report.replayed) == ((streams[0],), (streams[1],))
    assert report.why[streams[0]].startswith("CorruptCommitError at ")


def test_a_call_ends_when_its_time_is_over_and_says_so(published: World) -> None:
    published.plan("at-editor")
    hurried = published.reconciler.reconcile(timedelta(seconds=-1))
    assert (hurried.finished, published.reconciler.reconcile().finished) == (False, True)


def test_calls_begin_at_other_places_so_that_none_is_always_last() -> None:
    things = list(range(50))
    begun = {in_turn(START + timedelta(minutes=10 * call), things)[0] for call in range(200)}
    assert len(begun) > len(things) // 2
    assert sorted(in_turn(START, things)) == things
    assert in_turn(START, []) == []
