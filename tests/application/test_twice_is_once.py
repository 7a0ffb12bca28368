"""Laws 3, 5, 8 and 10: again, late, out of order, or from nothing: the same end state."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from narrowcast.adapters.memory.content_index import MemoryContentIndex
from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.adapters.memory.stores import MemoryReadTable
from narrowcast.adapters.memory.workflows import MemoryWorkflows
from narrowcast.application.ports import Message, UnavailableError
from narrowcast.application.projections import INDEX, READ
from narrowcast.application.rebuild import Rebuilder
from narrowcast.application.streams import CONTENT, VISIT, StreamKey
from narrowcast.domain import content
from narrowcast.domain.vocabulary import Channel, Section
from tests.support.newsroom import EDITOR, HOSPITAL, METFORMIN_TOPIC, OTHER_HOSPITAL, REPORT, TOPIC, World, streams


@pytest.fixture
def busy(published: World) -> World:
    """Pieces at every step and a visit that was corrected."""
    published.publish("met-start", METFORMIN_TOPIC).plan("at-editor").plan("at-doctor").accept("at-doctor")
    published.plan("sent-back").accept("sent-back")
    mail, sms = published.letters("sent-back")
    published.desk.reject(mail.nonce, published.answer("sent-back", sms.code), "请写明随访频率")
    published.plan("recalled").accept("recalled").sign("recalled")
    published.store.execute(CONTENT, HOSPITAL, "recalled", lambda s: content.recall(s, reason="事实已更新"), EDITOR)
    published.visit()
    published.visit(replace(REPORT, message_id="MSG-2", medications=()))
    published.room.answer(published.guide_nonce(), Section.DISEASE, understood=True)
    return published.settle()


def lasting(world: World) -> dict[str, object]:
    """Everything but the runs of workflows, which may loop and come back to the same wait."""
    kept = world.snapshot()
    return {name: kept[name] for name in ("log", "rows", "index", "links", "effects", "contacts", "started", "sent")}


@pytest.mark.parametrize("seed", range(5))
def test_every_event_delivered_twice_more_in_any_order_changes_nothing(busy: World, seed: int) -> None:
    before = lasting(busy)
    again = busy.envelopes() * 2
    random.Random(seed).shuffle(again)  # noqa: S311 - an order, not a secret
    for envelope in again:
        busy.dispatcher.dispatch(envelope)
        busy.projector.project(envelope.stream)
    assert lasting(busy.settle()) == before


def test_every_step_taken_again_changes_nothing(busy: World) -> None:
    before = lasting(busy)
    for piece in ("dm-know", "at-editor", "at-doctor", "sent-back", "recalled"):
        steps: list[Callable[[], object]] = [
            lambda: busy.newsroom.plan(HOSPITAL, piece, TOPIC, EDITOR),  # noqa: B023 - called in this turn
            lambda: busy.drafting.generate(HOSPITAL, piece, EDITOR),  # noqa: B023
            lambda: busy.checking.check_facts(HOSPITAL, piece, EDITOR),  # noqa: B023
            lambda: busy.checking.check_compliance(HOSPITAL, piece, EDITOR),  # noqa: B023
            lambda: busy.catalogue.tag(HOSPITAL, piece, EDITOR),  # noqa: B023
        ]
        for step in steps:
            step()
    busy.publishing.publish(HOSPITAL, "dm-know", EDITOR)
    for data in busy.workflows.started.values():
        if "visit_id" in data:
            busy.deliver(data)
    busy.visit()
    assert lasting(busy.settle()) == before


def test_one_message_starts_one_delivery(published: World) -> None:
    calls: list[str] = []

    class Counting(MemoryWorkflows):
        def start(self, process: str, name: str, data: Mapping[str, object]) -> None:
            calls.append(name)
            super().start(process, name, data)

    settling = replace(published.dispatcher.settling, workflows=Counting())
    published.dispatcher = replace(published.dispatcher, settling=settling)
    visit = published.visit()
    assert len(published.envelopes(VISIT.stream(HOSPITAL, visit.visit_id))) == 3
    assert len(calls) == 1


def test_two_hospitals_may_use_the_same_content_id(world: World) -> None:
    world.open_hospital(OTHER_HOSPITAL)
    for hospital in (HOSPITAL, OTHER_HOSPITAL):
        world.newsroom.plan(hospital, "dm-know", TOPIC, EDITOR)
    world.settle()
    states = [world.store.load(CONTENT, hospital, "dm-know").state for hospital in (HOSPITAL, OTHER_HOSPITAL)]
    assert [state.status for state in states] == ["drafted", "drafted"]


def test_rows_and_index_are_rebuilt_from_the_log_to_the_same_bytes(busy: World) -> None:
    before = (busy.read._rows, busy.index._pieces)
    read, index = MemoryReadTable(), MemoryContentIndex()
    for projection, begin in ((READ, read.begin), (INDEX, index.begin)):
        rebuilt = Rebuilder(busy.log, projection, begin, lambda _: None).rebuild()
        assert (rebuilt.streams, rebuilt.damaged, rebuilt.swapped) == (len(list(streams(busy))), [], True)
    assert read._rows == before[0]
    assert index._pieces == before[1]


def test_a_late_projection_does_not_bring_back_what_was_recalled(busy: World) -> None:
    early = World(log=busy.log, read=busy.read, index=busy.index)
    at_publication = early.store.load(CONTENT, HOSPITAL, "recalled", until=9)
    assert at_publication.state.published
    INDEX.write(busy.index, StreamKey(HOSPITAL, "content", "recalled"), at_publication)
    assert "recalled" not in list(busy.index.candidates(HOSPITAL, ["E11"]))


def test_reading_a_guide_a_hundred_times_changes_nothing_anywhere(busy: World) -> None:
    before, nonce = busy.snapshot(), busy.guide_nonce()
    pages = [busy.room.show(nonce) for _ in range(100)]
    assert all(page == pages[0] for page in pages)
    assert busy.settle().snapshot() == before


def test_the_same_history_gives_the_same_guide_to_the_byte() -> None:
    guides = []
    for order in (("dm-know", "met-start"), ("met-start", "dm-know")):
        world = World().open_hospital()
        for piece in order:
            world.publish(piece, TOPIC if piece == "dm-know" else METFORMIN_TOPIC)
        visit = world.visit()
        guides.append(world.guide(visit.visit_id).made)
    assert guides[0] == guides[1]


def test_a_channel_that_fails_once_gets_its_message_later_and_the_other_channel_no_second_one(world: World) -> None:
    class FailingOnce(MemoryMessenger):
        failures = 1

        def send(self, message: Message) -> None:
            if message.channel is Channel.SMS and self.failures:
                self.failures -= 1
                raise UnavailableError
            super().send(message)

    messenger = FailingOnce()
    dispatcher = replace(world.dispatcher, mailroom=replace(world.dispatcher.mailroom, messenger=messenger))
    world.plan("dm-know").accept("dm-know")
    world.effects._done.clear()
    [request] = world.envelopes(event_type="SignatureRequested")
    with pytest.raises(UnavailableError):
        dispatcher.dispatch(request)
    for _ in range(2):
        dispatcher.dispatch(request)
    assert [message.channel for message in messenger.sent] == [Channel.MAIL, Channel.SMS]
    assert messenger.sent == world.messenger.sent
