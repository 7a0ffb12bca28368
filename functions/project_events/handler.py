"""Consumer of the log's stream: keeps read rows and index in step with the log."""

from __future__ import annotations

from narrowcast.application.parking import PROJECT
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import stream_consumer


@stream_consumer(PROJECT)
def handler(commit: Commit) -> None:
    """Write what follows from the commit."""
    composition().projector.take_in(commit)
