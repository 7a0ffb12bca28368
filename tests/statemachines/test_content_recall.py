"""The way of a recall, run in an interpreter of the language; functions and doctors follow a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from tests.statemachines.conftest import RunWorkflow
from tests.support.workflows import Answer, RaisedError, Run

RECALL = {"hospital": "renhe", "recall": "met-meal.3"}
NEEDS_CORRECTION = {"step": "correct", "batches": [0, 1]}
TO_TELL = {"step": "tell", "batches": [0, 1]}
OVER: dict[str, Any] = {"step": "over", "batches": []}
USUAL: dict[str, list[Answer]] = {
    "FindRecipients": [NEEDS_CORRECTION, TO_TELL],
    "RequestCorrection": [{"decision": "signed"}],
    "PushCorrections": [{"batch": 0, "approved": 3}],
}


class Recall(Protocol):
    def __call__(self, answers: Mapping[str, list[Answer]], **seconds: int) -> Run: ...


@pytest.fixture
def recall(run_workflow: RunWorkflow) -> Recall:
    def run(answers: Mapping[str, list[Answer]], **seconds: int) -> Run:
        return run_workflow("content_recall", RECALL, {**USUAL, **answers}, **seconds)

    return run


def test_a_signed_correction_is_told_batch_by_batch(recall: Recall) -> None:
    run = recall({})

    begin = ["CloseContent", "FindRecipients"]
    assert run.visited[:5] == [*begin, "RequestCorrection", *begin]
    assert sorted(payload["batch"] for payload in run.payloads if "batch" in payload) == [0, 1]
    assert (run.status, run.last_state) == ("SUCCEEDED", "Recalled")


def test_nothing_is_told_before_the_correction_is_signed(recall: Recall) -> None:
    run = recall({})

    assert "PushCorrections" not in run.visited[: run.visited.index("RequestCorrection") + 1]


def test_a_recall_that_concerns_nobody_ends(recall: Recall) -> None:
    run = recall({"FindRecipients": [OVER]})

    assert (run.visited, run.last_state) == (["CloseContent", "FindRecipients"], "Recalled")


def test_a_correction_that_came_to_nothing_is_asked_for_again(recall: Recall) -> None:
    run = recall({"RequestCorrection": [{"decision": "again"}, {"decision": "signed"}]})

    assert run.visited.count("RequestCorrection") == 2
    assert run.last_state == "Recalled"


def test_a_silent_doctor_is_asked_again(recall: Recall) -> None:
    run = recall({"RequestCorrection": [None, {"decision": "signed"}]}, CorrectionSeconds=1)

    assert run.visited.count("RequestCorrection") == 2


def test_a_later_recall_takes_the_place_of_one_that_waits(recall: Recall) -> None:
    run = recall({"RequestCorrection": [{"decision": "absorbed"}]})

    assert (run.status, run.last_state) == ("SUCCEEDED", "Absorbed")
    assert "PushCorrections" not in run.visited


def test_an_unknown_decision_never_passes_for_a_signature(recall: Recall) -> None:
    run = recall({"RequestCorrection": [{"decision": "approved"}]})

    assert (run.status, run.error) == ("FAILED", "StepUnknown")


@pytest.mark.parametrize("function", ["CloseContent", "FindRecipients", "PushCorrections"])
def test_a_fault_fails_the_run_under_its_own_name(recall: Recall, function: str) -> None:
    run = recall({function: [RaisedError("KeyError")]})

    assert (run.status, run.error) == ("FAILED", "KeyError")


def test_a_passing_fault_is_tried_again(recall: Recall) -> None:
    run = recall({"CloseContent": [RaisedError("ConflictError"), {"pieces": 1}]})

    assert run.last_state == "Recalled"
