"""Tells from the character pairs of a text which patterns cannot match it, so that most are never tried.

Reads the regular expressions a pack is written in: what every match of one must contain is derived from its literal
characters, and what it cannot read demands nothing. It may only spare work: a pattern it rules out has no match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Demand = frozenset[str]
"""Characters and pairs of which a match contains at least one."""

_TOKEN = re.compile(
    r"(?P<denied>\(\?<?!)|(?P<ahead>\(\?<?=)|(?P<open>\((?:\?:)?)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<sign>[)|.^$])|(?P<char>.)",
    re.DOTALL,
)
_REPEAT = re.compile(r"(?:[?*+]|\{(?P<least>\d*),?\d*\})[?+]?")
_SPECIAL = re.compile(r"\\[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Sifted:
    """A pattern and what a text must hold to match it: one gram at least of every demand."""

    pattern: re.Pattern[str]
    demands: tuple[Demand, ...]

    def may_match(self, held: AbstractSet[str]) -> bool:
        """Tell whether a text that holds these grams can match."""
        return not any(demand.isdisjoint(held) for demand in self.demands)


def sifted(pattern: str) -> Sifted:
    """Compile `pattern`; when what it demands cannot be told, it demands nothing."""
    found, at = _alternatives(pattern, 0)
    return Sifted(re.compile(pattern), tuple(sorted(found, key=_likelihood)) if at == len(pattern) else ())


def grams(text: str) -> AbstractSet[str]:
    """Return the characters of `text` and its pairs of neighbours."""
    return {*text, *map("".join, pairwise(text))}


def _likelihood(demand: Demand) -> tuple[bool, int]:
    """Order demands by how rarely they are met: pairs are rarer than characters, few rarer than many."""
    return any(len(gram) == 1 for gram in demand), len(demand)


def _alternatives(pattern: str, at: int) -> tuple[list[Demand], int]:
    found, at = _sequence(pattern, at)
    branches = [found]
    while at < len(pattern) and pattern[at] == "|":
        found, at = _sequence(pattern, at + 1)
        branches.append(found)
    if len(branches) == 1:
        return branches[0], at
    if not all(branches):
        return [], at
    return [frozenset[str]().union(*(min(branch, key=_likelihood) for branch in branches))], at


def _sequence(pattern: str, at: int) -> tuple[list[Demand], int]:
    found: list[Demand] = []
    run = ""
    while at < len(pattern) and pattern[at] not in "|)":
        char, inner, at = _item(pattern, at)
        least, at = _least(pattern, at)
        run, ended = (run + char, "") if char and least == 1 else ("", run)
        found += _spelled(ended)
        if least:
            found += inner
        if char and least > 1:
            found.append(frozenset(char))
    return found + _spelled(run), at


def _spelled(run: str) -> list[Demand]:
    return [frozenset([gram]) for gram in map("".join, pairwise(run))] or [frozenset([char]) for char in run]


def _item(pattern: str, at: int) -> tuple[str, list[Demand], int]:
    """Return the literal character that stands at `at` ("" for none), what a group there demands, and where it ends."""
    token = _TOKEN.match(pattern, at)
    if token is None:
        return "", [], len(pattern) + 1
    kind, said, end = token.lastgroup, token.group(), token.end()
    if kind in ("denied", "ahead", "open"):
        inner, end = _alternatives(pattern, end)
        return "", [] if kind == "denied" else inner, end + 1
    if kind == "char" or (kind == "escape" and not _SPECIAL.match(said)):
        return said[-1], [], end
    return "", [], end


def _least(pattern: str, at: int) -> tuple[int, int]:
    """Return how often the item before `at` stands at least (2 for more than once), and where its repeat ends."""
    repeat = _REPEAT.match(pattern, at)
    if repeat is None:
        return 1, at
    if repeat["least"] is not None:
        return (2 if int(repeat["least"] or 0) else 0), repeat.end()
    return (2 if repeat.group().startswith("+") else 0), repeat.end()
