"""One name in all its homes: the state, its function's folder, its substitution, its handler's words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.source import FUNCTIONS, ROOT, syntax

WORKFLOWS = sorted((ROOT / "statemachines").glob("*.asl.json"))
OUTSIDE_WORKFLOWS = {
    "api",
    "authorize_client",
    "dispatch_events",
    "erase_conversations",
    "project_events",
    "reconcile_workflows",
    "remind_staff",
    "seal_log",
}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def tasks(file: Path) -> dict[str, str]:
    """Return each task state of a workflow and the substitution that names its function."""
    text = re.sub(r'(?<!")\$\{(\w+)\}(?!")', "1", re.sub(r'"\$\{(\w+)\}"', r'"\1"', file.read_text("utf-8")))
    states = all_states(json.loads(text))
    return {name: each["Parameters"]["FunctionName"] for name, each in states if each["Type"] == "Task"}


def all_states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the states of a machine, those within its maps too."""
    for name, state in machine["States"].items():
        yield name, state
        yield from all_states(state["ItemProcessor"]) if "ItemProcessor" in state else ()


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_each_task_calls_the_function_of_its_own_name(file: Path) -> None:
    assert tasks(file) == {state: f"{state}FunctionArn" for state in tasks(file)}
    assert tasks(file)


def test_each_function_is_a_state_or_one_of_those_that_stand_outside() -> None:
    states = {snake(state) for file in WORKFLOWS for state in tasks(file)}
    folders = {folder.name for folder in FUNCTIONS.iterdir() if any(folder.glob("*.py"))}
    assert folders == states | OUTSIDE_WORKFLOWS


@pytest.mark.parametrize("state", sorted({state for file in WORKFLOWS for state in tasks(file)}))
def test_a_states_handler_says_which_state_it_is(state: str) -> None:
    handler = syntax(FUNCTIONS / snake(state) / "handler.py")
    assert (ast.get_docstring(handler) or "").startswith(f"State {state}: ")
    assert "handler" in {node.name for node in handler.body if isinstance(node, ast.FunctionDef)}


def test_a_function_folder_holds_its_handler_and_nothing_else() -> None:
    extra = [
        file.relative_to(ROOT)
        for folder in FUNCTIONS.iterdir()
        if folder.name != "api"
        for file in folder.rglob("*.py")
        if file.name != "handler.py"
    ]
    assert extra == []
