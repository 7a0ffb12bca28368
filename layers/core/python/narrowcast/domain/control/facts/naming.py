"""Spoken names replaced by written ones: 崴脚 is 踝关节扭伤, 缠腰龙 is 带状疱疹, wherever no other word is cut by it.

Which name stands for which is for the table; works on normalized text, the same for facts and sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from operator import add

from narrowcast.domain.control.facts.lexer import knows, longest_word_at
from narrowcast.domain.control.facts.tables.names import SPOKEN
from narrowcast.domain.control.prefilter import held_by

_AROUND = 4
"""How far before and after a name a word may begin or end that the name would cut."""


@cache
def _spoken() -> dict[str, list[tuple[str, str]]]:
    """Return the spoken names by their first two characters, the longest first, each with its written one."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for written, *spoken in map(str.split, SPOKEN.strip().splitlines()):
        for name in spoken:
            names[name[:2]].append((name, written))
    return {start: sorted(pairs, key=lambda pair: -len(pair[0])) for start, pairs in names.items()}


def by_written_names(text: str) -> str:
    """Return a normalized text with its spoken names replaced."""
    names, held = _spoken(), held_by(text)
    if held and names.keys().isdisjoint(held):
        return text
    parts, done = [], 0
    for position, start in enumerate(map(add, text, text[1:])):
        name, written = _name_at(text, position, names[start]) if start in names and position >= done else ("", "")
        if name:
            parts += [text[done:position], written]
            done = position + len(name)
    return "".join([*parts, text[done:]]) if parts else text


def _name_at(text: str, position: int, pairs: Iterable[tuple[str, str]]) -> tuple[str, str]:
    return next(
        (pair for pair in pairs if text.startswith(pair[0], position) and not _is_kept(text, position, *pair)), ("", "")
    )


def _is_kept(text: str, position: int, name: str, written: str) -> bool:
    """Say whether a name at a place is part of a longer word or of its own written form: 抗|结核药."""
    start = position - max(written.find(name), 0)
    return (name in written and start >= 0 and text.startswith(written, start)) or cuts(text, position, name)


def cuts(text: str, start: int, name: str) -> bool:
    """Say whether a longer word begins with a name, or one is cut by its beginning or its end."""
    end = start + len(name)
    if len(longest_word_at(text, start)) > len(name):
        return True
    before = any(len(longest_word_at(text, i)) > start - i for i in range(max(start - _AROUND, 0), start))
    after = any(knows(text[i:j]) for i in range(max(end - _AROUND, start + 1), end) for j in range(end + 1, end + 3))
    return before or after
