from __future__ import annotations

from collections.abc import Iterator

import pytest
import urllib3

from tests.support.http_server import Script, scripted_server


@pytest.fixture
def server() -> Iterator[Script]:
    """A server that answers what the test tells it to."""
    with scripted_server() as script:
        yield script


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    """A pool of HTTP connections."""
    with urllib3.PoolManager() as pool:
        yield pool
