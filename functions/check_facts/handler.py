"""State CheckFacts: judges each sentence against the facts it names."""

from __future__ import annotations

from collections.abc import Mapping

from narrowcast.domain.content import wants_draft
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.entrypoints import ProductionStep, production_step


@production_step
def handler(step: ProductionStep) -> Mapping[str, object]:
    """Judge the newest version; `redraft` asks the workflow for another machine draft."""
    state = composition().checking.check_facts(step.hospital, step.content_id, step.actor)
    passed = state.facts_check is not None and state.facts_check.passed
    return {"revision": state.revision, "passed": passed, "redraft": wants_draft(state)}
