"""Toneless pinyin (after pinyin-data, MIT) of the characters of GB 2312 level 1 and a few of medicine.

Plain text, one syllable a line.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Sounds:
    """The syllable of each known character, and all syllables there are."""

    by_char: Mapping[str, str]
    sounds: frozenset[str]


@cache
def syllable_of() -> Sounds:
    """Return the sounds of common characters; ü is written v."""
    rows = [line.split(" ") for line in _read("syllables.txt").splitlines()]
    by_char = {char: sound for sound, chars in rows for char in chars}
    return Sounds(by_char, frozenset(sound for sound, _ in rows))


def _read(name: str) -> str:
    return (pkgutil.get_data(__name__, name) or b"").decode()
