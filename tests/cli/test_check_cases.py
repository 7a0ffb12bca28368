"""`narrowcast check facts|claims FILE.jsonl` as who did not write it uses it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from narrowcast import cli
from narrowcast.cli import common

CLAIM = {"id": "a", "text": "保证治愈", "channel": "douyin"}
FACT = {"id": "f", "text": "成人每日食盐摄入量不超过5克。"}
SUPPORTED = {"id": 1, "facts": [FACT], "sentence": FACT["text"], "fact_ids": ["f"]}


def _line(case: dict[str, Any]) -> bytes:
    return json.dumps(case, ensure_ascii=False).encode() + b"\n"


def _written(folder: Path, data: bytes) -> str:
    file = folder / "cases.jsonl"
    file.write_bytes(data)
    return str(file)


def _answers(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_of_another_encoding_is_not_judged_but_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chinese = json.dumps(CLAIM, ensure_ascii=False).encode("gbk") + b"\n"
    assert cli.main(["check", "claims", _written(tmp_path, _line(CLAIM) + chinese + _line(CLAIM))]) == 0
    said = capsys.readouterr()
    assert [answer.get("label") for answer in _answers(said.out)] == ["block", None, "block"]
    assert _answers(said.out)[1]["line"] == 2
    assert "1 malformed" in said.err


def test_lines_end_where_editors_number_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spread = _line(CLAIM).replace(b", ", b",\r").replace(b"\n", b"\r\n")
    assert cli.main(["check", "claims", _written(tmp_path, b"\xef\xbb\xbf" + spread + b"\r\n{\n")]) == 0
    first, second = _answers(capsys.readouterr().out)
    assert (first["label"], second["line"]) == ("block", 3)


def test_standard_input_is_read_for_a_dash(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(_line(SUPPORTED))))
    assert cli.main(["check", "facts", "-"]) == 0
    assert _answers(capsys.readouterr().out) == [{"id": 1, "supported": True, "reasons": []}]


def test_half_a_surrogate_pair_is_answered_in_escapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = b'{"id": "\\ud800", "text": "\\ud800", "channel": "print"}\n'
    assert cli.main(["check", "claims", _written(tmp_path, line + _line(CLAIM))]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first)["id"] == "\ud800"
    assert "保证治愈" in second


def test_an_unknown_pack_is_bad_usage_even_without_a_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "claims", _written(tmp_path, b""), "--pack", "1999.1"]) == 2
    assert "1999.1" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "facts", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err


def test_progress_goes_to_the_other_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert common.print_verdicts({"id": number} for number in range(20_001)) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == ["10000 lines", "20000 lines"]
    assert len(said.out.splitlines()) == 20_001


def test_who_closes_the_pipe_ends_the_command_without_a_word(tmp_path: Path) -> None:
    file = _written(tmp_path, _line(CLAIM) * 2_000)
    command = [sys.executable, "-m", "narrowcast.cli", "check", "claims", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603 - ourselves
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_ctrl_c_ends_the_command_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("narrowcast.cli.check.lines_of", interrupted)
    assert cli.main(["check", "claims", str(tmp_path)]) == 130
    assert capsys.readouterr().err == ""
