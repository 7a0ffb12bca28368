"""Every byte that a running stack keeps, by where it lies: for tests that look for what must not be there."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.support.stack_records import Records

REFUSED = "object refused/"
"""What places of refused messages begin with."""


@dataclass(frozen=True)
class StackSearch:
    """Looks through tables, buckets, index, logs, executions and queues, whatever they are called."""

    records: Records

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Yield every place with what lies there."""
        yield from self._tables()
        yield from self._log()
        yield from self._objects()
        yield "index", self.records.index().encode()
        yield "function logs", self.records.function_logs().encode()
        yield from self._executions()
        yield from self._queues()

    def found(self, values: Iterable[str]) -> dict[str, set[str]]:
        """Return the places that hold any of the values in any writing, with those they hold."""
        sought = {value: list(writings(value)) for value in values}
        hits = {
            place: {value for value, ways in sought.items() if any(way in kept for way in ways)}
            for place, kept in self.places()
        }
        return {place: held for place, held in hits.items() if held}

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        dynamodb = self.records.client("dynamodb")
        for name in dynamodb.list_tables()["TableNames"]:
            pages = dynamodb.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
            for number, item in enumerate(item for page in pages for item in page["Items"]):
                yield f"table {name} {number}", b"\n".join(_values(item))

    def _log(self) -> Iterator[tuple[str, bytes]]:
        for commit in self.records.product.store.log.scan():
            yield f"log {commit.stream} {commit.version}", commit.payload

    def _objects(self) -> Iterator[tuple[str, bytes]]:
        """Every version of every object, code of functions left out."""
        s3 = self.records.client("s3")
        for bucket in (each["Name"] for each in s3.list_buckets()["Buckets"]):
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                for each in page.get("Versions", []):
                    if not re.search(r"\.(zip|json)$", each["Key"]) or each["Key"].startswith("refused/"):
                        place = {"Bucket": bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
                        yield f"object {each['Key']}", s3.get_object(**place)["Body"].read()

    def _executions(self) -> Iterator[tuple[str, bytes]]:
        machines = self.records.client("stepfunctions")
        for machine in machines.list_state_machines()["stateMachines"]:
            try:
                runs = machines.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
            except ClientError:  # an Express workflow keeps none
                continue
            for run in runs:
                told = machines.get_execution_history(executionArn=run["executionArn"], maxResults=1000)
                yield f"execution {run['name']}", json.dumps(told["events"], default=str, ensure_ascii=False).encode()

    def _queues(self) -> Iterator[tuple[str, bytes]]:
        sqs = self.records.client("sqs")
        for url in sqs.list_queues().get("QueueUrls", []):
            letters = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            for number, letter in enumerate(letters.get("Messages", [])):
                yield f"queue {url} {number}", letter["Body"].encode()


def _values(item: Mapping[str, Any]) -> Iterator[bytes]:
    for typed in item.values():
        for value in typed.values():
            yield value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()


def writings(value: str) -> Iterator[bytes]:
    """Yield the value as it could be written: in the charsets of hospitals, escaped, or packed."""
    yield value.encode()
    yield value.encode("gb18030")
    yield json.dumps(value)[1:-1].encode()
    yield "".join(f"%{byte:02X}" for byte in value.encode()).encode()
    for lead in range(3):  # base64 of the value within a longer text, whichever of three ways it falls
        packed = base64.b64encode(b"\0" * lead + value.encode())
        yield packed[4 * bool(lead) : -4]
