"""From channel to channel: a push leaves once, by the first that takes it, by WeChat only as often as allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from narrowcast.adapters.memory.messenger import MemoryMessenger
from narrowcast.application.guides import guide_id_of
from narrowcast.application.ports import InDoubtError, Message, UnavailableError, UndeliverableError
from narrowcast.application.streams import GUIDE
from narrowcast.domain.guide import Guide, failed
from narrowcast.domain.visit_report import Identity
from narrowcast.domain.vocabulary import Channel
from tests.support.newsroom import HOSPITAL, IDENTITY, METFORMIN_TOPIC, REPORT, World

OPENID = "oPatient-1"
EVERYWHERE = replace(IDENTITY, openid=OPENID)
WECHAT_FIRST = replace(EVERYWHERE, app_user="")


class Choosy(MemoryMessenger):
    """Messenger some of whose channels refuse, or do not answer."""

    def __init__(self, refused: Iterable[Channel] = (), fault: Exception | None = None) -> None:
        super().__init__()
        self.refused, self.fault = set(refused), fault
        self.tried: list[Channel] = []

    def send(self, message: Message) -> None:
        self.tried.append(message.channel)
        if message.channel in self.refused:
            raise self.fault or UndeliverableError(message.channel)
        super().send(message)


def pushed(world: World, identity: Identity = EVERYWHERE) -> Guide:
    visit = world.visit(REPORT, identity)
    return world.store.load(GUIDE, HOSPITAL, guide_id_of(visit.visit_id)).state


def world_with(messenger: Choosy, notices: int = 1) -> World:
    """A hospital with one signed piece; the messenger is choosy from then on."""
    refused, messenger.refused = messenger.refused, set()
    world = World(messenger=messenger).open_hospital().publish("dm-know")
    messenger.refused = refused
    for number in range(notices):
        world.followers.allow(HOSPITAL, OPENID, f"popup-{number}")
    messenger.tried.clear()
    return world


@pytest.mark.parametrize(
    ("refused", "left"),
    [
        ((), Channel.APP),
        ((Channel.APP,), Channel.WECHAT),
        ((Channel.APP, Channel.WECHAT), Channel.SMS),
        ((Channel.APP, Channel.WECHAT, Channel.SMS), Channel.MAIL),
    ],
)
def test_a_push_leaves_by_the_first_channel_that_takes_it(refused: tuple[Channel, ...], left: Channel) -> None:
    guide = pushed(world_with(Choosy(refused)))
    assert [push.channel for push in guide.pushes] == [left]
    assert [failure.channel for failure in guide.failures] == list(refused)
    assert failed(guide) == frozenset()


def test_a_push_that_no_channel_takes_has_failed() -> None:
    guide = pushed(world_with(Choosy(Channel)))
    assert guide.pushes == ()
    assert failed(guide) == {failure.push_id for failure in guide.failures}


def test_a_redelivered_approval_does_not_try_again_what_refused() -> None:
    messenger = Choosy((Channel.APP,))
    world = world_with(messenger)
    pushed(world)
    [approved] = world.envelopes(event_type="PushApproved")
    world.dispatcher.dispatch(approved)
    assert messenger.tried == [Channel.APP, Channel.WECHAT]


@pytest.mark.parametrize("fault", [UnavailableError("wechat"), InDoubtError("wechat")])
def test_a_channel_that_does_not_answer_is_not_passed_over(fault: Exception) -> None:
    world = world_with(Choosy((Channel.APP,), fault))
    with pytest.raises(type(fault)):
        world.visit(REPORT, EVERYWHERE)
    assert [m for m in world.messenger.sent if "/g/" in m.text] == []


def test_without_an_allowed_notice_the_next_channel_is_taken_and_wechat_not_asked() -> None:
    messenger = Choosy()
    guide = pushed(world_with(messenger, notices=0), WECHAT_FIRST)
    assert messenger.tried == [Channel.SMS]
    assert [push.channel for push in guide.pushes] == [Channel.SMS]


def test_a_notice_is_used_up_once_however_often_it_is_tried() -> None:
    messenger = Choosy((Channel.WECHAT,), UnavailableError("busy"))
    world = world_with(messenger)
    with pytest.raises(UnavailableError):
        world.visit(REPORT, WECHAT_FIRST)
    [approved] = world.envelopes(event_type="PushApproved")
    with pytest.raises(UnavailableError):
        world.dispatcher.dispatch(approved)
    messenger.refused.clear()
    world.dispatcher.dispatch(approved)
    assert [m.channel for m in world.messenger.sent if "/g/" in m.text] == [Channel.WECHAT]
    assert len(world.envelopes(event_type="NoticeUsed")) == 1


def test_whom_wechat_refuses_is_not_asked_again_until_she_allows_it() -> None:
    messenger = Choosy((Channel.WECHAT,))
    world = world_with(messenger, notices=3)
    pushed(world, WECHAT_FIRST)
    assert not world.followers.may_use(HOSPITAL, OPENID, "another")
    world.followers.allow(HOSPITAL, OPENID, "later")
    assert world.followers.may_use(HOSPITAL, OPENID, "another")


def test_the_log_knows_no_openid() -> None:
    world = world_with(Choosy())
    pushed(world, WECHAT_FIRST)
    assert not [commit for commit in world.log.scan() if OPENID.encode() in commit.payload or OPENID in commit.stream]


def test_one_message_for_two_guides_leads_to_both() -> None:
    world = World().open_hospital().publish("dm-know").publish("met-start", METFORMIN_TOPIC)
    night = datetime(2026, 1, 5, 15, tzinfo=UTC)
    world.clock.advance(night - world.clock.now())
    world.visit(replace(REPORT, medications=()))
    second = replace(REPORT, message_id="MSG-2", occurred_at="2026-01-05T14:30:00Z")
    world.visit(second, replace(IDENTITY, visit_number="VN-2"))
    assert [m for m in world.messenger.sent if "/g/" in m.text] == []

    world.clock.advance(timedelta(hours=9))
    world.settle()

    [message] = [m for m in world.messenger.sent if "/g/" in m.text]
    nonce = world.guide_nonce()
    [other] = world.room.also(nonce)
    opened = {world.room.behind(each).key for each in (nonce, other)}
    assert len(opened) == 2
    assert world.room.also(other) == (nonce,)
    [approved] = world.envelopes(event_type="PushApproved")
    assert {each.guide_id for each in approved.event.pushes} == opened
    assert message.effect == f"{approved.event_id}|push"
