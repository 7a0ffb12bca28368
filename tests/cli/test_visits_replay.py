"""`narrowcast visits replay`: what it says when there is nothing to send, or nobody to send it to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrowcast.cli import main

STACK = {"api": "http://127.0.0.1:9/live", "aws": "http://127.0.0.1:9", "tokens": {"his": "k"}, "stack": {}}


@pytest.fixture
def endpoints(tmp_path: Path) -> Path:
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps(STACK), encoding="utf-8")
    return file


def test_without_a_stack_the_way_to_start_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visits", "replay", str(tmp_path), "--endpoints", str(tmp_path / "none.json")]) == 2
    assert "make up" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"api": "http://127.0.0.1:9"}'])
def test_a_damaged_description_of_the_stack_is_named(
    content: str, endpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoints.write_text(content, encoding="utf-8")
    assert main(["visits", "replay", str(endpoints), "--endpoints", str(endpoints)]) == 2
    assert "does not describe a stack" in capsys.readouterr().err


def test_a_path_that_does_not_exist_is_named(
    endpoints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["visits", "replay", str(tmp_path / "missing"), "--endpoints", str(endpoints)]) == 2
    assert "missing does not exist" in capsys.readouterr().err


def test_an_empty_folder_has_nothing_to_send(
    endpoints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["visits", "replay", str(tmp_path / "empty"), "--endpoints", str(endpoints)]) == 2
    assert "no messages in" in capsys.readouterr().err


def test_a_stack_that_does_not_answer_is_named(endpoints: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visits", "replay", str(endpoints), "--endpoints", str(endpoints)]) == 2
    assert "http://127.0.0.1:9/live does not answer" in capsys.readouterr().err
