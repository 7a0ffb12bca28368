"""State CloseContent: begins a recall and takes back every piece that rests on its fact."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import RecallStep, recall_step


@recall_step
def handler(step: RecallStep) -> Mapping[str, object]:
    """Close what the fact's own event has closed to readers already."""
    state = composition().closing.close(step.hospital, step.recall, step.actor)
    return {"pieces": len(state.closed)}
