"""The aggregate recorder suite that ships in `eventsourcing`, and what it leaves open, against our log."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Repository
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    AggregateRecorder,
    DatetimeAsISO,
    EventStore,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    UUIDAsHex,
)
from eventsourcing.tests.persistence import AggregateRecorderTestCase

from narrowcast.adapters.memory.event_log import MemoryEventLog
from narrowcast.application.ports import EventLog
from tests.support.emulator import Emulator
from tests.support.log_tables import new_log_table, open_log
from tests.support.recorder import LogRecorder


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.stack)])
def log(request: pytest.FixtureRequest) -> EventLog:
    if request.param == "memory":
        return MemoryEventLog()
    aws: Emulator = request.getfixturevalue("aws")
    return open_log(aws.endpoint_url, new_log_table(aws))


@pytest.fixture
def recorder(log: EventLog) -> AggregateRecorder:
    return LogRecorder(log)


class Suite(AggregateRecorderTestCase):
    """The suite as it ships, given a recorder from outside."""

    recorder: AggregateRecorder

    def create_recorder(self) -> AggregateRecorder:
        return self.recorder


SHIPPED = sorted(name for name in dir(AggregateRecorderTestCase) if name.startswith("test"))
del AggregateRecorderTestCase  # an import of it would be collected without a recorder
Suite.__test__ = False  # type: ignore[attr-defined]  # each of its tests is run below, by name


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_aggregate_recorder_suite_passes(name: str, recorder: AggregateRecorder) -> None:
    case = Suite(name)
    case.recorder = recorder
    result = case.run()
    assert result is not None
    assert result.testsRun == 1
    assert [trace for _, trace in (*result.failures, *result.errors)] == []
    assert result.skipped == []


def test_the_suite_is_the_one_we_know() -> None:
    assert SHIPPED == ["test_insert_and_select", "test_performance"]


def events(originator: str, *versions: int) -> list[StoredEvent]:
    return [StoredEvent(originator, version, "topic", b"state-%d" % version) for version in versions]


@pytest.mark.parametrize("stale", [(1,), (2,), (3,), (4,), (2, 3), (4, 5), (3, 4, 5, 6)])
def test_a_stale_writer_loses_also_in_the_middle_of_a_packed_commit(
    recorder: AggregateRecorder, stale: tuple[int, ...]
) -> None:
    recorder.insert_events(events("a", 1))
    recorder.insert_events(events("a", 2, 3, 4))
    with pytest.raises(IntegrityError):
        recorder.insert_events(events("a", *stale))
    assert [event.originator_version for event in recorder.select_events("a")] == [1, 2, 3, 4]


def test_a_gap_in_the_versions_is_refused(recorder: AggregateRecorder) -> None:
    recorder.insert_events(events("a", 1))
    for gap in ((3,), (2, 4), (9, 10)):
        with pytest.raises(IntegrityError):
            recorder.insert_events(events("a", *gap))
    assert [event.originator_version for event in recorder.select_events("a")] == [1]


def test_events_of_two_originators_are_refused_whole_because_no_commit_spans_streams(
    recorder: AggregateRecorder,
) -> None:
    with pytest.raises(IntegrityError):
        recorder.insert_events(events("a", 1) + events("b", 1))
    assert recorder.select_events("a") == recorder.select_events("b") == []


class Ward(Aggregate):
    """An aggregate as users of `eventsourcing` write it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.admitted: list[str] = []

    @event("Admitted")
    def admit(self, pseudonym: str) -> None:
        self.admitted.append(pseudonym)


def test_aggregates_of_the_library_live_in_our_log(recorder: AggregateRecorder) -> None:
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    store = EventStore[UUID](Mapper(transcoder), recorder)
    ward, names = Ward("内分泌科"), [uuid4().hex for _ in range(30)]
    for name in names:
        ward.admit(name)
    store.put(ward.collect_events())
    ward.admit("the last")
    store.put(ward.collect_events())
    replayed: Ward = Repository(store).get(ward.id)
    assert replayed == ward
    assert replayed.admitted == [*names, "the last"]
