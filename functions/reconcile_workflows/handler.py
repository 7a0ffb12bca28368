"""On a schedule: sets work going again that stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import logger, observed


@observed
def handler(_event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object]:
    """Reconcile every hospital of the log and log what was done."""
    report = asdict(composition().reconciler.reconcile())
    logger.info("reconciled", extra=report)
    return report
