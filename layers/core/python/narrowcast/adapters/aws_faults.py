"""Tells AWS faults that pass from those that stay: read by every adapter that speaks to AWS, an adapter to none.

Only faults after which another try may help become UnavailableError; a denied or malformed call stays what it is, so
that it is seen and not retried for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004 - botocore's own name

from narrowcast.application.ports import UnavailableError

_SERVER_FAULT = 500
_PASSING = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ModelErrorException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def code_of(fault: BaseException | None) -> str:
    """Return the service's code of a fault, or the name of the class for one that never reached the service."""
    if isinstance(fault, ClientError):
        return str(fault.response.get("Error", {}).get("Code", ""))
    return type(fault).__name__


def passes(fault: BaseException | None) -> bool:
    """Whether another try may succeed: throttled, timed out, not reached, or broken on the server's side."""
    if isinstance(fault, ClientError):
        status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(fault) in _PASSING or status >= _SERVER_FAULT
    return isinstance(fault, (ConnectionError, HTTPClientError, IncompleteReadError))


@contextmanager
def passing_faults_are_unavailable(service: str) -> Iterator[None]:
    """Turn a passing fault of the service into UnavailableError, naming the code and nothing of the request."""
    try:
        yield
    except (ClientError, ConnectionError, HTTPClientError, IncompleteReadError) as fault:
        if not passes(fault):
            raise
        raise UnavailableError(f"{service}: {code_of(fault)}") from None
