"""State RequestCorrection: has a correction written and signed; the workflow waits."""

from __future__ import annotations

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import RecallStep, recall_step


@recall_step
def handler(step: RecallStep) -> None:
    """Keep the task token and plan the piece; its publication, an event, answers."""
    composition().correcting.ask(step.hospital, step.recall, step.task_token, step.actor)
