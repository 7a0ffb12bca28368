"""Consumer of the log's stream: starts and answers workflows, sends messages."""

from __future__ import annotations

from narrowcast.application.parking import DISPATCH
from narrowcast.contracts.codec import decode
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import stream_consumer
from narrowcast.runtime.observability import count


@stream_consumer(DISPATCH)
def handler(commit: Commit) -> None:
    """React to each event of the commit."""
    for envelope in decode(commit):
        if envelope.type == "PushFailed":
            count("PushFailed")
    composition().dispatcher.carry_out(commit)
