"""State AssembleGuide: chooses signed pieces for a visit and records the guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.application.dispatch import guide_effect
from narrowcast.application.store import Actor
from narrowcast.application.streams import VISIT
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import logger, observed


@observed
def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Assemble; `push` says whether a message may be asked for."""
    logger.append_keys(hospital=event["hospital"], visit_id=event["visit_id"])
    actor = Actor("system:assemble_guide", correlation_id=event["visit_id"])
    made = composition().assembly.assemble(event["hospital"], event["visit_id"], actor)
    visit = VISIT.stream(event["hospital"], event["visit_id"])
    composition().effects.mark(guide_effect(visit, made.visit_version))
    sections = made.guide.assembled.sections if made.guide.assembled else ()
    return {"guide_id": made.guide_id, "sections": len(sections), "push": made.push}
