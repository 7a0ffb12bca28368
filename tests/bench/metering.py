"""Counts the calls that leave this process, and what DynamoDB would charge for them.

Every HTTP request is seen where botocore hands it to the wire, and, for what does not go through botocore, where
urllib3 does. Units are computed from the bytes as DynamoDB documents it: an item is its attribute names and values; a
write costs a unit per begun KB of the item, a strongly consistent read one per begun 4 KB of all items read, an
eventually consistent one half. The emulator's own figures are not used.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from botocore.httpsession import URLLib3Session
from urllib3.connectionpool import HTTPConnectionPool

WRITE_UNIT, READ_UNIT = 1024, 4096
_SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "TrentService": "kms",
    "AWSStepFunctions": "states",
    "secretsmanager": "secretsmanager",
}
_CHARGED_WRITES = frozenset({"BatchWriteItem", "PutItem", "DeleteItem", "UpdateItem"})
Wire = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: who made it, of which service; for DynamoDB also the table, the units and the item put."""

    function: str
    service: str
    operation: str
    table: str = ""
    write_units: float = 0
    read_units: float = 0
    item: Wire | None = None
    status: int = 200


@dataclass
class Meter:
    """Keeps the calls made inside `counting`; `within` names who makes them."""

    calls: list[Call] = field(default_factory=list)
    function: str = ""

    @contextmanager
    def within(self, function: str) -> Iterator[None]:
        """Note the calls of the block under a function's name."""
        outer, self.function = self.function, function
        try:
            yield
        finally:
            self.function = outer

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count until the block ends."""
        with self._counting_aws(), self._counting_the_rest():
            yield

    def _counting_aws(self) -> Any:
        send = URLLib3Session.send

        @wraps(send)
        def counted(session: URLLib3Session, request: Any) -> Any:
            answer = send(session, request)
            self.calls.append(aws_call(self.function, request, answer))
            return answer

        return patch.object(URLLib3Session, "send", counted)

    def _counting_the_rest(self) -> Any:
        urlopen = HTTPConnectionPool.urlopen

        @wraps(urlopen)
        def counted(pool: HTTPConnectionPool, method: str, url: str, *given: Any, **named: Any) -> Any:
            answer = urlopen(pool, method, url, *given, **named)
            if "headers" not in named or not _is_aws(named["headers"] or {}):
                operation = f"{method} {urlsplit(url).path}"
                self.calls.append(Call(self.function, f"{pool.host}:{pool.port}", operation, status=answer.status))
            return answer

        return patch.object(HTTPConnectionPool, "urlopen", counted)


def _is_aws(headers: Wire) -> bool:
    """Whether botocore made the request: it was counted there."""
    return any(name.lower() == "amz-sdk-invocation-id" for name in headers)


def aws_call(function: str, request: Any, answer: Any) -> Call:
    """Return what a request of botocore was, and what it costs."""
    target = _text(request.headers.get("X-Amz-Target", ""))
    if not target:
        body = parse_qs(_text(request.body or b""))
        return Call(function, "query", body.get("Action", [request.method])[0], status=answer.status_code)
    prefix, operation = target.split(".")
    service = _SERVICES.get(prefix, prefix)
    asked = json.loads(_text(request.body))
    if service != "dynamodb":
        return Call(function, service, operation, status=answer.status_code)
    told = json.loads(answer.content or b"{}")
    return Call(
        function,
        service,
        operation,
        asked.get("TableName", ""),
        write_units=write_units(asked) if operation in _CHARGED_WRITES else 0,
        read_units=read_units(asked, told) if operation in ("GetItem", "Query", "Scan") else 0,
        item=asked.get("Item"),
        status=answer.status_code,
    )


def write_units(asked: Wire) -> float:
    """Return the units of a put; a refused condition costs as much. Of a row that shrinks, the larger state counts.

    A batch costs what its puts cost one by one.
    """
    if "RequestItems" in asked:
        puts = (each["PutRequest"] for of_table in asked["RequestItems"].values() for each in of_table)
        return sum(map(write_units, puts))
    return units(item_size(asked.get("Item") or asked.get("Key") or {}), WRITE_UNIT)


def read_units(asked: Wire, told: Wire) -> float:
    """Return the units of a read; finding nothing costs one read of the smallest size."""
    items = told.get("Items") or [told.get("Item") or {}]
    whole = units(sum(item_size(item) for item in items), READ_UNIT)
    return whole if asked.get("ConsistentRead") else whole / 2


def units(size: int, step: int) -> int:
    """Return how many steps are begun: at least one."""
    return max(1, -(-size // step))


def item_size(item: Wire) -> int:
    """Return an item's size in bytes."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Wire) -> int:
    """Return the size of an attribute's value, given as it travels: {"S": "…"}."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(base64.b64decode(content))
    if kind == "N":
        return number_size(str(content))
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + value_size(each) for each in content)
    return 1 if kind in ("BOOL", "NULL") else sum(value_size({kind[0]: each}) for each in content)


def number_size(digits: str) -> int:
    """Return the size of a number: a byte per two significant digits, one more, and one for a minus."""
    significant = digits.lstrip("-").replace(".", "").strip("0")
    return 1 + -(-len(significant) // 2) + digits.startswith("-")


def _text(raw: bytes | str) -> str:
    return raw.decode() if isinstance(raw, bytes) else raw
