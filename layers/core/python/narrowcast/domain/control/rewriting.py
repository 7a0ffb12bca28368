"""Puts a text through rewritings in their order, each only where the text holds what it needs to match.

Knows nothing of what they say; which patterns can match is for `prefilter`. All that one text goes through in turn
belongs into one `Rewritings`, which asks once for all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrowcast.domain.control.prefilter import Sieve

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from narrowcast.domain.control.prefilter import Sifted

    Replacement = str | Callable[[re.Match[str]], str]
    Change = Callable[[str], str]
    Step = tuple[str, Replacement] | tuple[str, str, Replacement] | Change
    """A pattern with what replaces it, also behind a sign that the text must hold; or a change that reads any text."""


class Rewritings:
    """What a text goes through; each step is read in what the ones before it left."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """Read the patterns."""
        known = list(steps)
        self._sieve = Sieve("" if callable(step) else step[-2] for step in known)
        self._changes = list(map(_change, known, self._sieve.patterns))

    def rewrite(self, text: str) -> str:
        """Return a text with every rewriting applied."""
        number = 0
        while number < len(self._changes):
            number, text = self._rewrite_once(text, number)
        return text

    def _rewrite_once(self, text: str, first: int) -> tuple[int, str]:
        """Apply the first step from `first` on that changes a text; return the number of the next one with it."""
        for number in self._sieve.that_may_match(text):
            changed = self._changes[number](text) if number >= first else text
            if changed != text:
                return number + 1, changed
        return len(self._changes), text


def _change(step: Step, sifted: Sifted) -> Change:
    """Return what a step does to a text."""
    if callable(step):
        return step
    *signs, _, replacement = step
    pattern, sign = sifted.pattern, "".join(map(str, signs))

    def change(text: str) -> str:
        found = sign in text and pattern.search(text)  # quicker than a replacement of nothing
        return pattern.sub(replacement, text) if found else text

    return change
