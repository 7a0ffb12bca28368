"""Finds the claims of a pack in a folded text: a pattern says it, no shield covers it, no context takes it back.

What takes a claim back is the grammar of its sentence: who denies it, asks it, warns of it, quotes it to reject it or
gives its source. What the model of wordings adds stands beside them, under the law of the rule it resembles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from narrowcast.domain.control.claims.prefilter import grams
from narrowcast.domain.control.claims.wording import find_likenesses, reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from narrowcast.domain.control.claims.pack import Guard, Pack, Rule
    from narrowcast.domain.control.claims.prefilter import Sifted
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


@dataclass(frozen=True, slots=True)
class Prose:
    """A folded text and the spans in it that stood between quotation marks in the text as given."""

    text: str
    quoted: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands around a claim: in its sentence before it, from its end on, and the sentence as a whole.

    `frame` is the sentence, and the next, without what they quote, when the claim stands in a quotation. `held` are the
    grams of all that.
    """

    before: str
    after: str
    sentence: str
    frame: str | None
    held: AbstractSet[str]


def find_claims(prose: Prose, pack: Pack, wordings: Model | None) -> list[Found]:
    """Return every claim in `prose`, by place; the model speaks only where the rules left something unsaid.

    Of overlapping claims of one rule the first is told.
    """
    held = grams(prose.text)
    named = [claim for rule in pack.rules for claim in islice(_claims_of(rule, prose, held), _ENOUGH)]
    added = list(_alike(prose, pack, wordings, named)) if wordings else []
    return sorted(named + added, key=lambda claim: (claim.start, claim.end, claim.rule))


def _claims_of(rule: Rule, prose: Prose, held: AbstractSet[str]) -> Iterator[Found]:
    text = prose.text
    possible = (each.pattern for each in rule.patterns if each.may_match(held))
    spans = sorted(match.span() for pattern in possible for match in pattern.finditer(text))
    shields = [found.span() for found in rule.shield.pattern.finditer(text)] if spans and rule.shield else []
    told = 0
    for start, end in spans:
        shielded = any(begin <= start < close for begin, close in shields)
        if told <= start < end and not shielded and not _is_taken_back(rule.guards, prose, start, end):
            told = end
            yield Found(start, end, rule.name, rule.law, rule.suggestion, rule.severities)


def _alike(prose: Prose, pack: Pack, wordings: Model, named: Sequence[Found]) -> Iterator[Found]:
    rules = {rule.name: rule for rule in pack.rules}
    for like in find_likenesses(prose.text, wordings):
        rule = rules[like.rule]
        covered = any(_covers(other, like, rule.severities) for other in named)
        if not covered and not _is_taken_back(pack.refuting, prose, like.start, like.end):
            yield _as_claim(like, rule, wordings)


def _covers(named: Found, like: Likeness, severities: Mapping[str, str]) -> bool:
    inside = like.start <= named.start and named.end <= like.end
    return inside and named.severities.keys() >= severities.keys()


def _as_claim(like: Likeness, rule: Rule, wordings: Model) -> Found:
    severities = _earned(rule.severities, like.score, wordings)
    because = "、".join(f"“{gram}”" for gram in reasons(like, wordings))
    suggestion = f"{rule.suggestion}（与违规用语相近：{because}）" if because else rule.suggestion
    return Found(like.start, like.end, f"{rule.name}_wording", rule.law, suggestion, severities)


def _earned(severities: Mapping[str, str], score: float, wordings: Model) -> Mapping[str, str]:
    """Return what a resemblance earns; one beyond doubt alone keeps the hospital's own patient from a page."""
    if score < wordings.sure:
        return {channel: "warn" for channel in severities if channel != "patient"}
    if score < wordings.certain and "patient" in severities:
        return {**severities, "patient": "warn"}
    return severities


def _is_taken_back(guards: Sequence[Guard], prose: Prose, start: int, end: int) -> bool:
    context = _context(prose, start, end)
    return any(_holds(guard, context) for guard in guards)


def _holds(guard: Guard, context: _Context) -> bool:
    return (
        _finds(guard.before, context.before, context.held)
        and _finds(guard.after, context.after, context.held)
        and _finds(guard.sentence, context.sentence, context.held)
        and (guard.frame is None or (context.frame is not None and _finds(guard.frame, context.frame, context.held)))
        and (guard.unless is None or not _finds(guard.unless, context.sentence + context.after, context.held))
    )


def _finds(part: Sifted | None, text: str, held: AbstractSet[str]) -> bool:
    return part is None or (part.may_match(held) and part.pattern.search(text) is not None)


def _context(prose: Prose, start: int, end: int) -> _Context:
    text = prose.text
    begin, stop = _sentence(text, start, end)
    seen = stop + _LOOK_AHEAD
    quotes = [(opens, closes) for opens, closes in prose.quoted if begin < closes and opens < seen]
    quoted = any(opens < end and start < closes for opens, closes in quotes)
    frame = _without(text, quotes, begin, seen) if quoted else None
    return _Context(text[begin:start], text[end:seen], text[begin:stop], frame, grams(text[begin:seen] + (frame or "")))


def _without(text: str, quotes: Sequence[tuple[int, int]], begin: int, stop: int) -> str:
    kept = []
    for opens, closes in quotes:
        kept.append(text[begin:opens])
        begin = max(begin, closes)
    return "".join(kept) + text[begin:stop]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    far = max(0, start - _REACH)
    begin = max([far, *(text.rfind(mark, far, start) + 1 for mark in "。!?\n")])
    close = _SENTENCE_END.search(text, end, end + _REACH)
    return begin, close.end() if close else min(len(text), end + _REACH)
