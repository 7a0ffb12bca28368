"""What must hold of every definition, whatever it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.naming import function_arn_substitution, pascal
from infra.settings import Settings, cdk_context
from infra.stacks.functions import plans
from tests.support.workflows import DEFINITIONS, definition, substitutions

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
PLANS = plans(Settings.of(cdk_context()["narrowcast"]))
WORKFLOWS = sorted(path.name.removesuffix(".asl.json") for path in DEFINITIONS.glob("*.asl.json"))
TRANSIENT = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "ConflictError",
    "UnavailableError",
}


def all_states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the states of a machine, those within its maps too."""
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from all_states(state["ItemProcessor"])


TASKS = [
    pytest.param(state, name, id=f"{workflow}-{name}")
    for workflow in WORKFLOWS
    for name, state in all_states(definition(workflow))
    if state["Type"] == "Task"
]
STATES = [
    pytest.param(state, id=f"{workflow}-{name}")
    for workflow in WORKFLOWS
    for name, state in all_states(definition(workflow))
]


def targets(state: dict[str, Any]) -> set[str]:
    rules = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {rule[key] for rule in rules for key in ("Next", "Default") if key in rule}


@pytest.mark.parametrize(("state", "name"), TASKS)
def test_a_task_is_named_as_its_function(state: dict[str, Any], name: str) -> None:
    called = state["Parameters"]["FunctionName"].rsplit(":", 1)[1]
    folder = next(function for function in PLANS if pascal(function) == name)

    assert called == name
    assert (FUNCTIONS / folder / "handler.py").is_file()


@pytest.mark.parametrize(("state", "name"), TASKS)
def test_a_task_ends_in_time_and_outlasts_its_function(state: dict[str, Any], name: str) -> None:
    plan = next(plan for function, plan in PLANS.items() if pascal(function) == name)

    assert state["TimeoutSeconds"] > plan.timeout


@pytest.mark.parametrize(("state", "name"), TASKS)
def test_a_task_tries_again_after_passing_faults_with_jitter(state: dict[str, Any], name: str) -> None:
    retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}

    assert retried >= TRANSIENT, name
    assert all(retry["JitterStrategy"] == "FULL" and retry["MaxDelaySeconds"] for retry in state["Retry"])


@pytest.mark.parametrize(("state", "name"), TASKS)
def test_a_task_catches_what_is_left(state: dict[str, Any], name: str) -> None:
    assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name


@pytest.mark.parametrize(("state", "name"), TASKS)
def test_a_wait_is_never_lengthened_by_a_retry(state: dict[str, Any], name: str) -> None:
    waits = state["Resource"].endswith(".waitForTaskToken")
    retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}

    assert ("States.Timeout" in retried) != waits, name


@pytest.mark.parametrize("state", STATES)
def test_a_state_says_what_it_is_for(state: dict[str, Any]) -> None:
    assert len(state["Comment"]) > 20


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_state_is_reached_and_every_way_leads_somewhere(workflow: str) -> None:
    machine = definition(workflow)
    reached, open_ends = set[str](), {machine["StartAt"]}
    while open_ends:
        reached |= open_ends
        open_ends = {target for name in open_ends for target in targets(machine["States"][name])} - reached

    assert reached == set(machine["States"])


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_definition_names_functions_of_the_plan_and_no_partition(workflow: str) -> None:
    known = {function_arn_substitution(function) for function in PLANS}
    functions = {name for name in substitutions(workflow) if name.endswith("FunctionArn")}

    assert functions <= known
    assert "arn:aws" not in (DEFINITIONS / f"{workflow}.asl.json").read_text()
