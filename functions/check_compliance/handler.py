"""State CheckCompliance: judges the text by the rules of each channel."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> Mapping[str, object]:
    """Judge the newest version on every channel."""
    state = composition().checking.check_compliance(step.hospital, step.content_id, step.actor)
    return {"revision": state.revision, "passed": state.compliance is not None and state.compliance.passed}
