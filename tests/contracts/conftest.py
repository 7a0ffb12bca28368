"""What the contract suites run against beside the emulated AWS: a search server, one per test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from osmem_server import OsmemServer  # type: ignore[import-untyped]


@pytest.fixture(scope="session")
def search_url() -> Iterator[str]:
    """The URL of a server that speaks OpenSearch."""
    server = OsmemServer.start(japanese=False)
    yield server.url
    server.close()
    if server.process.stdout:
        server.process.stdout.close()
