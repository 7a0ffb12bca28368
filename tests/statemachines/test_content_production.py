"""The way of one piece, run for real in an interpreter of the language; functions and people follow a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from tests.statemachines.conftest import RunWorkflow
from tests.support.workflows import Answer, RaisedError, Run

PIECE = {"hospital": "renhe", "content_id": "metformin-start"}
DRAFTED = ["GenerateDraft", "CheckFacts", "CheckCompliance", "RequestEditing"]
PUBLISHED = ["TagContent", "PublishContent"]
PASSED = {"revision": 1, "passed": True, "redraft": False}
REFUSED = {"revision": 1, "passed": False, "redraft": True}
GIVEN_UP = {"revision": 3, "passed": False, "redraft": False}
USUAL: dict[str, list[Answer]] = {"CheckFacts": [PASSED], "RequestEditing": [{"decision": "accepted"}]}


def says(*decisions: str) -> list[Answer]:
    return [{"decision": decision} for decision in decisions]


class Produce(Protocol):
    def __call__(self, answers: Mapping[str, list[Answer]], **seconds: int) -> Run: ...


@pytest.fixture
def produce(run_workflow: RunWorkflow) -> Produce:
    def run(answers: Mapping[str, list[Answer]], **seconds: int) -> Run:
        return run_workflow("content_production", PIECE, {**USUAL, **answers}, **seconds)

    return run


def test_a_signed_piece_is_tagged_and_published(produce: Produce) -> None:
    run = produce({"RequestSignature": says("signed")})

    assert run.last_state == "Published"
    assert run.visited == [*DRAFTED, "RequestSignature", *PUBLISHED]


def test_a_refused_machine_draft_is_written_again(produce: Produce) -> None:
    run = produce({"CheckFacts": [REFUSED, PASSED], "RequestSignature": says("signed")})

    assert run.visited[:4] == ["GenerateDraft", "CheckFacts", "GenerateDraft", "CheckFacts"]
    assert run.last_state == "Published"


def test_a_draft_the_machine_cannot_mend_reaches_the_editor(produce: Produce) -> None:
    run = produce({"CheckFacts": [REFUSED, GIVEN_UP], "RequestSignature": says("signed")})

    assert run.visited[2:6] == ["GenerateDraft", "CheckFacts", "CheckCompliance", "RequestEditing"]


def test_an_edited_text_is_checked_again_before_the_doctor_sees_it(produce: Produce) -> None:
    run = produce({"RequestEditing": says("edited", "accepted"), "RequestSignature": says("signed")})

    assert run.visited == [*DRAFTED, *DRAFTED[1:], "RequestSignature", *PUBLISHED]


def test_a_rejected_text_goes_back_to_the_editor_and_may_be_signed_later(produce: Produce) -> None:
    run = produce(
        {"RequestEditing": says("accepted", "edited", "accepted"), "RequestSignature": says("rejected", "signed")}
    )

    signing = [name for name in run.visited if name in ("RequestEditing", "RequestSignature", "CheckFacts")]
    assert signing[-5:] == ["RequestSignature", "RequestEditing", "CheckFacts", "RequestEditing", "RequestSignature"]
    assert run.last_state == "Published"


@pytest.mark.parametrize(
    ("silent", "late"),
    [(["RequestSignature"], "RemindSigner"), (["RequestSignature", "RemindSigner"], "EscalateSignature")],
)
def test_a_late_signature_is_as_good(produce: Produce, silent: list[str], late: str) -> None:
    nobody: dict[str, list[Answer]] = {name: [None] for name in silent}
    escalation = 1 if len(silent) > 1 else 120
    run = produce({**nobody, late: says("signed")}, SignatureReminderSeconds=1, SignatureEscalationSeconds=escalation)

    assert run.visited == [*DRAFTED, *silent, late, *PUBLISHED]


def test_nobody_signing_is_reminded_escalated_and_expired(produce: Produce) -> None:
    run = produce(
        {"RequestSignature": [None], "RemindSigner": [None], "EscalateSignature": [None]},
        SignatureReminderSeconds=1,
        SignatureEscalationSeconds=1,
        SignatureExpirySeconds=1,
    )

    assert run.visited == [*DRAFTED, "RequestSignature", "RemindSigner", "EscalateSignature", "ExpireContent"]
    assert (run.status, run.last_state) == ("SUCCEEDED", "Expired")


def test_a_piece_no_editor_touches_expires(produce: Produce) -> None:
    run = produce({"RequestEditing": [None]}, EditingSeconds=1)

    assert run.visited == [*DRAFTED, "ExpireContent"]
    assert run.last_state == "Expired"


@pytest.mark.parametrize("where", ["RequestEditing", "RequestSignature"])
def test_a_withdrawn_piece_ends_quietly(produce: Produce, where: str) -> None:
    run = produce({where: says("withdrawn")})

    assert (run.status, run.last_state) == ("SUCCEEDED", "Withdrawn")


@pytest.mark.parametrize("where", ["RequestEditing", "RequestSignature"])
def test_an_unknown_decision_never_passes_for_a_signature(produce: Produce, where: str) -> None:
    run = produce({where: says("approved")})

    assert (run.status, run.error) == ("FAILED", "DecisionUnknown")
    assert "PublishContent" not in run.visited


@pytest.mark.parametrize(
    ("function", "error", "end"),
    [
        ("GenerateDraft", "FactNotUsable", "FactsNotUsable"),
        ("CheckFacts", "FactNotUsable", "FactsNotUsable"),
        ("PublishContent", "SignatureInvalid", "SignatureBroken"),
        ("TagContent", "KeyError", "ProductionFailed"),
    ],
)
def test_a_refusal_ends_the_run_under_its_own_name(produce: Produce, function: str, error: str, end: str) -> None:
    run = produce({"RequestSignature": says("signed"), function: [RaisedError(error)]})

    assert (run.status, run.error, run.last_state) == ("FAILED", error, end)


def test_a_passing_fault_is_tried_again(produce: Produce) -> None:
    run = produce({"RequestSignature": says("signed"), "TagContent": [RaisedError("ConflictError"), {}]})

    assert run.visited[-3:] == ["TagContent", "TagContent", "PublishContent"]
    assert run.last_state == "Published"


def test_every_function_is_told_which_piece_and_only_waits_get_a_token(produce: Produce) -> None:
    run = produce({"RequestSignature": says("signed")})

    waiting = {"RequestEditing", "RequestSignature"}
    for function, payload in zip(run.visited, run.payloads, strict=True):
        told: dict[str, Any] = {key: value for key, value in payload.items() if key != "task_token"}
        assert told == PIECE
        assert ("task_token" in payload) == (function in waiting)
