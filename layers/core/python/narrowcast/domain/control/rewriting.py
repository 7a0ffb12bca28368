"""Applies a table of rewritings to a text in their order, each only where the text holds what it needs to match.

Knows nothing of what the tables say; which patterns can match is for `prefilter`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from narrowcast.domain.control.prefilter import OTHER_DIGITS, are_met, grams, sifted

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    Replacement = str | Callable[[re.Match[str]], str]


class Rewritings:
    """Patterns with what replaces them; each is read in what the ones before it left."""

    def __init__(self, pairs: Iterable[tuple[str, Replacement]]) -> None:
        """Sort the patterns by a gram that their matches have; those of which none is known are always tried."""
        self._rules = [(sifted(pattern), replacement) for pattern, replacement in pairs]
        self._further = [pattern.demands[1:] for pattern, _ in self._rules]
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
            if pattern.pattern.search(text) is None:  # quicker than a replacement of nothing
                continue
            changed = pattern.pattern.sub(replacement, text)
            if changed != text:
                return number + 1, changed
        return len(self._rules), text

    def _that_may_match(self, text: str, first: int) -> Iterable[int]:
        held = _held_by(text)
        return range(first, len(self._rules)) if held is None else self._sifted(held, first)

    def _sifted(self, held: AbstractSet[str], first: int) -> Iterator[int]:
        """Give the numbers from `first` on of the patterns of which a text holds a gram of every demand."""
        numbers = set(self._always)
        for gram in self._grams & held:
            numbers.update(self._by_gram[gram])
        for number in sorted(numbers):
            if number >= first and are_met(self._further[number], held):
                yield number


@lru_cache(maxsize=64)
def _held_by(text: str) -> AbstractSet[str] | None:
    """Return the grams of a text; None for one that is not sifted. Several tables read each text."""
    return None if OTHER_DIGITS.search(text) else grams(text)
