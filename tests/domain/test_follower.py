"""A notice for each time she pressed 允许, and none beyond."""

from __future__ import annotations

from hypothesis import given as given_any
from hypothesis import strategies as st

from narrowcast.application.streams import FOLLOWER
from narrowcast.domain import follower
from narrowcast.domain.follower import NoticeAllowed, NoticesRefused, NoticeUsed
from tests.support.scenario import fold, given


def test_what_wechat_tells_counts_once() -> None:
    given(FOLLOWER).when(follower.allow, "e-1").then(NoticeAllowed("e-1"))
    given(FOLLOWER, NoticeAllowed("e-1")).when(follower.allow, "e-1").then_nothing()
    given(FOLLOWER, NoticesRefused("e-2")).when(follower.refuse, "e-2").then_nothing()


def test_a_notice_is_used_once_and_only_if_one_is_left() -> None:
    given(FOLLOWER, NoticeAllowed("e-1")).when(follower.use, "push-1").then(NoticeUsed("push-1"))
    given(FOLLOWER, NoticeAllowed("e-1"), NoticeUsed("push-1")).when(follower.use, "push-1").then_nothing()
    given(FOLLOWER).when(follower.use, "push-1").then_nothing()
    given(FOLLOWER, NoticeAllowed("e-1"), NoticesRefused("e-2")).when(follower.use, "push-1").then_nothing()


STEPS = st.lists(st.tuples(st.sampled_from(("allow", "refuse", "use")), st.integers(0, 9)), max_size=60)


@given_any(STEPS)
def test_no_more_notices_are_used_than_were_allowed(steps: list[tuple[str, int]]) -> None:
    events: list[follower.Event] = []
    for step, number in steps:
        events += getattr(follower, step)(fold(FOLLOWER, *events), f"{step}-{number}")
    allowed, used = (sum(isinstance(each, kind) for each in events) for kind in (NoticeAllowed, NoticeUsed))
    assert used <= allowed
    assert fold(FOLLOWER, *events).left >= 0
