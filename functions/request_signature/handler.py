"""State RequestSignature: the doctor is asked, and the workflow waits."""

from __future__ import annotations

from narrowcast.domain.content import SignaturePhase
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> None:
    """Keep the task token and ask; the doctor's decision, an event, answers it."""
    composition().waiting.for_signature(
        step.hospital, step.content_id, step.task_token, SignaturePhase.FIRST, step.actor
    )
