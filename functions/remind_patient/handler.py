"""State RemindPatient: asks for the message of a reminder whose moment has come. The stream sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.domain.reminding import Kind, ReminderFired
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import logger, observed


@observed
def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Approve or end, as an event."""
    logger.append_keys(hospital=event["hospital"], guide_id=event["guide_id"])
    told = event["reminder"]
    fired = ReminderFired(Kind(told["kind"]), told["number"], datetime.fromisoformat(told["slot"]))
    return {"decision": composition().reminding.fire(event["hospital"], event["guide_id"], fired)}
