"""The machine's Chinese fonts, found through fontconfig, and whether they can draw a text."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from narrowcast.application.exports import PrinterError

_FACE_BITS = 0xFFFF  # of fontconfig's index; the upper ones name an instance of a variable font
_ANSWER = "%{file}\n%{index}\n%{lang}"


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file."""

    path: str
    index: int


@cache
def song(*, bold: bool = False) -> Face:
    """Return the face for titles; PrinterError if the machine has no Chinese font."""
    return _match("Noto Serif CJK SC,serif", bold=bold)


@cache
def hei(*, bold: bool = False) -> Face:
    """Return the face for running text; PrinterError if the machine has no Chinese font."""
    return _match("Noto Sans CJK SC,sans-serif", bold=bold)


def require(text: str, *faces: Face) -> None:
    """Refuse a text of which a face would leave a character out: PrinterError names it."""
    for face in faces:
        lacking = sorted(set(text) - _drawable(face) - {"\n"})
        if lacking:
            named = ", ".join(f"U+{ord(char):04X}" for char in lacking)
            message = f"{face.path} cannot draw {named}"
            raise PrinterError(message)


@cache
def _drawable(face: Face) -> frozenset[str]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _match(families: str, *, bold: bool) -> Face:
    program = shutil.which("fc-match")
    if program is None:
        message = "fontconfig is missing: install fontconfig and fonts-noto-cjk"
        raise PrinterError(message)
    pattern = f"{families}:lang=zh-cn:weight={'bold' if bold else 'regular'}"
    found = subprocess.run([program, "-f", _ANSWER, pattern], capture_output=True, text=True, check=False)  # noqa: S603 - the pattern is ours
    path, index, languages = (*found.stdout.split("\n"), "", "", "")[:3]
    if "zh-cn" not in languages.split("|"):
        message = "no Chinese font is installed: install fonts-noto-cjk"
        raise PrinterError(message)
    return Face(path, int(index) & _FACE_BITS)
