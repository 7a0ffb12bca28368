"""The only writer: it decides on what it read, and decides again when another was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.adapters.memory.time_and_ids import FixedClock, SequentialIds
from narrowcast.application.ports import ConflictError
from narrowcast.application.store import ATTEMPTS, Actor, Store, history
from narrowcast.application.streams import AGGREGATES, CONTENT, FACT, StreamKey
from narrowcast.contracts.codec import CorruptCommitError
from narrowcast.contracts.commit import Commit
from narrowcast.domain.errors import Refusal
from narrowcast.domain.fact import Fact, FactApproved, FactProposed, FactRetired, approve
from tests.support.newsroom import STATEMENT

PROPOSED = FactProposed("sg-chen", STATEMENT)
DOCTOR = Actor("doctor:sg-chen", "corr-1", "cause-1")
STREAM = FACT.stream("renhe", "f-1")


class BusyLog(MemoryEventLog):
    """A log on which others write just before one's own commit lands, `times` times."""

    def __init__(self, times: int, intrude: Callable[[], object]) -> None:
        super().__init__()
        self._times, self._intrude = times, intrude

    def append(self, commit: Commit) -> None:
        if self._times > 0:
            self._times -= 1
            self._intrude()
        super().append(commit)


def a_store(log: MemoryEventLog | None = None) -> Store:
    return Store(log or MemoryEventLog(), FixedClock(), SequentialIds())


def put(store: Store, *events: Any) -> None:
    store.execute(FACT, "renhe", "f-1", lambda _: events, DOCTOR)


def test_a_command_is_one_commit_chained_to_the_one_before() -> None:
    store = a_store()
    put(store, PROPOSED, FactApproved(1, "sg-li"))
    put(store, FactRetired("指南更新", "sg-li"))
    first, second = store.log.read(STREAM)
    assert (first.version, first.previous, second.version, second.previous) == (1, "", 2, first.hash)
    assert [(e.version, e.index, e.type) for e in history(store.log, STREAM)] == [
        (1, 0, "FactProposed"),
        (1, 1, "FactApproved"),
        (2, 0, "FactRetired"),
    ]


def test_an_event_says_who_acted_and_what_led_to_it() -> None:
    store = a_store()
    put(store, PROPOSED)
    store.execute(FACT, "renhe", "f-1", lambda _: [FactApproved(1, "sg-li")], Actor("doctor:sg-li"))
    first, second = history(store.log, STREAM)
    assert (first.actor, first.correlation_id, first.causation_id) == ("doctor:sg-chen", "corr-1", "cause-1")
    assert second.correlation_id == second.event_id.partition(".")[0]
    assert first.recorded_at == "2026-01-05T08:00:00.000000Z"


def test_a_decision_without_events_writes_nothing() -> None:
    store = a_store()
    assert store.execute(FACT, "renhe", "f-1", lambda _: (), DOCTOR).version == 0
    assert list(store.log.scan()) == []


def test_a_refusal_writes_nothing() -> None:
    store = a_store()
    with pytest.raises(Refusal):
        store.execute(FACT, "renhe", "f-1", lambda s: approve(s, doctor="sg-li"), DOCTOR)
    assert list(store.log.scan()) == []


def test_a_lost_race_is_decided_again_on_what_the_winner_left() -> None:
    seen: list[Fact] = []

    def decide(state: Fact) -> tuple[Any, ...]:
        seen.append(state)
        return (FactRetired("指南更新", "sg-li"),) if state.approved else (FactRetired("未经确认", "sg-li"),)

    log = BusyLog(0, lambda: None)
    store = a_store(log)
    put(store, PROPOSED)
    log._times, log._intrude = 1, lambda: put(store, FactApproved(1, "sg-li"))
    outcome = store.execute(FACT, "renhe", "f-1", decide, DOCTOR)
    assert [state.approved for state in seen] == [False, True]
    assert (outcome.version, outcome.events) == (3, (FactRetired("指南更新", "sg-li"),))


def test_after_five_lost_races_the_conflict_is_told() -> None:
    log = BusyLog(0, lambda: None)
    store = a_store(log)
    put(store, PROPOSED)
    rival = replace(store, ids=SequentialIds())

    def intrude() -> None:
        times, log._times = log._times, 0
        put(rival, FactApproved(1, "sg-li"))
        log._times = times

    log._times, log._intrude = ATTEMPTS, intrude
    with pytest.raises(ConflictError, match=f"lost {ATTEMPTS} races"):
        put(store, FactRetired("指南更新", "sg-li"))


def test_a_state_can_be_read_as_it_was() -> None:
    store = a_store()
    put(store, PROPOSED)
    put(store, FactApproved(1, "sg-li"))
    assert not store.load(FACT, "renhe", "f-1", until=1).state.approved
    assert store.load(FACT, "renhe", "f-1").state.approved


@pytest.mark.parametrize("change", [{"payload": b"[]"}, {"previous": "0" * 64}, {"recorded_at": "2027-01-01"}])
def test_a_damaged_stream_is_not_folded(change: dict[str, Any]) -> None:
    log = MemoryEventLog()
    store = a_store(log)
    put(store, PROPOSED)
    put(store, FactApproved(1, "sg-li"))
    log._streams[STREAM][1] = replace(log._streams[STREAM][1], **change)
    with pytest.raises(CorruptCommitError, match="renhe/fact#f-1 version 2"):
        store.load(FACT, "renhe", "f-1")


class TestStreamKeys:
    def test_every_aggregate_has_its_streams(self) -> None:
        for name, aggregate in AGGREGATES.items():
            assert StreamKey.parse(aggregate.stream("renhe", "x#1/2")) == StreamKey("renhe", name, "x#1/2")

    @pytest.mark.parametrize("stream", ["", "renhe", "renhe/content", "renhe/content#", "/content#c", "renhe/cat#c"])
    def test_anything_else_is_no_stream(self, stream: str) -> None:
        with pytest.raises(ValueError, match="not a stream key"):
            StreamKey.parse(stream)


def test_pieces_of_two_hospitals_stand_apart() -> None:
    assert CONTENT.stream("renhe", "c-1") != CONTENT.stream("kangning", "c-1")
