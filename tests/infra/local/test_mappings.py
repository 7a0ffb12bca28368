"""A mapping is read as Lambda describes it, with Lambda's defaults and its filter language."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.mappings import Mapping, mapping, matches, of_streams

DESCRIBED: dict[str, Any] = {
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:project",
    "EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/log/stream/2026",
}


def test_what_a_mapping_leaves_out_is_what_lambda_assumes() -> None:
    assert mapping(DESCRIBED) == Mapping(
        function=DESCRIBED["FunctionArn"],
        stream=DESCRIBED["EventSourceArn"],
        batch_size=100,
        retries=None,
        bisect=False,
        partial_failures=False,
        dead_letters=None,
        filters=(),
    )


def test_everything_a_mapping_says_is_kept() -> None:
    queue = "arn:aws:sqs:us-east-1:000000000000:parked"
    read = mapping(
        DESCRIBED
        | {
            "BatchSize": 25,
            "MaximumRetryAttempts": 3,
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {"OnFailure": {"Destination": queue}},
            "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
        }
    )
    assert (read.batch_size, read.retries, read.bisect, read.partial_failures) == (25, 3, True, True)
    assert read.dead_letters == queue
    assert read.wants({"eventName": "INSERT"})
    assert not read.wants({"eventName": "MODIFY"})


def test_no_retries_is_not_the_same_as_retries_without_end() -> None:
    assert mapping(DESCRIBED | {"MaximumRetryAttempts": 0}).retries == 0
    assert mapping(DESCRIBED | {"MaximumRetryAttempts": -1}).retries is None


def test_a_destination_that_is_no_queue_is_refused_at_the_start() -> None:
    topic = {"OnFailure": {"Destination": "arn:aws:sns:us-east-1:000000000000:parked"}}
    with pytest.raises(ValueError, match="not a queue"):
        mapping(DESCRIBED | {"DestinationConfig": topic})


def test_mappings_of_queues_are_not_the_pumps_business() -> None:
    queue = DESCRIBED | {"EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:jobs"}
    assert of_streams([queue, DESCRIBED]) == [mapping(DESCRIBED)]


RECORD = {"eventName": "INSERT", "dynamodb": {"NewImage": {"kind": {"S": "visit"}}}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"NewImage": {"kind": {"S": ["visit"]}}}}, True),
        ({"dynamodb": {"NewImage": {"kind": {"S": [{"prefix": "vi"}]}}}}, True),
        ({"dynamodb": {"NewImage": {"kind": {"S": [{"suffix": "vi"}]}}}}, False),
        ({"dynamodb": {"NewImage": {"kind": {"S": [{"anything-but": ["visit"]}]}}}}, False),
        ({"dynamodb": {"NewImage": {"kind": {"S": [{"anything-but": "guide"}]}}}}, True),
        ({"dynamodb": {"OldImage": {"kind": {"S": [{"exists": True}]}}}}, False),
        ({"dynamodb": {"OldImage": {"kind": {"S": [{"exists": False}]}}}}, True),
        ({"missing": [None]}, False),
        ({"$or": [{"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]}]}, True),
    ],
)
def test_a_pattern_matches_as_eventbridge_describes_it(pattern: dict[str, Any], *, expected: bool) -> None:
    assert matches(pattern, RECORD) is expected


def test_an_operator_not_known_here_is_an_error_not_a_match() -> None:
    with pytest.raises(ValueError, match="numeric"):
        matches({"eventName": [{"numeric": [">", 1]}]}, RECORD)
