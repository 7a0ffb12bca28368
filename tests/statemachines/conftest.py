from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from tests.support.workflows import REGION, Answer, Run, Script, definition, run_to_the_end


class RunWorkflow(Protocol):
    def __call__(
        self, workflow: str, given: Mapping[str, Any], answers: Mapping[str, list[Answer]], **seconds: int
    ) -> Run: ...


@pytest.fixture
def run_workflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunWorkflow]:
    """Runs a definition in moto's interpreter; its calls of Lambda end in the test's script."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        sfn = boto3.client("stepfunctions", region_name=REGION)

        def answer_task(token: str, decision: Mapping[str, Any]) -> None:
            sfn.send_task_success(taskToken=token, output=json.dumps(decision))

        def run(workflow: str, given: Mapping[str, Any], answers: Mapping[str, list[Answer]], **seconds: int) -> Run:
            script = Script(answers, answer_task)

            def invoke(parameters: Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
                return script.invoke(parameters["FunctionName"].rsplit(":", 1)[1], json.loads(parameters["Payload"]))

            monkeypatch.setattr(lambda_eval_utils, "_invoke_lambda_function", invoke)
            return run_to_the_end(sfn, definition(workflow, **seconds), given, script)

        yield run
