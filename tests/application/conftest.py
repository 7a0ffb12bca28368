from __future__ import annotations

import pytest

from tests.support.newsroom import World


@pytest.fixture
def world() -> World:
    """A hospital with two doctors and two facts, and nothing planned yet."""
    return World().open_hospital()


@pytest.fixture
def waiting(world: World) -> World:
    """A piece that waits for its doctor."""
    return world.plan("dm-know").accept("dm-know")


@pytest.fixture
def published(waiting: World) -> World:
    """A published piece."""
    return waiting.sign("dm-know")
