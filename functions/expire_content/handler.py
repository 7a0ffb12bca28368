"""State ExpireContent: nobody decided in time."""

from __future__ import annotations

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> None:
    """End the piece."""
    composition().catalogue.expire(step.hospital, step.content_id, "no_decision_in_time", step.actor)
