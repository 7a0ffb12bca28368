"""Events to bytes and back: canonical JSON, so that equal events give equal bytes; upcast before classes are built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from narrowcast.contracts.commit import Commit
from narrowcast.contracts.registry import EVENTS, NAMES
from narrowcast.contracts.schema import validate
from narrowcast.contracts.upcasters import upcast


class CorruptCommitError(Exception):
    """The stored bytes are not what a writer of this package wrote."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event and how it came about. `stream`, `version` and the place in the commit are its address."""

    event_id: str
    stream: str
    version: int
    index: int
    type: str
    schema_version: int
    occurred_at: str
    recorded_at: str
    actor: str
    correlation_id: str
    causation_id: str
    event: Any


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who acted, when, and because of what: what command handling adds to bare events. Times are UTC ISO 8601."""

    actor: str
    correlation_id: str
    causation_id: str
    occurred_at: str
    recorded_at: str


def encode(events: Sequence[object], commit_id: str, circumstances: Circumstances) -> bytes:
    """Return the payload of a commit. SchemaViolationError if an event does not fit its schema."""
    return msgspec.json.encode([_entry(e, i, commit_id, circumstances) for i, e in enumerate(events)], order="sorted")


def _entry(event: object, index: int, commit_id: str, circumstances: Circumstances) -> Mapping[str, object]:
    name = NAMES[type(event)]
    version = EVENTS[name][1]
    data = msgspec.to_builtins(event, str_keys=True)
    validate(name, version, data)
    return {
        "event_id": f"{commit_id}.{index}",
        "type": name,
        "schema_version": version,
        "actor": circumstances.actor,
        "correlation_id": circumstances.correlation_id,
        "causation_id": circumstances.causation_id,
        "occurred_at": circumstances.occurred_at,
        "data": data,
    }


class _Entry(msgspec.Struct):
    """An event as it stands in a payload, its data still bytes."""

    event_id: str
    type: str
    schema_version: int
    occurred_at: str
    actor: str
    correlation_id: str
    causation_id: str
    data: msgspec.Raw


_ENTRIES = msgspec.json.Decoder(list[_Entry])
_decoder_of = cache(msgspec.json.Decoder)


def decode(commit: Commit) -> list[Envelope]:
    """Return the commit's events as today's classes. CorruptCommitError if the payload is not ours."""
    with _naming(commit):
        return [_envelope(commit, index, entry) for index, entry in enumerate(_ENTRIES.decode(commit.payload))]


def events_of(commit: Commit) -> list[Any]:
    """Return the commit's events without their envelopes: all that a fold needs. CorruptCommitError."""
    with _naming(commit):
        return [_event_of(entry) for entry in _ENTRIES.decode(commit.payload)]


@contextmanager
def _naming(commit: Commit) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{commit.stream} version {commit.version}: {type(error).__name__}"
        raise CorruptCommitError(message) from error


def _envelope(commit: Commit, index: int, entry: _Entry) -> Envelope:
    return Envelope(
        event_id=entry.event_id,
        stream=commit.stream,
        version=commit.version,
        index=index,
        type=entry.type,
        schema_version=entry.schema_version,
        occurred_at=entry.occurred_at,
        recorded_at=commit.recorded_at,
        actor=entry.actor,
        correlation_id=entry.correlation_id,
        causation_id=entry.causation_id,
        event=_event_of(entry),
    )


def _event_of(entry: _Entry) -> Any:
    """Build the event. What is of today's version and written as we write is read straight from its bytes."""
    cls, current = EVENTS[entry.type]
    if entry.schema_version == current:
        event = _decoder_of(cls).decode(entry.data)
        if msgspec.json.encode(event, order="sorted") == bytes(entry.data):
            return event
    data = msgspec.json.decode(entry.data)
    return _event(cls, upcast(entry.type, entry.schema_version, data, to=current, recorded=entry.occurred_at))


def _event(cls: type, data: Mapping[str, object]) -> Any:
    """Build the event; ValueError unless it says all that the data says: msgspec would pass over unknown fields."""
    event: Any = msgspec.convert(data, cls)
    if msgspec.json.encode(event, order="sorted") != msgspec.json.encode(data, order="sorted"):
        message = f"the data is not that of a {cls.__name__}"
        raise ValueError(message)
    return event


def timestamp(moment: datetime) -> str:
    """Return a UTC moment as ISO 8601 with microseconds and Z."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
