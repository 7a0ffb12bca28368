"""Once a day: destroys the words of conversations that were kept for as long as the rules ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count, logger, observed


@observed
def handler(_event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, list[str]]:
    """Erase at every hospital; log and count the conversations."""
    erased = composition().retention.erase_all()
    logger.info("words erased", extra={"conversations": erased})
    count("ConversationErased", sum(map(len, erased.values())))
    return erased
