from __future__ import annotations

import pytest

from narrowcast.adapters.dynamodb.task_tokens import DynamoTaskTokens
from narrowcast.adapters.memory.stores import MemoryTaskTokens
from narrowcast.adapters.memory.time_and_ids import FixedClock
from narrowcast.application.ports import TaskTokens


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def tokens(request: pytest.FixtureRequest) -> TaskTokens:
    if request.param == "memory":
        return MemoryTaskTokens()
    table = request.getfixturevalue("new_table")("task")
    return DynamoTaskTokens(request.getfixturevalue("connection"), table, FixedClock())


class TestTaskTokens:
    def test_a_kept_token_is_found(self, tokens: TaskTokens) -> None:
        tokens.keep("h1/content#c1", "signature", "token-1")
        assert tokens.find("h1/content#c1", "signature") == "token-1"

    def test_nobody_waits_where_no_token_was_kept(self, tokens: TaskTokens) -> None:
        tokens.keep("h1/content#c1", "signature", "token-1")
        assert tokens.find("h1/content#c1", "editing") is None
        assert tokens.find("h1/content#c2", "signature") is None

    def test_a_new_token_takes_the_place_of_the_old(self, tokens: TaskTokens) -> None:
        tokens.keep("h1/content#c1", "signature", "token-1")
        tokens.keep("h1/content#c1", "signature", "token-2")
        assert tokens.find("h1/content#c1", "signature") == "token-2"
