"""`narrowcast check readability`: the score of a text file, offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrowcast import cli

PLAIN = "怎样管好血压\n高血压是一种常见病。请您每天早上量一次血压。头晕时请坐下休息。\n"
HARD = "你须知\n你的HBA1C、LDL等，应由医师予以检测，严禁拒绝，否则后果自负，依从性不佳、纳差、乏力者一律复查。\n"


def written(folder: Path, text: str) -> str:
    file = folder / "text.txt"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_plain_text_has_full_marks_and_no_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "readability", written(tmp_path, PLAIN)]) == 0
    assert capsys.readouterr().out == "100 of 100\n"


def test_a_hard_text_is_told_why_and_where_and_passes_where_nobody_made_it_a_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "readability", written(tmp_path, HARD)]) == 0
    score, *reasons = capsys.readouterr().out.splitlines()
    assert int(score.removesuffix(" of 100")) < 70
    assert "address: 称呼请统一用“您”，不用“你”（第1句）" in reasons


def test_json_has_score_warning_and_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "readability", "--json", written(tmp_path, HARD)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["warning"] is True
    assert {"item", "message", "sentences"} == set(report["reasons"][0])


@pytest.mark.parametrize(("text", "code"), [(PLAIN, 0), (HARD, 1)])
def test_below_a_gate_is_a_negative_verdict(tmp_path: Path, text: str, code: int) -> None:
    assert cli.main(["check", "readability", "--gate", "70", written(tmp_path, text)]) == code


def test_a_file_that_is_not_there_or_no_text_is_bad_usage(tmp_path: Path) -> None:
    binary = tmp_path / "picture.png"
    binary.write_bytes(b"\x89PNG\xff")
    assert cli.main(["check", "readability", str(tmp_path / "absent.txt")]) == 2
    assert cli.main(["check", "readability", str(binary)]) == 2
