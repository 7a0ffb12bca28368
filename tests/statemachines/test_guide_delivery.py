from __future__ import annotations

import pytest

from tests.statemachines.conftest import RunWorkflow
from tests.support.workflows import RaisedError

VISIT = {"hospital": "renhe", "visit_id": "v-1", "visit_version": 2}
GUIDE = {"guide_id": "g-1", "sections": 3, "push": True}


def test_a_guide_with_sections_is_pushed(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [GUIDE]})

    assert run.last_state == "Delivered"
    assert run.payloads == [VISIT, {**VISIT, "guide_id": "g-1"}]


@pytest.mark.parametrize("guide", [{**GUIDE, "sections": 0}, {**GUIDE, "push": False}])
def test_an_empty_or_unchanged_guide_is_not_pushed(run_workflow: RunWorkflow, guide: dict[str, object]) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [guide]})

    assert (run.visited, run.last_state) == (["AssembleGuide"], "NothingToPush")


def test_a_fault_fails_the_run_under_its_own_name(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [GUIDE], "PushGuide": [RaisedError("KeyError")]})

    assert (run.status, run.error, run.last_state) == ("FAILED", "KeyError", "DeliveryFailed")
