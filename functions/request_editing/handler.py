"""State RequestEditing: the workflow waits for the editor."""

from __future__ import annotations

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> None:
    """Keep the task token; the editor's decision, an event, answers it."""
    composition().waiting.for_editor(step.hospital, step.content_id, step.task_token)
