"""One-time schedules that start a process, each deleted by the service once it has fired."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from narrowcast.adapters.aws_faults import passing_faults_are_unavailable

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


class EventBridgeSchedules:
    """Schedules in one group; `machines` gives the ARN of each process, `role` starts them.

    The service fires within the minute, and at least once: the process must bear being started twice.
    """

    def __init__(self, client: EventBridgeSchedulerClient, group: str, role: str, machines: Mapping[str, str]) -> None:
        self._client = client
        self._group = group
        self._role = role
        self._machines = machines

    def start_at(self, moment: datetime, process: str, name: str, data: Mapping[str, object]) -> None:
        with passing_faults_are_unavailable("scheduler"):
            try:
                self._client.create_schedule(
                    Name=name,
                    GroupName=self._group,
                    ScheduleExpression=f"at({_to_the_second(moment):%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._machines[process],
                        "RoleArn": self._role,
                        "Input": json.dumps(data, ensure_ascii=False, sort_keys=True),
                    },
                )
            except self._client.exceptions.ConflictException:
                return

    def cancel(self, name: str) -> None:
        with passing_faults_are_unavailable("scheduler"):
            try:
                self._client.delete_schedule(Name=name, GroupName=self._group)
            except self._client.exceptions.ResourceNotFoundException:
                return


def _to_the_second(moment: datetime) -> datetime:
    """Return the first whole second that is not before the moment: a schedule knows no decimals."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)
