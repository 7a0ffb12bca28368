"""State ReleasePushes: judges again what was held back of a patient's messages. The stream sends what may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.application.store import Actor
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import logger, observed


@observed
def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Approve or hold back anew, as events; nothing is waiting any more if there are none."""
    logger.append_keys(hospital=event["hospital"], patient=event["patient"])
    actor = Actor("system:release_pushes", correlation_id=event["patient"])
    decided = composition().push_desk.release(event["hospital"], event["patient"], actor)
    return {"patient": event["patient"], "decisions": [type(each).__name__ for each in decided]}
