"""Tells what SES and SNS refuse for good from everything else. Never repeats what they said: they quote addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from narrowcast.adapters.aws_faults import code_of
from narrowcast.application.ports import UnavailableError, UndeliverableError

_REFUSED_FOR_GOOD = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "MessageRejected", "OptedOut", "ParamValidationError"}
)


@contextmanager
def refused_or_unavailable(service: str) -> Iterator[None]:
    """Raise UndeliverableError for what the service refuses because of the message, UnavailableError for the rest.

    A wrong right or sender is the rest: it is ours to repair, and the message may still arrive then.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as fault:
        kind = UndeliverableError if code_of(fault) in _REFUSED_FOR_GOOD else UnavailableError
        raise kind(f"{service}: {code_of(fault)}") from None
