"""Each message leaves once: however often the stream delivers, at once or again, and wherever the process dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.memory.stores import MemoryEffects
from narrowcast.application.dispatch import REPEATABLE, Dispatcher
from narrowcast.application.parking import DISPATCH, Kind
from narrowcast.application.ports import ConflictError, InDoubtError, Message, UnavailableError
from narrowcast.contracts.codec import decode
from narrowcast.contracts.commit import Commit
from narrowcast.domain.visit_report import Identity
from narrowcast.domain.vocabulary import Channel
from tests.support.newsroom import HOSPITAL, IDENTITY, REPORT, World

BY_SMS = replace(IDENTITY, app_user="")


class Killed(BaseException):
    """The process is gone."""


class Dying(MemoryMessenger):
    """Dies at the first message: before it leaves, or after."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self._after, self._alive = after, True

    def send(self, message: Message) -> None:
        if not self._alive:
            super().send(message)
            return
        self._alive = False
        if self._after:
            super().send(message)
        raise Killed


def sending(world: World, messenger: MemoryMessenger) -> Dispatcher:
    """Let the world send by this messenger from now on."""
    world.messenger = messenger
    world.dispatcher = replace(world.dispatcher, mailroom=replace(world.dispatcher.mailroom, messenger=messenger))
    world.reconciler = replace(world.reconciler, dispatcher=world.dispatcher)
    return world.dispatcher


def approved(world: World, identity: Identity) -> Commit:
    """A visit whose guide may be pushed; the stream has not delivered that yet."""
    accepted = world.reception.accept(REPORT, identity)
    world.deliver({"hospital": HOSPITAL, "visit_id": accepted.visit_id, "visit_version": 1})
    for commit in world.log.scan():
        world.projector.project(commit.stream)
    [approval] = [each for each in world.log.scan() if b'"PushApproved"' in each.payload]
    return approval


def pushes(world: World) -> int:
    return sum("/g/" in message.text for message in world.messenger.sent)


def delivered(world: World) -> bool:
    return bool(world.envelopes(event_type="FactsDelivered"))


@pytest.mark.parametrize("after", [False, True])
def test_an_sms_in_doubt_is_not_sent_again_by_itself_and_is_listed(published: World, *, after: bool) -> None:
    approval, sent = approved(published, BY_SMS), int(after)
    dispatcher = sending(published, Dying(after=after))
    with pytest.raises(Killed):
        dispatcher.carry_out(approval)
    for _ in range(3):
        with pytest.raises(InDoubtError) as doubt:
            dispatcher.carry_out(approval)
    assert (pushes(published), delivered(published)) == (sent, False)
    assert published.parking.takes(DISPATCH, approval.stream, approval.version, doubt.value)
    [parked] = published.lot.list()
    assert (parked.kind, parked.effects) == (Kind.IN_DOUBT, (f"{decode(approval)[-1].event_id}|push",))
    assert [left for _, left in published.replay.replay()] == [False]
    assert published.reconciler.reconcile().in_doubt == (parked.id,)
    assert pushes(published) == sent


def test_a_doubt_that_nobody_parked_is_found_by_the_reconciler(published: World) -> None:
    approval = approved(published, BY_SMS)
    with pytest.raises(Killed):
        sending(published, Dying(after=True)).carry_out(approval)
    report = published.reconciler.reconcile()
    assert report.in_doubt == (f"{DISPATCH}|{approval.stream}|{approval.version}",)
    assert report.why[report.in_doubt[0]]
    assert [each.id for each in published.lot.list()] == list(report.in_doubt)
    assert pushes(published) == 1


def in_doubt(world: World, *, after: bool) -> World:
    with pytest.raises(Killed):
        sending(world, Dying(after=after)).carry_out(approved(world, BY_SMS))
    world.reconciler.reconcile()
    return world


def test_a_person_who_knows_that_it_did_not_arrive_has_it_sent(published: World) -> None:
    [record] = in_doubt(published, after=False).lot.list()
    assert published.replay.send_again(record)
    assert (pushes(published), delivered(published), list(published.lot.list())) == (1, True, [])


def test_a_person_who_knows_that_it_arrived_has_it_noted(published: World) -> None:
    [record] = in_doubt(published, after=True).lot.list()
    assert published.replay.note_sent(record)
    assert (pushes(published), delivered(published), list(published.lot.list())) == (1, True, [])


def test_a_process_that_dies_after_the_mark_leaves_no_doubt(published: World) -> None:
    class DyingAfterMark(MemoryEffects):
        def mark(self, effect: str) -> None:
            super().mark(effect)
            raise Killed

    approval = approved(published, BY_SMS)
    dying = replace(published.dispatcher.mailroom, effects=DyingAfterMark(published.clock))
    with pytest.raises(Killed):
        replace(published.dispatcher, mailroom=dying).carry_out(approval)
    again = replace(dying, effects=published.effects)
    published.effects._done |= {f"{decode(approval)[-1].event_id}|push"}
    replace(published.dispatcher, mailroom=again).carry_out(approval)
    assert (pushes(published), delivered(published)) == (1, True)


def test_the_app_knows_a_message_again_so_its_doubt_ends_by_itself(published: World) -> None:
    published.effects._clock = published.clock
    approval = approved(published, IDENTITY)
    dispatcher = sending(published, Dying(after=True))
    with pytest.raises(Killed):
        dispatcher.carry_out(approval)
    with pytest.raises(ConflictError):
        dispatcher.carry_out(approval)
    published.clock.advance(REPEATABLE[Channel.APP] + timedelta(seconds=1))
    dispatcher.carry_out(approval)
    dispatcher.carry_out(approval)
    assert delivered(published)
    assert {message.effect for message in published.messenger.sent} == {f"{decode(approval)[-1].event_id}|push"}
    assert pushes(published) == 2, "the second one bears the id of the first"


def test_a_message_that_was_certainly_not_taken_is_sent_later_without_doubt(published: World) -> None:
    class BusyOnce(MemoryMessenger):
        calls = 0

        def send(self, message: Message) -> None:
            self.calls += 1
            if self.calls == 1:
                raise UnavailableError
            super().send(message)

    approval = approved(published, BY_SMS)
    dispatcher = sending(published, BusyOnce())
    with pytest.raises(UnavailableError):
        dispatcher.carry_out(approval)
    dispatcher.carry_out(approval)
    assert (pushes(published), delivered(published)) == (1, True)


def test_two_deliveries_at_once_send_once(published: World) -> None:
    approval, together = approved(published, BY_SMS), Barrier(8)

    def deliver(_: int) -> None:
        together.wait()
        try:
            published.dispatcher.carry_out(approval)
        except (InDoubtError, ConflictError) as fault:
            published.parking.takes(DISPATCH, approval.stream, approval.version, fault)

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(deliver, range(8)))
    assert pushes(published) == 1
    list(published.replay.replay())
    assert (pushes(published), delivered(published), list(published.lot.list())) == (1, True, [])


def test_a_doctors_sms_leaves_though_the_mail_is_in_doubt(waiting: World) -> None:
    [request] = [each for each in waiting.log.scan() if b'"SignatureRequested"' in each.payload]
    waiting.effects._done.clear()
    dispatcher = sending(waiting, MemoryMessenger())
    effect = f"{decode(request)[0].event_id}|mail"
    waiting.effects.claim(effect)
    with pytest.raises(InDoubtError) as doubt:
        dispatcher.carry_out(request)
    assert doubt.value.effects == (effect,)
    assert [message.channel for message in waiting.messenger.sent] == [Channel.SMS]
