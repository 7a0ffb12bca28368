"""Every five minutes: reminds staff of people who wait for them longer than their hospital wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count, logger, observed


@observed
def handler(_event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, list[str]]:
    """Remind at every hospital whose staff are there now; log and count the conversations."""
    reminded = composition().reminders.remind_all()
    logger.info("reminded", extra={"conversations": reminded})
    count("WaitReminded", sum(map(len, reminded.values())))
    return reminded
