"""State PushGuide: decides by consent and budget whether the guide's message goes out. The stream sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.application.store import Actor
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import logger, observed


@observed
def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Approve or hold back, as an event."""
    logger.append_keys(hospital=event["hospital"], guide_id=event["guide_id"])
    actor = Actor("system:push_guide", correlation_id=event["guide_id"])
    decided = composition().push_desk.request(event["hospital"], event["guide_id"], actor)
    return {"guide_id": event["guide_id"], "decision": type(decided).__name__ if decided else "AlreadyDecided"}
