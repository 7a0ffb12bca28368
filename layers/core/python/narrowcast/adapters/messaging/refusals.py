"""Tells what SES and SNS refuse for good, what they certainly did not take, and what nobody knows.

Never repeats what they said: they quote addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from narrowcast.adapters.aws_faults import code_of
from narrowcast.application.ports import InDoubtError, UnavailableError, UndeliverableError

_REFUSED_FOR_GOOD = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "MessageRejected", "OptedOut", "ParamValidationError"}
)
_SERVER_FAULT, _NOT_ACCEPTED = 500, 503


@contextmanager
def told_apart(service: str, effect: str) -> Iterator[None]:
    """Raise UndeliverableError for what is refused because of the message, UnavailableError for other refusals.

    A wrong right or sender is of the second sort: it is ours to repair, and the message may still arrive then.
    InDoubtError if the service was asked and its answer does not say, or did not come: it may have taken the message.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as fault:
        if code_of(fault) in _REFUSED_FOR_GOOD:
            raise UndeliverableError(f"{service}: {code_of(fault)}") from None
        if _was_refused(fault):
            raise UnavailableError(f"{service}: {code_of(fault)}") from None
        raise InDoubtError(effect) from None


def _was_refused(fault: Exception) -> bool:
    """Whether the call certainly had no effect: refused with 4xx or 503, or never heard."""
    if isinstance(fault, ClientError):
        status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status < _SERVER_FAULT or status == _NOT_ACCEPTED
    return isinstance(fault, (ConnectTimeoutError, EndpointConnectionError))
