"""Commits as a function gets them from the table's stream."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from narrowcast.adapters.dynamodb.event_log import pack
from narrowcast.contracts.commit import Commit


def batch(commits: Iterable[Commit]) -> dict[str, Any]:
    """Return the event of one batch: a record for each commit, numbered from 1."""
    return {"Records": [_record(commit, number) for number, commit in enumerate(commits, start=1)]}


def _record(commit: Commit, number: int) -> dict[str, Any]:
    encoding, payload = pack(commit.payload)
    keys = {"stream": {"S": commit.stream}, "version": {"N": str(commit.version)}}
    image = keys | {
        "commit_id": {"S": commit.commit_id},
        "recorded_at": {"S": commit.recorded_at},
        "encoding": {"S": encoding},
        "payload": {"B": base64.b64encode(payload).decode()},
        "previous": {"S": commit.previous},
        "hash": {"S": commit.hash},
    }
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"SequenceNumber": str(number), "Keys": keys, "NewImage": image, "StreamViewType": "NEW_IMAGE"},
    }
