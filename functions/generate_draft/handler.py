"""State GenerateDraft: has a drafter write from facts alone."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> Mapping[str, object]:
    """Write a version if one is wanted."""
    state = composition().drafting.generate(step.hospital, step.content_id, step.actor)
    return {"revision": state.revision}
