"""The commands answer with exit codes that a Makefile or a script can rely on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.__main__ import main
from infra.local.home import Home


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Commands work on the directory they are called in."""
    monkeypatch.chdir(tmp_path)
    home = Home(tmp_path)
    home.make()
    return home


def test_a_stack_that_does_not_run_has_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert capsys.readouterr().out.split() == [
        "aws", "stopped", "search", "stopped", "outbox", "stopped", "pump", "stopped",
    ]  # fmt: skip


def test_a_component_that_died_is_reported_as_crashed(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    dead = {"pid": 2**22 + 1, "started": "1"}
    alive = {"pid": os.getpid(), "started": processes.start_time(os.getpid())}
    home.processes.write_text(json.dumps({"aws": alive, "search": alive, "outbox": alive, "pump": dead}))
    assert main(["status"]) == 1
    assert "pump     crashed" in capsys.readouterr().out


def test_all_components_running_is_status_0(home: Home) -> None:
    alive = {"pid": os.getpid(), "started": processes.start_time(os.getpid())}
    home.processes.write_text(json.dumps(dict.fromkeys(("aws", "search", "outbox", "pump"), alive)))
    assert main(["status"]) == 0


def test_stopping_what_does_not_run_is_no_error() -> None:
    assert main(["down"]) == 0


def test_a_reset_keeps_nothing_but_the_ports(home: Home) -> None:
    home.ports.write_text('{"aws": 20000}')
    home.outbox.write_text("{}\n")
    assert main(["reset"]) == 0
    assert sorted(entry.name for entry in home.root.iterdir()) == ["lock", "ports.json"]


def test_a_token_needs_a_running_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "--role", "doctor"]) == 1
    assert "no stack" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["token"], ["token", "--role", "patient"]])
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_logs_are_printed_with_the_name_of_their_writer(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (home.logs / "pump.log").write_text("feeding 2 functions\nhalf a li")
    assert main(["logs", "--once"]) == 0
    assert capsys.readouterr().out == "pump                | feeding 2 functions\n"
