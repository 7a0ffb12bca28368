from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.memory.stores import MemoryEffects
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import Claim, Effects


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def effects(request: pytest.FixtureRequest, clock: FixedClock) -> Effects:
    if request.param == "memory":
        return MemoryEffects(clock)
    table = request.getfixturevalue("new_table")("effect")
    return DynamoEffects(request.getfixturevalue("connection"), table, clock)


class TestEffects:
    def test_an_effect_is_not_done_before_it_is_marked(self, effects: Effects) -> None:
        assert not effects.done("event-1/mail")

    def test_a_marked_effect_is_done_and_no_other(self, effects: Effects) -> None:
        effects.mark("event-1/mail")
        assert effects.done("event-1/mail")
        assert not effects.done("event-1/sms")

    def test_marking_twice_is_once(self, effects: Effects) -> None:
        effects.mark("event-1/mail")
        effects.mark("event-1/mail")
        assert effects.done("event-1/mail")

    def test_an_effect_is_one_callers(self, effects: Effects) -> None:
        assert effects.claim("event-1|mail") is Claim.TAKEN
        assert effects.claim("event-1|mail") is Claim.OPEN
        assert effects.claim("event-1|sms") is Claim.TAKEN
        assert not effects.done("event-1|mail")

    def test_what_is_done_is_claimed_by_nobody(self, effects: Effects) -> None:
        effects.claim("event-1|mail")
        effects.mark("event-1|mail")
        assert effects.claim("event-1|mail") is Claim.DONE
        assert effects.done("event-1|mail")

    def test_a_claim_given_back_is_free_and_what_is_done_stays_done(self, effects: Effects) -> None:
        effects.claim("event-1|mail")
        effects.release("event-1|mail")
        effects.release("event-1|mail")
        assert effects.claim("event-1|mail") is Claim.TAKEN
        effects.mark("event-1|mail")
        effects.release("event-1|mail")
        assert effects.done("event-1|mail")

    def test_a_claim_without_a_lease_is_never_taken_over(self, effects: Effects, clock: FixedClock) -> None:
        effects.claim("event-1|mail")
        clock.advance(timedelta(days=400))
        assert effects.claim("event-1|mail") is Claim.OPEN

    def test_a_claim_is_taken_over_once_its_lease_is_over(self, effects: Effects, clock: FixedClock) -> None:
        lease = timedelta(seconds=60)
        effects.claim("event-1|push", lease=lease)
        assert effects.claim("event-1|push", lease=lease) is Claim.OPEN
        clock.advance(timedelta(seconds=61))
        assert effects.claim("event-1|push", lease=lease) is Claim.TAKEN
        assert effects.claim("event-1|push", lease=lease) is Claim.OPEN
        effects.mark("event-1|push")
        clock.advance(timedelta(seconds=61))
        assert effects.claim("event-1|push", lease=lease) is Claim.DONE

    def test_of_many_who_claim_at_once_one_has_it(self, effects: Effects) -> None:
        with ThreadPoolExecutor(8) as callers:
            claims = list(callers.map(lambda _: effects.claim("event-1|mail"), range(32)))
        assert claims.count(Claim.TAKEN) == 1
