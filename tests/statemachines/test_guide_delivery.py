from __future__ import annotations

from tests.statemachines.conftest import RunWorkflow
from tests.support.workflows import RaisedError

VISIT = {"hospital": "renhe", "visit_id": "v-1", "visit_version": 2}
GUIDE = {"guide_id": "g-1", "sections": 3, "push": True}


def test_a_guide_with_sections_is_pushed(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [GUIDE]})

    assert run.last_state == "Delivered"
    assert run.payloads == [VISIT, {**VISIT, "guide_id": "g-1"}]


def test_a_guide_that_tells_nothing_is_not_pushed(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [{**GUIDE, "sections": 0, "push": False}]})

    assert (run.visited, run.last_state) == (["AssembleGuide"], "NothingToPush")


def test_an_empty_guide_that_takes_back_what_was_told_is_pushed(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [{**GUIDE, "sections": 0}]})

    assert run.last_state == "Delivered"


def test_what_was_held_back_is_judged_again_for_a_patient(run_workflow: RunWorkflow) -> None:
    waiting = {"hospital": "renhe", "patient": "p-1"}

    run = run_workflow("guide_delivery", waiting, {})

    assert (run.visited[-1], run.last_state, run.payloads) == ("ReleasePushes", "Delivered", [waiting])


def test_a_reminder_whose_moment_has_come_is_asked_about(run_workflow: RunWorkflow) -> None:
    reminder = {"kind": "medication", "number": 1, "slot": "2026-01-06T08:00:00+08:00"}
    due = {"hospital": "renhe", "guide_id": "g-1", "reminder": reminder}

    run = run_workflow("guide_delivery", due, {})

    assert (run.visited[-1], run.last_state, run.payloads) == ("RemindPatient", "Delivered", [due])


def test_a_fault_fails_the_run_under_its_own_name(run_workflow: RunWorkflow) -> None:
    run = run_workflow("guide_delivery", VISIT, {"AssembleGuide": [GUIDE], "PushGuide": [RaisedError("KeyError")]})

    assert (run.status, run.error, run.last_state) == ("FAILED", "KeyError", "DeliveryFailed")
