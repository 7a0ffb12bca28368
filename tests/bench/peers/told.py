"""An event and a store of `eventsourcing`, written so that its releases 9.3 and 9.5 both take them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import DatetimeAsISO, EventStore, JSONTranscoder, Mapper, UUIDAsHex


class Told(DomainEvent):
    """What is told of a visit, with the data of our event; the library makes it a frozen dataclass."""

    kind: str
    data: dict[str, Any]


def store_on(recorder: Any) -> Any:
    """Return a store that writes events as JSON."""
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DatetimeAsISO()):
        transcoder.register(transcoding)
    return EventStore(Mapper(transcoder), recorder)


def told(stream: UUID, version: int, kind: str, data: dict[str, Any]) -> Any:
    """Return an event that is told now."""
    make: Any = Told  # its signature is made by the library's metaclass
    return make(stream, version, datetime.now(UTC), kind, data)
