"""Finds the claims of a pack in a folded text: a pattern says it, no shield covers it, no context takes it back.

What the model of wordings adds stands beside them, under the law of the rule it resembles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from narrowcast.domain.control.claims.wording import find_likenesses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narrowcast.domain.control.claims.pack import Guard, Pack, Rule
    from narrowcast.domain.control.claims.wording import Likeness, Model

_SENTENCE_END = re.compile(r"[。!?\n]")
_LOOK_AHEAD = 40  # a claim is often taken back in the next sentence
_ENOUGH = 50  # claims of one rule in one text; nobody reads on
_REACH = 80  # characters of a sentence that count as the context of its claim, before it and after


@dataclass(frozen=True, slots=True)
class Found:
    """A claim and where it stands in the folded text."""

    start: int
    end: int
    rule: str
    law: str
    suggestion: str
    severities: Mapping[str, str]


def find_claims(text: str, pack: Pack, wordings: Model | None) -> list[Found]:
    """Return every claim in `text`, by place; the model speaks only where the rules left something unsaid.

    Of overlapping claims of one rule the first is told.
    """
    named = [claim for rule in pack.rules for claim in islice(_claims_of(rule, text), _ENOUGH)]
    alike = _alike(text, pack, wordings) if wordings else ()
    added = [claim for claim in alike if not any(_covers(other, claim) for other in named)]
    return sorted(named + added, key=lambda claim: (claim.start, claim.end, claim.rule))


def _claims_of(rule: Rule, text: str) -> Iterator[Found]:
    spans = sorted(match.span() for pattern in rule.patterns for match in pattern.finditer(text))
    shields = [found.span() for found in rule.shield.finditer(text)] if spans and rule.shield else []
    told = 0
    for start, end in spans:
        shielded = any(begin <= start < close for begin, close in shields)
        if (
            told <= start < end
            and not shielded
            and not any(_takes_back(each, text, start, end) for each in rule.guards)
        ):
            told = end
            yield Found(start, end, rule.name, rule.law, rule.suggestion, rule.severities)


def _alike(text: str, pack: Pack, wordings: Model) -> Iterator[Found]:
    for like in find_likenesses(text, wordings):
        if not any(_takes_back(guard, text, like.start, like.end) for guard in pack.refuting):
            yield _as_claim(like, pack, wordings)


def _as_claim(like: Likeness, pack: Pack, wordings: Model) -> Found:
    rule = next(rule for rule in pack.rules if rule.name == like.rule)
    severities = rule.severities if like.score >= wordings.sure else dict.fromkeys(rule.severities, "warn")
    because = "、".join(f"“{gram}”" for gram in like.because)
    suggestion = f"{rule.suggestion}（与违规用语相近：{because}）" if because else rule.suggestion
    return Found(like.start, like.end, f"{rule.name}_wording", rule.law, suggestion, severities)


def _covers(named: Found, alike: Found) -> bool:
    inside = alike.start <= named.start and named.end <= alike.end
    return inside and named.severities.keys() >= alike.severities.keys()


def _takes_back(guard: Guard, text: str, start: int, end: int) -> bool:
    begin, stop = _sentence(text, start, end)
    return (
        (guard.before is None or guard.before.search(text[begin:start]) is not None)
        and (guard.after is None or guard.after.match(text[end : stop + _LOOK_AHEAD]) is not None)
        and (guard.sentence is None or guard.sentence.search(text[begin:stop]) is not None)
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    far = max(0, start - _REACH)
    begin = max([far, *(text.rfind(mark, far, start) + 1 for mark in "。!?\n")])
    close = _SENTENCE_END.search(text, end, end + _REACH)
    return begin, close.end() if close else min(len(text), end + _REACH)
