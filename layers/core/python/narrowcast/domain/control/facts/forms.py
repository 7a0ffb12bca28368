"""Patterns that are tried only on texts that hold what every match of them holds.

The question is derived from the pattern itself, so the two cannot drift; many rooms ask about one text in turn, and
its characters and pairs are told once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.prefilter import Sifted, sifted


class Form:
    """A pattern, read when it is first asked for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @once
    def _sifted(self) -> Sifted:
        return sifted(self.pattern)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        form = self._sifted
        return form.pattern.search(text) if form.may_match_in(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return all matches in a text, in order."""
        form = self._sifted
        return form.pattern.finditer(text) if form.may_match_in(text) else iter(())
