"""Applies a table of rewritings to a text in their order, each only where the text holds what it needs to match.

Knows nothing of what the tables say; which patterns can match is for `prefilter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.domain.control.prefilter import Sieve

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    Replacement = str | Callable[[re.Match[str]], str]


class Rewritings:
    """Patterns with what replaces them; each is read in what the ones before it left."""

    def __init__(self, pairs: Iterable[tuple[str, Replacement]]) -> None:
        """Read the patterns."""
        patterns, self._replacements = zip(*pairs, strict=True)
        self._sieve = Sieve(patterns)

    def rewrite(self, text: str) -> str:
        """Return a text with every rewriting applied."""
        number = 0
        while number < len(self._replacements):
            number, text = self._rewrite_once(text, number)
        return text

    def _rewrite_once(self, text: str, first: int) -> tuple[int, str]:
        """Apply the first rewriting from `first` on that changes a text; return the number of the next one with it."""
        for number in self._sieve.that_may_match(text):
            pattern = self._sieve.patterns[number].pattern
            if number >= first and pattern.search(text):  # quicker than a replacement of nothing
                changed = pattern.sub(self._replacements[number], text)
                if changed != text:
                    return number + 1, changed
        return len(self._replacements), text
