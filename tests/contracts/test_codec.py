"""Events to bytes and back. What we did not write is named corrupt, never guessed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrowcast.contracts import codec
from narrowcast.contracts.codec import CorruptCommitError, decode, encode, events_of, timestamp
from narrowcast.contracts.registry import EVENTS, NAMES
from tests.support.written_events import CIRCUMSTANCES, commit_of, entry, samples, sealed

PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=6),
    int: st.integers(0, 2**53 - 1),
    bool: st.booleans(),
    date: st.dates(),
    time: st.times(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return any value of a type that events are made of."""
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is UnionType:
        return st.one_of([values_of(each) for each in get_args(hint)])
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: values_of(hints[field.name]) for field in fields(hint)})
    assert issubclass(hint, Enum)
    return st.sampled_from(hint)


EVENT = st.one_of([values_of(event_class) for event_class, _ in EVENTS.values()])


@given(st.lists(EVENT, min_size=1, max_size=4))
def test_what_is_written_is_read_back_and_written_again_to_the_same_bytes(events: list[Any]) -> None:
    payload = encode(events, "c-1", CIRCUMSTANCES)
    envelopes = decode(sealed(payload))
    assert [envelope.event for envelope in envelopes] == events == events_of(sealed(payload))
    assert encode([envelope.event for envelope in envelopes], "c-1", CIRCUMSTANCES) == payload


def test_each_event_class_has_one_name() -> None:
    assert len(NAMES) == len(EVENTS)
    assert all(event_class.__name__ == name for name, (event_class, _) in EVENTS.items())


def test_an_envelope_says_where_the_event_stands_and_how_it_came_about() -> None:
    commit = sealed(encode([_event("DraftAccepted"), _event("ContentExpired")], "c-1", CIRCUMSTANCES), version=7)
    _, second = decode(commit)
    assert (second.stream, second.version, second.index, second.event_id) == ("renhe/content#c-1", 7, 1, "c-1.1")
    assert (second.type, second.schema_version) == ("ContentExpired", 1)
    assert (second.actor, second.correlation_id, second.causation_id) == ("editor:ed-1", "c-1", "e-0")
    assert (second.occurred_at, second.recorded_at) == (CIRCUMSTANCES.occurred_at, CIRCUMSTANCES.recorded_at)


def _event(name: str) -> Any:
    [data] = [sample.data for sample in samples() if sample.name == name]
    return msgspec.convert(data, EVENTS[name][0])


def test_the_bytes_do_not_hang_on_the_order_of_keys() -> None:
    [payload] = msgspec.json.decode(encode([_event("ContentTagged")], "c-1", CIRCUMSTANCES))
    turned = {key: payload[key] for key in reversed(payload)} | {"data": dict(reversed(payload["data"].items()))}
    [event] = decode(sealed(msgspec.json.encode([turned])))
    assert encode([event.event], "c-1", CIRCUMSTANCES) == commit_of(payload).payload


def test_what_is_written_today_is_read_without_a_detour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(codec, "upcast")
    assert events_of(sealed(encode([_event("ContentTagged")], "c-1", CIRCUMSTANCES))) == [_event("ContentTagged")]


EXPIRED = entry("ContentExpired", 1, {"reason": "late"})


@pytest.mark.parametrize(
    "entries",
    [
        [entry("ContentBurnt", 1, {"reason": "late"})],
        [entry("ContentExpired", 2, {"reason": "late"})],
        [entry("ContentExpired", 0, {"reason": "late"})],
        [entry("ContentExpired", "1", {"reason": "late"})],
        [entry("ContentExpired", 1, {"reason": "late", "patient_name": "王秀兰"})],
        [entry("GuidePushed", 1, {"push_id": "g.1", "channel": "pigeon"})],
        [entry("ContentExpired", 1, {"reason": 7})],
        [entry("ContentExpired", 1, {})],
        [entry("ContentExpired", 1, None)],
        [entry("ConsentGiven", 1, {})],
        [{key: value for key, value in EXPIRED.items() if key != "actor"}],
        [EXPIRED, None],
        {"0": EXPIRED},
        7,
    ],
)
def test_what_nobody_of_us_wrote_is_corrupt(entries: Any) -> None:
    for read in (decode, events_of):
        with pytest.raises(CorruptCommitError, match=r"renhe/content#c-1 version 1: \w+"):
            read(sealed(msgspec.json.encode(entries)))


@pytest.mark.parametrize("payload", [b"", b"[", b"\xff\xfe", b"[{}]", b"null", b"[" * 5000])
def test_bytes_that_are_no_payload_are_corrupt(payload: bytes) -> None:
    with pytest.raises(CorruptCommitError):
        decode(sealed(payload))


def test_times_are_written_in_utc_to_the_microsecond() -> None:
    assert timestamp(datetime(2026, 1, 5, 8, tzinfo=UTC)) == "2026-01-05T08:00:00.000000Z"


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_as_written_sort_as_they_passed(one: datetime, other: datetime) -> None:
    assert (timestamp(one) < timestamp(other)) == (one < other)
