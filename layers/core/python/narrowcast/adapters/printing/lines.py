"""Chinese text broken into lines: numbers and dates stay whole, punctuation stays with what it opens or closes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]

_OPENING = "（《「『【〈“‘(\\["
_CLOSING = "，。；：！？、）》」』】〉”’…—～·%‰℃,.;:!?)\\]"
_WHOLE = r"\d+年\d+月\d+日|[A-Za-z0-9][A-Za-z0-9./+–-]*|[^\s]"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:{_WHOLE})[{_CLOSING}]*")
_WIDOW = 4
"""A last line of fewer characters looks lost."""


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of a running text, none wider than `width` unless a single character is."""
    return _narrowed(text, width, measure, lambda lines: len(lines[-1]) >= _WIDOW)


def balance(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of a title or label, as even as they can be without taking another line."""
    return _narrowed(text, width, measure, lambda _: False)


def _narrowed(text: str, width: float, measure: Measure, fine: Callable[[list[str]], bool]) -> list[str]:
    """Fill ever narrower lines until they are fine, or would be more than they have to be."""
    lines = _filled(text, width, measure)
    for percent in range(98, 48, -2):
        if len(lines) <= 1 or fine(lines):
            break
        narrower = _filled(text, width * percent / 100, measure)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _filled(text: str, width: float, measure: Measure) -> list[str]:
    lines, line = [], ""
    for unit in _units(text, width, measure):
        if measure(line + unit.rstrip()) <= width:
            line += unit
        else:
            lines.append(line.rstrip())
            line = unit.lstrip()
    return [each for each in (*lines, line.rstrip()) if each]


def _units(text: str, width: float, measure: Measure) -> Iterator[str]:
    for unit in _UNIT.findall(text):
        yield from (unit,) if measure(unit) <= width else unit
