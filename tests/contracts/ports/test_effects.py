from __future__ import annotations

import pytest

from narrowcast.adapters.dynamodb.effects import DynamoEffects
from narrowcast.adapters.memory.stores import MemoryEffects
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import Effects


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def effects(request: pytest.FixtureRequest) -> Effects:
    if request.param == "memory":
        return MemoryEffects()
    table = request.getfixturevalue("new_table")("effect")
    return DynamoEffects(request.getfixturevalue("connection"), table, FixedClock())


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
