from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest

from narrowcast.adapters.memory.workflows import MemoryWorkflows
from narrowcast.adapters.stepfunctions.workflows import StepFunctionsWorkflows
from narrowcast.application.ports import Workflows
from tests.support.emulator import Emulator

PROCESS = "content_production"
_NUMBERS = count(1)


@dataclass
class Processes:
    """The port, and a hand on the world behind it: opens a wait and gives its token, tells what an execution got."""

    workflows: Workflows
    wait: Callable[[str], str]
    given: Callable[[str], object]


@pytest.fixture(params=["memory", pytest.param("stepfunctions", marks=pytest.mark.stack)])
def processes(request: pytest.FixtureRequest) -> Processes:
    return _in_memory() if request.param == "memory" else _on_step_functions(request.getfixturevalue("aws"))


def _in_memory() -> Processes:
    workflows = MemoryWorkflows()

    def wait(name: str) -> str:
        workflows.start(PROCESS, name, {})
        workflows.wait(f"token of {name}")
        return f"token of {name}"

    return Processes(workflows, wait, lambda name: workflows.started[PROCESS, name])


def _on_step_functions(aws: Emulator) -> Processes:
    """Run a machine that puts its task token on a queue and waits."""
    states, sqs, name = aws.client("stepfunctions"), aws.client("sqs"), f"process-{next(_NUMBERS)}"
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    machine = states.create_state_machine(
        name=name, definition=json.dumps(_waiting_machine(queue)), roleArn="arn:aws:iam::000000000000:role/any"
    )["stateMachineArn"]
    workflows = StepFunctionsWorkflows(states, {PROCESS: machine})

    def wait(execution: str) -> str:
        workflows.start(PROCESS, execution, {})
        message = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]
        token: str = json.loads(message["Body"])["token"]
        return token

    def given(execution: str) -> object:
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{execution}"
        return json.loads(states.describe_execution(executionArn=arn)["input"])

    return Processes(workflows, wait, given)


def _waiting_machine(queue: str) -> dict[str, object]:
    return {
        "StartAt": "Wait",
        "States": {
            "Wait": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
                "TimeoutSeconds": 60,
                "End": True,
            }
        },
    }


class TestWorkflows:
    def test_a_started_execution_gets_its_input(self, processes: Processes) -> None:
        processes.workflows.start(PROCESS, "c1-1", {"hospital": "h1", "content_id": "二甲双胍"})
        assert processes.given("c1-1") == {"hospital": "h1", "content_id": "二甲双胍"}

    def test_a_name_that_was_started_is_not_started_again(self, processes: Processes) -> None:
        processes.workflows.start(PROCESS, "c1-1", {"run": 1})
        processes.workflows.start(PROCESS, "c1-1", {"run": 2})
        assert processes.given("c1-1") == {"run": 1}
        assert list(processes.workflows.running(PROCESS)) == ["c1-1"]

    @pytest.mark.parametrize("name", ["c1.7", "h1/content#c1.7", "内容 1", "a=b%41", "x" * 80])
    def test_a_running_execution_is_known_by_the_name_it_was_given(self, processes: Processes, name: str) -> None:
        processes.workflows.start(PROCESS, name, {})
        assert list(processes.workflows.running(PROCESS)) == [name]

    def test_names_that_differ_only_late_are_two_executions(self, processes: Processes) -> None:
        for name in ("x" * 90 + "1", "x" * 90 + "2"):
            processes.workflows.start(PROCESS, name, {})
        assert len(list(processes.workflows.running(PROCESS))) == 2

    def test_a_wait_is_answered_once(self, processes: Processes) -> None:
        token = processes.wait("c1-1")
        assert processes.workflows.answer(token, {"decision": "signed"})
        assert not processes.workflows.answer(token, {"decision": "rejected"})

    @pytest.mark.parametrize("token", ["bogus", "AAAAKgAAAAIAAAAAAAAAAQ=="])
    def test_nobody_waits_with_an_unknown_token(self, processes: Processes, token: str) -> None:
        assert not processes.workflows.answer(token, {"decision": "signed"})
