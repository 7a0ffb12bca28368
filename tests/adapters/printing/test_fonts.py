"""Fonts are found through fontconfig; a machine without Chinese ones is told what to install."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from narrowcast.adapters.printing import fonts
from narrowcast.application.exports import PrinterError

_match = fonts.hei.__wrapped__


def test_a_face_draws_chinese_and_names_what_it_cannot() -> None:
    fonts.require("糖尿病，7.0%≥", fonts.hei(), fonts.song(bold=True))
    with pytest.raises(PrinterError, match=r"U\+E000"):
        fonts.require("糖\ue000", fonts.hei())


def test_without_fontconfig_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrinterError, match="install fontconfig"):
        _match()


def test_without_a_chinese_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = subprocess.CompletedProcess([], 0, "/fonts/DejaVuSans.ttf\n0\nen|fr")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: latin)
    with pytest.raises(PrinterError, match="fonts-noto-cjk"):
        _match()
