"""Schedules start a process once, at their moment: in memory and on the emulated EventBridge Scheduler."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from narrowcast.adapters.memory.schedules import MemorySchedules
from narrowcast.adapters.scheduler.schedules import EventBridgeSchedules
from narrowcast.application.ports import Schedules
from tests.support.emulator import Emulator
from tests.support.waiting import wait_until

PROCESS = "guide_delivery"
LATER = datetime(2126, 1, 5, 8, 0, 0, 500_000, tzinfo=UTC)
DATA = {"hospital": "renhe", "visit_id": "v-1", "visit_version": 3}
ROLE = "arn:aws:iam::000000000000:role/any"
_NUMBERS = count(1)


@dataclass
class Calendar:
    """The port, and a look at what stands behind it: moment and input of each pending schedule, by name."""

    schedules: Schedules
    pending: Callable[[], dict[str, tuple[datetime, Any]]]


@pytest.fixture(params=["memory", pytest.param("scheduler", marks=pytest.mark.stack)])
def calendar(request: pytest.FixtureRequest) -> Calendar:
    if request.param == "memory":
        kept = MemorySchedules()
        return Calendar(kept, lambda: {name: (moment, data) for name, (moment, _, data) in kept.pending.items()})
    return _on_aws(request.getfixturevalue("aws"))


def _on_aws(aws: Emulator, machine: str = "arn:aws:states:cn-north-1:000000000000:stateMachine:none") -> Calendar:
    client, group = aws.client("scheduler"), f"group-{next(_NUMBERS)}"
    client.create_schedule_group(Name=group)

    def pending() -> dict[str, tuple[datetime, Any]]:
        names = [each["Name"] for each in client.list_schedules(GroupName=group)["Schedules"]]
        found = [client.get_schedule(Name=name, GroupName=group) for name in names]
        return {each["Name"]: (_moment(each), json.loads(each["Target"]["Input"])) for each in found}

    return Calendar(EventBridgeSchedules(client, group, ROLE, {PROCESS: machine}), pending)


def _moment(schedule: Any) -> datetime:
    return datetime.fromisoformat(schedule["ScheduleExpression"][3:-1]).replace(tzinfo=UTC)


def test_a_schedule_stands_until_its_moment_and_never_starts_before_it(calendar: Calendar) -> None:
    calendar.schedules.start_at(LATER, PROCESS, "v-1.3", DATA)
    [(moment, data)] = calendar.pending().values()
    assert (data, LATER <= moment < LATER + timedelta(seconds=1)) == (DATA, True)


def test_a_schedule_that_was_taken_back_is_gone_and_one_that_is_not_there_may_be_taken_back(calendar: Calendar) -> None:
    calendar.schedules.start_at(LATER, PROCESS, "v-1.3", DATA)
    calendar.schedules.start_at(LATER, PROCESS, "v-1.4", DATA)
    for name in ("v-1.3", "v-1.3", "v-never"):
        calendar.schedules.cancel(name)
    assert list(calendar.pending()) == ["v-1.4"]


def test_a_schedule_of_a_taken_name_counts_as_done(calendar: Calendar) -> None:
    calendar.schedules.start_at(LATER, PROCESS, "v-1.3", DATA)
    before = calendar.pending()
    calendar.schedules.start_at(LATER + timedelta(hours=1), PROCESS, "v-1.3", {})
    calendar.schedules.start_at(LATER, PROCESS, "v-1.4", DATA)
    assert calendar.pending()["v-1.3"] == before["v-1.3"]
    assert sorted(calendar.pending()) == ["v-1.3", "v-1.4"]


@pytest.mark.stack
def test_on_the_emulator_a_schedule_starts_the_workflow_with_its_input_and_is_gone(aws: Emulator) -> None:
    states = aws.client("stepfunctions")
    definition = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    machine = states.create_state_machine(name=f"timed-{next(_NUMBERS)}", definition=definition, roleArn=ROLE)
    calendar = _on_aws(aws, machine["stateMachineArn"])
    calendar.schedules.start_at(datetime.now(UTC), PROCESS, "v-1.3", DATA)

    def executions() -> Any:
        return states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]

    wait_until(executions)
    [execution] = executions()
    assert json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"]) == DATA
    wait_until(lambda: not calendar.pending())
