"""How the functions are entered: a workflow's step, or a batch of the log's stream. Decode, one use case, encode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.adapters.dynamodb.event_log import from_image
from narrowcast.application.store import Actor
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.observability import Handler, logger, observed


@dataclass(frozen=True, slots=True)
class ProductionStep:
    """One task of content production: which piece, and the token when the task waits for a person."""

    hospital: str
    content_id: str
    task_token: str
    actor: Actor


def production_step(step: Callable[[ProductionStep], Mapping[str, object] | None]) -> Handler:
    """Return the handler of a content production task."""

    def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object] | None:
        hospital, content_id = event["hospital"], event["content_id"]
        logger.append_keys(hospital=hospital, content_id=content_id)
        actor = Actor(f"system:{step.__module__}", correlation_id=content_id)
        return step(ProductionStep(hospital, content_id, event.get("task_token", ""), actor))

    return observed(handler)


def stream_consumer(consume: Callable[[Commit], None]) -> Handler:
    """Return the handler of a batch of the log's stream; it reports the first record that failed, and stops there."""
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def consume_record(record: DynamoDBRecord) -> None:
        commit = from_image(record.raw_event["dynamodb"]["NewImage"])
        logger.append_keys(stream=commit.stream, version=commit.version)
        if not commit.intact:
            message = "hash does not fit the content"
            raise CorruptCommitError(message)
        consume(commit)

    def handler(event: dict[str, Any], context: LambdaContext) -> Any:
        return process_partial_response(event, consume_record, processor, context)

    return observed(handler)
