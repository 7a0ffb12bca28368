"""State PublishContent: opens a piece to patients if its signature holds."""

from __future__ import annotations

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> None:
    """Verify and publish."""
    composition().publishing.publish(step.hospital, step.content_id, step.actor)
