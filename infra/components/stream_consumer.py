"""Feeds a function from the event log's stream: in order, with retries.

The function itself parks a record it cannot take in, with the reason. What is left for the dead letter queue is what
kills the function before it can: it names a place in the stream and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

BATCH = 25
# More than the consumers' own patience (8 tries), so that they park with a reason before this gives up without one.
RETRIES = 10
# The stream keeps 24 hours; a record parked an hour earlier still names its place in the log.
OLDEST_SECONDS = 23 * 60 * 60


def consume_stream(
    function: lambda_.Function, construct_id: str, *, stream_arn: str, dead_letters: sqs.IQueue
) -> lambda_.CfnEventSourceMapping:
    """Start at the oldest record; the function's own role reads the stream and parks records."""
    return lambda_.CfnEventSourceMapping(
        function,
        construct_id,
        function_name=function.function_name,
        event_source_arn=stream_arn,
        starting_position="TRIM_HORIZON",
        batch_size=BATCH,
        parallelization_factor=1,
        bisect_batch_on_function_error=True,
        function_response_types=["ReportBatchItemFailures"],
        maximum_retry_attempts=RETRIES,
        maximum_record_age_in_seconds=OLDEST_SECONDS,
        # Only new commits: nobody may change or remove one, and who did must not set anything off.
        filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
            filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT"]}')]
        ),
        destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=dead_letters.queue_arn)
        ),
    )
