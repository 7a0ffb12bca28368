"""Applies a table of rewritings to a text in their order, each only where the text holds what it needs to match.

Knows nothing of what the tables say; which patterns can match is for `prefilter`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from narrowcast.domain.control.prefilter import grams, sifted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Replacement = str | Callable[[re.Match[str]], str]

_OTHER_DIGITS = re.compile(r"[^\D0-9]")
"""Digits of other scripts, which no table spells out: a text that has one is not sifted."""


class Rewritings:
    """Patterns with what replaces them; each is read in what the ones before it left."""

    def __init__(self, pairs: Iterable[tuple[str, Replacement]]) -> None:
        """Sort the patterns by a gram that their matches have; those of which none is known are always tried."""
        self._rules = [(sifted(pattern), replacement) for pattern, replacement in pairs]
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        self._always = [number for number, (pattern, _) in enumerate(self._rules) if not pattern.demands]
        for number, (pattern, _) in enumerate(self._rules):
            for gram in pattern.demands[0] if pattern.demands else ():
                self._by_gram[gram].append(number)
        self._grams = frozenset(self._by_gram)

    def rewrite(self, text: str) -> str:
        """Return a text with every rewriting applied."""
        number = 0
        while number < len(self._rules):
            number, text = self._rewrite_once(text, number)
        return text

    def _rewrite_once(self, text: str, first: int) -> tuple[int, str]:
        """Apply the first rewriting from `first` on that changes a text; return the number of the next one with it."""
        for number in self._that_may_match(text, first):
            pattern, replacement = self._rules[number]
            changed = pattern.pattern.sub(replacement, text)
            if changed != text:
                return number + 1, changed
        return len(self._rules), text

    def _that_may_match(self, text: str, first: int) -> Sequence[int]:
        if _OTHER_DIGITS.search(text):
            return range(first, len(self._rules))
        held = grams(text)
        numbers = set(self._always).union(*(self._by_gram[gram] for gram in self._grams & held))
        return [number for number in sorted(numbers) if number >= first and self._rules[number][0].may_match(held)]
