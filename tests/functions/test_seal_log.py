"""The daily function counts what it sealed and what it refused to seal: the alarms look at nothing else."""

from __future__ import annotations

import json
import runpy
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast.application.sealing import NewRoot
from narrowcast.application.verification import Fault
from narrowcast.contracts.root import Root
from narrowcast.runtime import bootstrap, observability
from tests.support.source import FUNCTIONS

SEALED = NewRoot("renhe", Root("renhe", 1, "", "2026-01-05T18:10:00Z", 1, 3, 1, "0" * 64), "ab" * 32)
REFUSED = NewRoot("kangning", faults=(Fault("kangning/visit#v-1", 2, "version 2 is missing"),))


def sealing(made: list[NewRoot], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the function; return its answer and the metrics that it printed."""
    composition = SimpleNamespace(sealer=SimpleNamespace(seal=lambda: made))
    monkeypatch.setattr(bootstrap, "composition", lambda: composition)
    monkeypatch.setattr(observability.metrics, "namespace", "Narrowcast")
    monkeypatch.setattr(observability.metrics, "service", "seal_log")
    context = SimpleNamespace(
        function_name="seal_log", memory_limit_in_mb=1, invoked_function_arn="arn", aws_request_id="r-1"
    )
    answer = runpy.run_path(str(FUNCTIONS / "seal_log/handler.py"))["handler"]({}, context)
    [printed] = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return answer, json.loads(printed)


def test_what_was_sealed_and_what_was_refused_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, metrics = sealing([SEALED, REFUSED], monkeypatch, capsys)
    assert answer == {"sealed": 1, "refused": 1}
    assert (metrics["RootSealed"], metrics["RootRefused"], metrics["service"]) == ([1.0], [1.0], "seal_log")


def test_a_log_of_which_nothing_could_be_sealed_counts_no_root(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, metrics = sealing([REFUSED], monkeypatch, capsys)
    assert metrics["RootSealed"] == [0.0]
