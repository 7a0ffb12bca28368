"""Logs whose next calls fail as scripted: throttled before the work, or the answer lost after it.

Over memory the faults are played at the port, with the retries that an SDK would make; over DynamoDB they are played
under the SDK, at its HTTP session, so that its own retries meet them. A script ends, and then all calls pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from pynamodb.connection import Connection
from urllib3 import HTTPResponse

from narrowcast.adapters.dynamodb.event_log import DynamoEventLog
from narrowcast.adapters.dynamodb.tables import connect
from narrowcast.application.ports import EventLog, UnavailableError
from narrowcast.contracts.commit import Commit, Head
from tests.support.emulator import REGION

T = TypeVar("T")
PASS, LOST, THROTTLED = "pass", "lost", "throttled"
Faults = Iterable[str]


class Flaky(Protocol):
    """A log and the faults that await it."""

    log: EventLog

    def script(self, faults: Faults) -> None:
        """Meet the next calls with these faults, in this order."""


class FlakyMemory:
    """A log in memory behind scripted faults; the memory outlives it as a table outlives a process."""

    def __init__(self, memory: EventLog, retries: int) -> None:
        self.log: EventLog = self
        self._memory, self._retries = memory, retries
        self._faults = deque[str]()

    def script(self, faults: Faults) -> None:
        self._faults = deque(faults)

    def append(self, commit: Commit) -> None:
        self._tried(lambda: self._memory.append(commit))

    def read(
        self,
        stream: str,
        *,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
        backward: bool = False,
    ) -> Iterator[Commit]:
        return self._tried(lambda: self._memory.read(stream, after=after, until=until, limit=limit, backward=backward))

    def head(self, stream: str) -> Head:
        return self._tried(lambda: self._memory.head(stream))

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Commit]:
        return self._tried(lambda: self._memory.scan(segment=segment, segments=segments))

    def _tried(self, act: Callable[[], T]) -> T:
        for _ in range(1 + self._retries):
            fault = self._faults.popleft() if self._faults else PASS
            if fault == THROTTLED:
                continue
            done = act()
            if fault == PASS:
                return done
        raise UnavailableError("memory: as scripted")


class FlakyWire:
    """The SDK's client with its HTTP session failing as scripted; processes that are started anew share it."""

    def __init__(self, endpoint_url: str, retries: int) -> None:
        self._endpoint_url, self._retries = endpoint_url, retries
        self._client = self._connection().client
        self._session = self._client._endpoint.http_session
        self._client._endpoint.http_session = self  # type: ignore[assignment]  # all that the SDK asks of one is here
        self.faults = deque[str]()

    def connect(self) -> Connection:
        """Return a fresh connection over the client: making a client anew would cost 150 ms."""
        connection = self._connection()
        connection._client = self._client
        return connection

    def send(self, request: Any) -> AWSResponse:
        """Send the SDK's request on, or fail as the wire would."""
        fault = self.faults.popleft() if self.faults else PASS
        if fault == THROTTLED:
            return _throttled(request.url)
        answer: AWSResponse = self._session.send(request)
        if fault == LOST:
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    def close(self) -> None:
        """Close the session, as the SDK does at its end."""
        self._session.close()

    def _connection(self) -> Connection:
        return connect(region=REGION, host=self._endpoint_url, retries=self._retries)


class FlakyDynamo:
    """A log in DynamoDB, as a process that has just started has it, over a flaky wire."""

    def __init__(self, wire: FlakyWire, table: str) -> None:
        self.log: EventLog = DynamoEventLog(wire.connect(), table)
        self._wire = wire

    def script(self, faults: Faults) -> None:
        self._wire.faults = deque(faults)


def _throttled(url: str) -> AWSResponse:
    body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}'
    headers = HTTPHeaders.from_dict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(url, 400, headers, HTTPResponse(BytesIO(body), preload_content=False))


@contextmanager
def hasty_sdk() -> Iterator[None]:
    """Let the SDK retry without its waits in between, and without the quota after which it would give up retrying."""
    with (
        mock.patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None)),
        mock.patch("narrowcast.adapters.dynamodb.wire.sleep"),
        mock.patch("botocore.retries.quota.RetryQuota.acquire", return_value=True),
    ):
        yield
