"""State PushCorrections: tells one batch of those who were given what a recall takes back."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import RecallStep, recall_step


@recall_step
def handler(step: RecallStep) -> Mapping[str, object]:
    """Show the correction on each guide and decide over each message, as events."""
    told = composition().telling.tell(step.hospital, step.recall, step.batch, step.actor)
    return {"batch": told.batch, "approved": told.approved}
