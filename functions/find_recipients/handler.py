"""State FindRecipients: records which guides carried what a recall takes back."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import RecallStep, recall_step


@recall_step
def handler(step: RecallStep) -> Mapping[str, object]:
    """Look, and say what is to be done next and for which batches."""
    found = composition().closing.find(step.hospital, step.recall, step.actor)
    return {"step": found.step, "batches": list(found.batches)}
