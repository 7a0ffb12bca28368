"""Once a day: seals the log. The line it logs is a copy of each root's hash that lives apart from log and roots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import count, logger, observed


@observed
def handler(_event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, int]:
    """Seal every hospital; count and log the roots made and those refused."""
    made = composition().sealer.seal()
    for each in made:
        logger.info("root sealed" if each.root else "root refused", extra=asdict(each))
    refused = sum(each.root is None for each in made)
    count("RootSealed", len(made) - refused)
    count("RootRefused", refused)
    return {"sealed": len(made) - refused, "refused": refused}
