"""State TagContent: adds what helps to find a signed piece; who gets it was signed with it."""

from __future__ import annotations

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> None:
    """Describe the piece."""
    composition().catalogue.tag(step.hospital, step.content_id, step.actor)
