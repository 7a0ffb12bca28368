"""One decorator for every handler: structured log and metrics. Events are not logged: they may hold tokens."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[Any, LambdaContext], Any]

# Most calls count nothing; Powertools would warn at each of them.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger()
metrics = Metrics()


def observed(handler: Handler) -> Handler:
    """Give a handler its log context and flush its metrics, also when it fails."""
    with_metrics: Handler = metrics.log_metrics(handler, capture_cold_start_metric=False)
    with_log: Handler = logger.inject_lambda_context(with_metrics, log_event=False, clear_state=True)
    return with_log


def second_opinion_unheard(fault: Exception) -> None:
    """Note that a draft was judged by the rules alone. Only the fault's kind is told: its words may hold a text."""
    logger.warning("second opinion not heard", fault=type(fault).__name__)
    count("SecondOpinionUnheard")


def count(name: str, amount: int = 1) -> None:
    """Add to a metric of the namespace Narrowcast."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)
