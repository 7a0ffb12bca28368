"""`narrowcast log verify` on snapshots: one that is not what the log folds to is a negative verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from narrowcast import cli
from narrowcast.adapters.memory.roots import MemoryRoots
from narrowcast.adapters.memory.snapshots import MemorySnapshots
from narrowcast.application.snapshots import take
from narrowcast.application.streams import PATIENT
from narrowcast.cli import log_integrity
from tests.support.newsroom import HOSPITAL, World


@pytest.fixture
def snapshots(monkeypatch: pytest.MonkeyPatch) -> MemorySnapshots:
    """A true snapshot of a patient, on the stack that commands open."""
    world, snapshots = World().open_hospital(), MemorySnapshots()
    patient = world.visit().patient
    world.settle()
    snapshots.keep(take(PATIENT, world.store.load(PATIENT, HOSPITAL, patient)))
    composition = SimpleNamespace(
        store=world.store, snapshots=snapshots, roots=MemoryRoots(), seal_key=world.key, signing_key=world.key
    )
    monkeypatch.setattr(log_integrity, "open_stack", lambda _: composition)
    return snapshots


def test_a_true_snapshot_is_no_fault(snapshots: MemorySnapshots, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(snapshots.scan())
    assert cli.main(["log", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == []


def test_a_false_snapshot_is_named(snapshots: MemorySnapshots, capsys: pytest.CaptureFixture[str]) -> None:
    [true] = snapshots.scan()
    snapshots._snapshots[true.stream] = replace(true, state=b"{}")
    assert cli.main(["log", "verify", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["faults"]) == (
        False,
        [{"stream": true.stream, "version": true.version, "reason": "snapshot is damaged"}],
    )
