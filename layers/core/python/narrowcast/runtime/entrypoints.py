"""How the functions are entered: a workflow's step, or a batch of the log's stream. Decode, one use case, encode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from narrowcast.adapters.dynamodb.event_log import from_image
from narrowcast.application.parking import Parking
from narrowcast.application.store import Actor
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.bootstrap import composition
from narrowcast.runtime.observability import Handler, count, logger, observed


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


@dataclass(frozen=True, slots=True)
class RecallStep:
    """One task of a recall: which one, the batch of guides if it is about one, the token if it waits for a person."""

    hospital: str
    recall: str
    batch: int
    task_token: str
    actor: Actor


def recall_step(step: Callable[[RecallStep], Mapping[str, object] | None]) -> Handler:
    """Return the handler of a task of content recall."""

    def handler(event: Mapping[str, Any], _context: LambdaContext) -> Mapping[str, object] | None:
        hospital, recall = event["hospital"], event["recall"]
        logger.append_keys(hospital=hospital, recall=recall)
        actor = Actor(f"system:{step.__module__}", correlation_id=recall)
        return step(RecallStep(hospital, recall, event.get("batch", 0), event.get("task_token", ""), actor))

    return observed(handler)


def stream_consumer(
    name: str, parking: Callable[[], Parking] = lambda: composition().parking
) -> Callable[[Callable[[Commit], None]], Handler]:
    """Return what makes a function of a commit the handler of batches of the log's stream.

    A record that cannot be taken in is parked under the consumer's name, and counts as handled; what may pass is
    reported, and comes again with all that follows it.
    """

    def consumer(consume: Callable[[Commit], None]) -> Handler:
        processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

        def consume_record(record: DynamoDBRecord) -> None:
            stream, version = _place(record.raw_event)
            logger.append_keys(stream=stream, version=version)
            try:
                consume(_commit(record.raw_event))
            except Exception as fault:
                if not parking().takes(name, stream, version, fault):
                    raise
                logger.error("parked", fault=type(fault).__name__)
                count("RecordParked")

        def handler(event: dict[str, Any], context: LambdaContext) -> Any:
            return process_partial_response(event, consume_record, processor, context)

        return observed(handler)

    return consumer


def _place(record: Mapping[str, Any]) -> tuple[str, int]:
    """Return stream and version by the keys of the table, which every record has."""
    keys = record["dynamodb"]["Keys"]
    return keys["stream"]["S"], int(keys["version"]["N"])


def _commit(record: Mapping[str, Any]) -> Commit:
    """Return the record's commit; CorruptCommitError if it holds none of ours."""
    try:
        commit = from_image(record["dynamodb"]["NewImage"])
    except (KeyError, ValueError, TypeError) as fault:
        raise CorruptCommitError(f"no commit: {type(fault).__name__}") from fault
    if not commit.intact:
        raise CorruptCommitError("hash does not fit the content")
    return commit
