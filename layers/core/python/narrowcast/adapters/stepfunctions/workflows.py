"""Starts and answers executions. What happens inside them is in the state machines."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from botocore.exceptions import ClientError

from narrowcast.adapters.aws_faults import code_of, passing_faults_are_unavailable

if TYPE_CHECKING:  # the stubs are not shipped to the functions
    from mypy_boto3_stepfunctions import SFNClient

_NAME_LIMIT = 80
_DIGEST = 16
_FORBIDDEN = re.compile(r"[^0-9A-Za-z._-]")
_NOBODY_WAITS = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctionsWorkflows:
    """Workflows on Step Functions; `machines` gives the ARN of each process.

    A Standard execution's name stays taken for 90 days. Express knows no taken names: on AWS a repeated start runs
    again, and the process must bear it.
    """

    def __init__(self, client: SFNClient, machines: Mapping[str, str]) -> None:
        self._client = client
        self._machines = machines

    def start(self, process: str, name: str, data: Mapping[str, object]) -> None:
        with passing_faults_are_unavailable("states"):
            try:
                self._client.start_execution(
                    stateMachineArn=self._machines[process], name=execution_name(name), input=_json(data)
                )
            except self._client.exceptions.ExecutionAlreadyExists:
                return

    def answer(self, token: str, output: Mapping[str, object]) -> bool:
        with passing_faults_are_unavailable("states"):
            try:
                self._client.send_task_success(taskToken=token, output=_json(output))
            except ClientError as fault:
                if code_of(fault) in _NOBODY_WAITS:
                    return False
                raise
        return True

    def running(self, process: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._machines[process], statusFilter="RUNNING"
        )
        with passing_faults_are_unavailable("states"):
            for page in pages:
                for execution in page["executions"]:
                    yield _given_name(execution["name"])


def execution_name(name: str) -> str:
    """Return the name as Step Functions takes it: other characters than 0-9 A-Z a-z . _ - as `=XX` in UTF-8.

    A name over 80 characters is cut and ends in its digest, and `running` cannot give it back as it was.
    """
    escaped = _FORBIDDEN.sub(lambda found: "".join(f"={byte:02X}" for byte in found[0].encode()), name)
    if len(escaped) <= _NAME_LIMIT:
        return escaped
    return f"{escaped[: _NAME_LIMIT - _DIGEST - 1]}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]}"


def _given_name(execution: str) -> str:
    return unquote(execution.replace("=", "%"))


def _json(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
