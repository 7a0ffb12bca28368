"""What a running stack holds, read past its API: tables, log, queues, objects, logs of functions; its command line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local.clients import client
from infra.local.home import Home
from infra.local.http import get
from narrowcast.application.store import history
from narrowcast.contracts.codec import Envelope
from narrowcast.runtime.bootstrap import Composition
from narrowcast.runtime.settings import from_endpoints
from tests.support.waiting import wait_until

TABLES = (
    "EVENT_LOG_TABLE",
    "SNAPSHOT_TABLE",
    "READ_TABLE",
    "LINKS_TABLE",
    "TASKS_TABLE",
    "EFFECTS_TABLE",
    "PARKED_TABLE",
    "VAULT_TABLE",
    "KEYS_TABLE",
    "REFUSALS_TABLE",
)
_QUIET_SECONDS = 0.6  # longer than the pump, a function and a workflow's step take from one write to the next
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Records:
    """The insides of one running stack."""

    directory: Path
    endpoints: Mapping[str, Any]

    def client(self, service: str) -> Any:
        return client(service, self.endpoints["aws"])

    def table(self, variable: str) -> str:
        name: str = self.endpoints["stack"][variable]
        return name

    def items(self, variable: str) -> list[Item]:
        """Every item of a table, in order of its keys."""
        pages = (
            self.client("dynamodb").get_paginator("scan").paginate(TableName=self.table(variable), ConsistentRead=True)
        )
        return sorted((item for page in pages for item in page["Items"]), key=repr)

    def text(self, variable: str) -> str:
        """All that a table holds, as text: binary values as they are, unpacked commits as their events."""
        if variable == "EVENT_LOG_TABLE":
            return "\n".join(commit.payload.decode("utf-8", "replace") for commit in self.product.store.log.scan())
        values = (value for item in self.items(variable) for typed in item.values() for value in typed.values())
        return "\n".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values)

    def tables(self) -> dict[str, list[Item]]:
        """Everything in every table."""
        return {variable: self.items(variable) for variable in TABLES}

    def settled(self) -> dict[str, list[Item]]:
        """Everything in every table, once consumers of earlier events have done their writing."""
        seen = [self.tables()]

        def unchanged() -> bool:
            time.sleep(_QUIET_SECONDS)
            seen.append(self.tables())
            return seen[-1] == seen[-2]

        wait_until(unchanged)
        return seen[-1]

    def settled_log(self) -> dict[str, int]:
        """The number of commits of each stream, once everything in flight has landed."""
        self.settled()
        return self.log()

    def changed(self, before: Mapping[str, list[Item]]) -> set[str]:
        """The tables that hold something else than before."""
        return {variable for variable, items in self.tables().items() if items != before[variable]}

    def log(self) -> dict[str, int]:
        """The number of commits of each stream."""
        counts: dict[str, int] = {}
        for item in self.items("EVENT_LOG_TABLE"):
            counts[item["stream"]["S"]] = counts.get(item["stream"]["S"], 0) + 1
        return counts

    def history(self, stream: str) -> list[Envelope]:
        """A stream's events, in order, as the product's own store reads them."""
        return history(self.product.store.log, stream)

    def events(self, stream: str) -> list[str]:
        """The types of a stream's events, in order."""
        return [envelope.type for envelope in self.history(stream)]

    def commit(self, stream: str, version: int) -> dict[str, Any]:
        """The item of a commit."""
        key = {"stream": {"S": stream}, "version": {"N": str(version)}}
        found = self.client("dynamodb").get_item(TableName=self.table("EVENT_LOG_TABLE"), Key=key)
        item: dict[str, Any] = found["Item"]
        return item

    def put(self, variable: str, item: Item) -> None:
        """Write an item past the product."""
        self.client("dynamodb").put_item(TableName=self.table(variable), Item=dict(item))

    def let_expire(self, link_key: str) -> None:
        """Put the end of a link into the past."""
        self.client("dynamodb").update_item(
            TableName=self.table("LINKS_TABLE"),
            Key={"link": {"S": link_key}},
            UpdateExpression="SET valid_until = :past",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000000+0000"}},
        )

    def delete(self, variable: str, key: Item) -> None:
        """Remove an item past the product."""
        self.client("dynamodb").delete_item(TableName=self.table(variable), Key=dict(key))

    @cached_property
    def product(self) -> Composition:
        """The product's own ports on this stack."""
        return Composition(from_endpoints(self.endpoints_file))

    @property
    def endpoints_file(self) -> Path:
        return Home(self.directory).endpoints

    def run(self, *arguments: str) -> Ran:
        """Run a command of the product's command line on this stack."""
        program = Path(sys.executable).with_name("narrowcast")
        command = [str(program), *arguments]
        ran = subprocess.run(  # noqa: S603 - the product's own command line
            command, cwd=self.directory, capture_output=True, text=True, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def invoke(self, state: str, payload: Mapping[str, object]) -> Any:
        """Invoke a function of the stack once more; its answer, or AssertionError with what it raised."""
        answer = self.client("lambda").invoke(FunctionName=self.function(state), Payload=json.dumps(payload).encode())
        body = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, f"{state} failed: {body}"
        return body

    def function(self, folder: str) -> str:
        """The deployed name of functions/<folder>."""
        (name,) = [name for name in self.functions() if f"-{folder.replace('_', '')}function" in name.lower()]
        return name

    def functions(self) -> list[str]:
        """The deployed names of all functions."""
        return [each["FunctionName"] for each in self.client("lambda").list_functions(MaxItems=200)["Functions"]]

    def function_logs(self) -> str:
        """Everything the functions and the stages of the API have logged."""
        logs = self.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        pages = [page for g in groups for page in logs.get_paginator("filter_log_events").paginate(logGroupName=g)]
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def index(self) -> str:
        """Every document of the search index."""
        return get(f"{self.endpoints['search']}/_all/_search?size=1000").text

    def refused_body(self, refusal_id: str) -> bytes:
        """The message that was refused under this id, as it lies in the bucket."""
        bucket = self.endpoints["stack"]["ASSET_BUCKET"]
        key = f"refused/renhe/{refusal_id}"
        body: bytes = self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def dead_letters(self) -> Iterator[dict[str, Any]]:
        """Take the letters from the stream's dead letter queue."""
        url = self.endpoints["stack"]["STREAM_DEAD_LETTER_QUEUE_URL"]
        while found := self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])
