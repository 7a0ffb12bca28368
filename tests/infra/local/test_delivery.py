"""Delivery keeps AWS's promises: in order, at least once, nothing blocked for ever, nothing lost unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.delivery import Delivery, Record, handled_in_front, pause_after, sequence_number
from infra.local.mappings import Mapping

MAPPING = Mapping(function="arn:aws:lambda:::function:f", stream="arn:stream", retries=2, bisect=True)


def records(*numbers: int) -> list[Record]:
    return [{"dynamodb": {"SequenceNumber": str(number)}} for number in numbers]


def numbers(batch: Sequence[Record]) -> list[int]:
    return [int(sequence_number(record)) for record in batch]


@dataclass
class Stage:
    """A function with poisonous records, and everything delivery did with it."""

    poison: frozenset[int] = frozenset()
    reports_failures: bool = False
    stop_after: int | None = None
    calls: list[list[int]] = field(default_factory=list)
    position: int = 0
    parked: list[list[int]] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)

    def invoke(self, batch: Sequence[Record]) -> int:
        self.calls.append(numbers(batch))
        bad = [index for index, number in enumerate(numbers(batch)) if number in self.poison]
        if not bad:
            return len(batch)
        return bad[0] if self.reports_failures else 0

    def advance(self, record: Record) -> None:
        assert int(sequence_number(record)) >= self.position, "the position never goes back"
        self.position = int(sequence_number(record))

    def park(self, batch: Sequence[Record], attempts: int) -> None:
        self.parked.append(numbers(batch))
        self.attempts.append(attempts)

    def pause(self, _: float) -> bool:
        return self.stop_after is not None and len(self.calls) >= self.stop_after

    def delivery(self, mapping: Mapping = MAPPING) -> Delivery:
        return Delivery(mapping, self.invoke, self.advance, self.park, self.pause)


def test_a_good_batch_is_delivered_in_one_call() -> None:
    stage = Stage()
    assert stage.delivery().deliver(records(1, 2, 3))
    assert stage.calls == [[1, 2, 3]]
    assert stage.position == 3


def test_bisecting_parks_the_poisonous_record_alone_and_lets_the_rest_pass() -> None:
    stage = Stage(poison=frozenset({3}))
    assert stage.delivery().deliver(records(1, 2, 3, 4, 5))
    assert stage.parked == [[3]]
    assert stage.position == 5
    assert [4, 5] in stage.calls


def test_a_record_is_tried_once_and_then_as_often_as_retries_allow() -> None:
    stage = Stage(poison=frozenset({1}))
    stage.delivery().deliver(records(1))
    assert stage.calls == [[1], [1], [1]]
    assert stage.attempts == [3]


def test_splitting_uses_up_no_retry() -> None:
    stage = Stage(poison=frozenset({3}))
    stage.delivery().deliver(records(1, 2, 3, 4, 5))
    assert stage.calls.count([3]) == 3
    assert stage.attempts == [3]


def test_without_bisecting_the_whole_batch_is_parked() -> None:
    stage = Stage(poison=frozenset({2}))
    stage.delivery(replace(MAPPING, bisect=False)).deliver(records(1, 2, 3))
    assert stage.calls == [[1, 2, 3]] * 3
    assert stage.parked == [[1, 2, 3]]
    assert stage.position == 3


def test_records_before_a_reported_failure_are_not_delivered_again() -> None:
    stage = Stage(poison=frozenset({3}), reports_failures=True)
    stage.delivery().deliver(records(1, 2, 3, 4))
    assert sum(1 in call for call in stage.calls) == 1
    assert stage.parked == [[3]]
    assert stage.position == 4


def test_retries_without_end_never_park() -> None:
    stage = Stage(poison=frozenset({1}), stop_after=20)
    assert not stage.delivery(replace(MAPPING, retries=None)).deliver(records(1, 2))
    assert stage.parked == []
    assert len(stage.calls) == 20


def test_a_stop_in_the_middle_leaves_the_position_before_what_failed() -> None:
    stage = Stage(poison=frozenset({2}), reports_failures=True, stop_after=2)
    assert not stage.delivery().deliver(records(1, 2, 3))
    assert stage.position == 1


def test_a_filter_keeps_records_from_the_function_and_the_position_passes_them() -> None:
    stage = Stage()
    only_second = replace(MAPPING, filters=({"dynamodb": {"SequenceNumber": ["2"]}},))
    assert stage.delivery(only_second).deliver(records(1, 2, 3))
    assert stage.calls == [[2]]
    assert stage.position == 3


def test_a_batch_filtered_away_calls_nobody() -> None:
    stage = Stage()
    assert stage.delivery(replace(MAPPING, filters=({"eventName": ["REMOVE"]},))).deliver(records(1, 2))
    assert stage.calls == []
    assert stage.position == 2


@given(
    poison=st.frozensets(st.integers(1, 12)), size=st.integers(1, 12), reports=st.booleans(), retries=st.integers(0, 3)
)
def test_bisecting_always_parks_exactly_the_poison_and_delivers_the_rest_in_order(
    poison: frozenset[int], size: int, *, reports: bool, retries: int
) -> None:
    stage = Stage(poison=poison, reports_failures=reports)
    assert stage.delivery(replace(MAPPING, retries=retries)).deliver(records(*range(1, size + 1)))
    bad = [number for number in range(1, size + 1) if number in poison]
    assert [number for batch in stage.parked for number in batch] == bad
    done = [number for call in stage.calls if not poison & set(call) for number in call]
    assert set(range(1, size + 1)) - set(bad) <= set(done) | _in_front(stage.calls, poison)
    assert stage.position == size


def _in_front(calls: list[list[int]], poison: frozenset[int]) -> set[int]:
    """Records a function handled before it met the poison it reported."""
    handled = set[int]()
    for call in calls:
        stop = next((index for index, number in enumerate(call) if number in poison), len(call))
        handled |= set(call[:stop])
    return handled


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, 3),
        ({}, 3),
        ({"batchItemFailures": []}, 3),
        ({"batchItemFailures": [{"itemIdentifier": "2"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, 0),
        ({"batchItemFailures": [{}]}, 0),
    ],
)
def test_reported_failures_count_from_the_first_of_them(answer: Any, expected: int) -> None:
    assert handled_in_front(replace(MAPPING, partial_failures=True), records(1, 2, 3), answer) == expected


def test_reports_are_ignored_when_the_mapping_does_not_ask_for_them() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert handled_in_front(MAPPING, records(1, 2), answer) == 2


def test_pauses_grow_to_a_limit_and_progress_ends_them() -> None:
    pauses = [pause_after(failures) for failures in range(1, 10)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pauses[-2]
    assert pause_after(0) == 0
