"""What is watched, and from when it is trouble: every way in which work can stand still or a patient go without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.components.operations import FIVE_MINUTES, ONE_DAY, Watch
from infra.naming import pascal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_cdk import Duration
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

METRICS_NAMESPACE = "Narrowcast"
STREAM_LAG_MS = 5 * 60 * 1000
# A conflict that the next try resolves is an error to Lambda and no trouble to anyone.
ERRORS = 5
# API Gateway takes an authorizer's refusal as an error of its function; a broken one shows as 5xx.
REFUSING_BY_ERROR = frozenset({"authorize_client"})


def on_dead_letters(queues: Mapping[str, sqs.IQueue]) -> list[Watch]:
    """A single parked record or call, by the queue's name."""
    return [
        Watch(
            name=name,
            metric=queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES),
            trouble="What a function failed on three times waits for a person",
            graph="Dead letters",
        )
        for name, queue in queues.items()
    ]


def on_runs(machines: Mapping[str, sfn.IStateMachine]) -> list[Watch]:
    """A single run that failed or timed out, by the workflow's name."""
    ends = {
        f"{pascal(name)}{end}": metric
        for name, machine in machines.items()
        for end, metric in (
            ("Failed", machine.metric_failed(period=FIVE_MINUTES)),
            ("TimedOut", machine.metric_timed_out(period=FIVE_MINUTES)),
        )
    }
    return [
        Watch(name=name, metric=metric, trouble="A workflow found no end of its own", graph="Failed runs")
        for name, metric in ends.items()
    ]


def on_lag(consumers: Mapping[str, lambda_.IFunction]) -> list[Watch]:
    """A consumer of the log that falls behind."""
    return [
        Watch(
            name=f"{pascal(name)}Late",
            metric=function.metric("IteratorAge", period=FIVE_MINUTES, statistic="Maximum"),
            threshold=STREAM_LAG_MS,
            trouble=f"{name} is five minutes behind the log",
            graph="Stream age (ms)",
        )
        for name, function in consumers.items()
    ]


def on_errors(functions: Mapping[str, lambda_.IFunction]) -> list[Watch]:
    """A function that keeps failing."""
    return [
        Watch(
            name=f"{pascal(name)}Errors",
            metric=function.metric_errors(period=FIVE_MINUTES),
            threshold=ERRORS,
            trouble=f"{name} keeps failing",
            graph="Function errors",
        )
        for name, function in functions.items()
        if name not in REFUSING_BY_ERROR
    ]


def _counted(name: str, function: str, period: Duration = FIVE_MINUTES) -> cloudwatch.Metric:
    """Return the sum of what a function counts under the name."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": function},
        period=period,
        statistic="Sum",
    )


def on_pushes(counted_by: Iterable[str]) -> list[Watch]:
    """A push that could not be sent, by the function that counts it."""
    return [
        Watch(
            name=f"PushFailedIn{pascal(function)}",
            metric=_counted("PushFailed", function),
            trouble="A guide did not reach its patient",
            graph="Failed pushes",
        )
        for function in counted_by
    ]


def on_roots(sealed_by: str) -> list[Watch]:
    """A log that does not hold, and a log that nobody seals."""
    refused, made = _counted("RootRefused", sealed_by), _counted("RootSealed", sealed_by, ONE_DAY)
    return [
        Watch(name="RootRefused", metric=refused, trouble="A hospital's log does not hold", graph="Roots"),
        Watch(
            name="NoRoot",
            metric=made,
            trouble="No root of the log was signed for two days",
            graph="Roots",
            silence=2,
        ),
    ]


def on_parked(consumers: Iterable[str]) -> list[Watch]:
    """A record of the log that a consumer could not take in, by the consumer."""
    return [
        Watch(
            name=f"ParkedBy{pascal(consumer)}",
            metric=_counted("RecordParked", consumer),
            trouble="A commit waits for a person: narrowcast log parked",
            graph="Parked records",
        )
        for consumer in consumers
    ]


def on_answers(api: apigateway.RestApi) -> list[Watch]:
    """A caller who was answered with 5xx."""
    metric = api.metric_server_error(period=FIVE_MINUTES, statistic="Sum")
    return [Watch(name="ApiServerErrors", metric=metric, trouble="The API answered with 5xx", graph="API")]
