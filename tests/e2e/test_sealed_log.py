"""The deployed function seals the log; what the command line exports proves itself without package and stack."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.stack_clinic import Clinic
    from tests.support.stack_records import Records

pytestmark = pytest.mark.stack


def test_the_sealed_log_is_exported_and_verified_by_a_stranger(
    clinic: Clinic, records: Records, tmp_path: Path
) -> None:
    records.settled()
    assert records.invoke("seal_log", {}) == {"sealed": 1, "refused": 0}

    proof = records.run("log", "verify", "--json").json
    assert proof["ok"]
    assert proof["roots"] >= 1

    archive = tmp_path / "log.zip"
    exported = records.run("log", "export", "--hospital", "renhe", "--out", str(archive), "--json").json
    told = _verified(archive, tmp_path)
    assert told["ok"]
    assert (told["commits"], told["events"]) == (exported["commits"], exported["events"])
    assert told["signatures"] >= len(clinic.doctors) > 0


def _verified(archive: Path, folder: Path) -> dict[str, int]:
    with zipfile.ZipFile(archive) as found:
        program = found.extract("verify.py", folder)
    isolated = (sys.executable, "-I", program, str(archive), "--json")
    ran = subprocess.run(isolated, check=False, capture_output=True, text=True)  # noqa: S603 - our own archive's
    told: dict[str, int] = json.loads(ran.stdout)
    return told
