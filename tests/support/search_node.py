"""A real OpenSearch node for tests: the one at OPENSEARCH_URL, or one of the run's own on a free port."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import opensearch_node
from tests.support.emulator import free_port

HEAP = "512m"


@contextmanager
def running_node() -> Iterator[str]:
    """Run a node until the block ends; yield its URL. NodeError says why there can be none here."""
    if given := os.environ.get("OPENSEARCH_URL"):
        yield given
        return
    place = Path(tempfile.mkdtemp(prefix="narrowcast-node-"))
    try:
        yield opensearch_node.up(free_port(), place, HEAP)
    finally:
        opensearch_node.down(place)
