"""Finds the claims of a pack in a folded text: a pattern says it, no shield covers it, no context takes it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from narrowcast.domain.control.claims.pack import Guard, Pack, Rule

_SENTENCE_END = re.compile(r"[。!?\n]")
_LOOK_AHEAD = 40  # a claim is often taken back in the next sentence


@dataclass(frozen=True, slots=True)
class Found:
    """A claim and where it stands in the folded text."""

    rule: Rule
    start: int
    end: int


def find_claims(text: str, pack: Pack) -> list[Found]:
    """Return every claim in `text`, by place; one rule reports one place once."""
    found = [claim for rule in pack.rules for claim in _claims_of(rule, text)]
    return sorted(found, key=lambda claim: (claim.start, claim.end, claim.rule.name))


def _claims_of(rule: Rule, text: str) -> Iterator[Found]:
    shields: list[tuple[int, int]] | None = None
    for match in rule.pattern.finditer(text):
        if match.start() == match.end():
            continue
        if shields is None:
            shields = [found.span() for found in rule.shield.finditer(text)] if rule.shield else []
        shielded = any(start <= match.start() and match.end() <= end for start, end in shields)
        if not shielded and not any(_takes_back(guard, text, match) for guard in rule.guards):
            yield Found(rule, match.start(), match.end())


def _takes_back(guard: Guard, text: str, match: re.Match[str]) -> bool:
    start, end = _sentence(text, match.start(), match.end())
    return (
        (guard.before is None or guard.before.search(text[start : match.start()]) is not None)
        and (guard.after is None or guard.after.match(text[match.end() : end + _LOOK_AHEAD]) is not None)
        and (guard.sentence is None or guard.sentence.search(text[start:end]) is not None)
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    begin = max(text.rfind(mark, 0, start) for mark in "。!?\n") + 1
    close = _SENTENCE_END.search(text, end)
    return begin, close.end() if close else len(text)
