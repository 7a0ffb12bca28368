"""Runs a state machine's file in process: its Lambda tasks are answered by a test's script, its waits by its people."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

DEFINITIONS = Path(__file__).resolve().parents[2] / "statemachines"
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
REGION = "us-east-1"
ACCOUNT = "123456789012"
LONG_ENOUGH = 20.0
PATIENCE = 0.02

Answer = Mapping[str, Any] | Exception | None


class RaisedError(Exception):
    """What a function raised, by the name Step Functions sees."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def substitutions(workflow: str) -> set[str]:
    """Names the definition expects to be filled in."""
    return set(SUBSTITUTION.findall((DEFINITIONS / f"{workflow}.asl.json").read_text()))


def definition(workflow: str, **seconds: int) -> dict[str, Any]:
    """The definition with functions named after themselves; `seconds` fills the waits, two minutes otherwise."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("FunctionArn"):
            return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name.removesuffix('FunctionArn')}"
        return "aws" if name == "Partition" else str(seconds.get(name, 120))

    text = (DEFINITIONS / f"{workflow}.asl.json").read_text()
    filled: dict[str, Any] = json.loads(SUBSTITUTION.sub(fill, text))
    return filled


@dataclass
class Script:
    """What each function answers, call after call; the last answer is given again.

    A waiting function's answer is the decision of a person; None is a person who says nothing.
    """

    answers: Mapping[str, list[Answer]]
    answer_task: Callable[[str, Mapping[str, Any]], None]
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def invoke(self, function: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Stand in for the Lambda API."""
        times = sum(1 for name, _ in self.calls if name == function)
        self.calls.append((function, payload))
        answers = self.answers.get(function, [{}])
        answer = answers[min(times, len(answers) - 1)]
        if isinstance(answer, RaisedError):
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": {"errorType": answer.name}}
        if "task_token" in payload and isinstance(answer, Mapping):
            self.answer_task(payload["task_token"], answer)
        return {"StatusCode": 200, "Payload": answer}

    @property
    def visited(self) -> list[str]:
        """Functions in the order they were called."""
        return [name for name, _ in self.calls]


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    status: str
    error: str
    last_state: str
    visited: list[str]
    payloads: list[Mapping[str, Any]]


def run_to_the_end(sfn: SFNClient, workflow: Mapping[str, Any], given: Mapping[str, Any], script: Script) -> Run:
    """Start the definition with `given` as input and see it through."""
    role = f"arn:aws:iam::{ACCOUNT}:role/workflow"
    machine = sfn.create_state_machine(name="workflow", definition=json.dumps(workflow), roleArn=role)
    started = sfn.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(given))
    over = _wait_until_over(lambda: sfn.describe_execution(executionArn=started["executionArn"]))
    history = sfn.get_execution_history(executionArn=started["executionArn"])["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event]
    payloads = [payload for _, payload in script.calls]
    return Run(over["status"], over.get("error", ""), entered[-1], script.visited, payloads)


def _wait_until_over(describe: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The run's description once it is no longer running."""
    pause = threading.Event()
    for _ in range(int(LONG_ENOUGH / PATIENCE)):
        described = describe()
        if described["status"] != "RUNNING":
            return described
        pause.wait(PATIENCE)
    raise AssertionError("the run did not end")
