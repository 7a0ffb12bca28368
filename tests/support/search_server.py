"""Starts the server that speaks OpenSearch for tests: one process on the loopback, with nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from osmem_server import OsmemServer  # type: ignore[import-untyped]


@contextmanager
def running_search() -> Iterator[str]:
    """Run a server until the block ends; yield its URL."""
    server = OsmemServer.start(japanese=False)
    try:
        yield server.url
    finally:
        server.close()
        if server.process.stdout:
            server.process.stdout.close()
