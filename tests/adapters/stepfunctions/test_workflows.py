from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from narrowcast.adapters.stepfunctions.workflows import StepFunctionsWorkflows, execution_name
from narrowcast.application.ports import UnavailableError
from tests.support.offline import offline_client

MACHINE = "arn:aws-cn:states:cn-north-1:111122223333:stateMachine:production"


@pytest.fixture(scope="module")
def client() -> Any:
    return offline_client("stepfunctions")


@pytest.fixture
def states(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def _execution(name: str) -> dict[str, Any]:
    arn = f"{MACHINE.replace('stateMachine', 'execution')}:{name}"
    started = datetime(2026, 1, 5, tzinfo=UTC)
    return {
        "executionArn": arn,
        "stateMachineArn": MACHINE,
        "name": name,
        "status": "RUNNING",
        "startDate": started,
    }


def test_every_page_of_running_executions_is_read(client: Any, states: Stubber) -> None:
    asked = {"stateMachineArn": MACHINE, "statusFilter": "RUNNING"}
    states.add_response("list_executions", {"executions": [_execution("c1.1")], "nextToken": "more"}, asked)
    states.add_response("list_executions", {"executions": [_execution("=E5=86=85.2")]}, asked | {"nextToken": "more"})
    workflows = StepFunctionsWorkflows(client, {"content_production": MACHINE})
    assert list(workflows.running("content_production")) == ["c1.1", "内.2"]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_nobody_waits_any_more_under_each_of_its_names(client: Any, states: Stubber, code: str) -> None:
    states.add_client_error("send_task_success", code, http_status_code=400)
    assert not StepFunctionsWorkflows(client, {}).answer("token", {"decision": "signed"})


def test_an_output_that_is_refused_is_not_taken_for_a_late_answer(client: Any, states: Stubber) -> None:
    states.add_client_error("send_task_success", "InvalidOutput", http_status_code=400)
    with pytest.raises(client.exceptions.InvalidOutput):
        StepFunctionsWorkflows(client, {}).answer("token", {"decision": "signed"})


def test_a_name_that_was_used_counts_as_started(client: Any, states: Stubber) -> None:
    states.add_client_error("start_execution", "ExecutionAlreadyExists", http_status_code=400)
    StepFunctionsWorkflows(client, {"content_production": MACHINE}).start("content_production", "c1.1", {})


def test_a_throttled_start_is_unavailable(client: Any, states: Stubber) -> None:
    states.add_client_error("start_execution", "ThrottlingException", http_status_code=400)
    with pytest.raises(UnavailableError):
        StepFunctionsWorkflows(client, {"content_production": MACHINE}).start("content_production", "c1.1", {})


@settings(deadline=None)
@given(st.text(min_size=1, max_size=120))
def test_any_name_becomes_one_that_step_functions_takes(name: str) -> None:
    assert re.fullmatch(r"[0-9A-Za-z._=-]{1,80}", execution_name(name))


@settings(deadline=None)
@given(st.text(min_size=1, max_size=120), st.text(min_size=1, max_size=120))
def test_different_names_stay_different(one: str, other: str) -> None:
    assert (execution_name(one) == execution_name(other)) == (one == other)


def test_a_plain_name_is_kept_so_that_an_operator_finds_it() -> None:
    assert execution_name("metformin-article.7") == "metformin-article.7"
