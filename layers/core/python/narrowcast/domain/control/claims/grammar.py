"""Finds the claims of a pack in a folded text: a pattern says it, no shield covers it, no context takes it back.

What takes a claim back is the grammar of its sentence: who denies it, asks it, warns of it, quotes it to reject it or
gives its source. What the model of wordings adds stands beside them, under the law of the rule it resembles.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from narrowcast.domain.control.claims.wording import find_likenesses, reasons
from narrowcast.domain.control.prefilter import Concordance, are_met, grams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from narrowcast.domain.control.claims.pack import Guard, Pack, Rule
    from narrowcast.domain.control.claims.wording import Likeness, Model
    from narrowcast.domain.control.prefilter import Sifted

Span = tuple[int, int]

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
    quoted: Sequence[Span] = ()


class _Read(NamedTuple):
    """Prose, where the marks stand that end its sentences, and its grams."""

    prose: Prose
    ends: Sequence[int]
    grams: Concordance


class _Context(NamedTuple):
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
    ends = [found.start() for found in _SENTENCE_END.finditer(prose.text)]
    read = _Read(prose, ends, Concordance(prose.text, pack.openings))
    named = _in_order(claim for rule in pack.rules for claim in islice(_claims_of(rule, read), _ENOUGH))
    return _in_order([*named, *_alike(read, pack, wordings, named)]) if wordings else named


def _in_order(claims: Iterable[Found]) -> list[Found]:
    return sorted(claims, key=lambda claim: (claim.start, claim.end, claim.rule))


def _claims_of(rule: Rule, read: _Read) -> Iterator[Found]:
    possible = [pattern for pattern in rule.patterns if pattern.may_match(read.grams.held)]
    spans = sorted(span for pattern in possible for span in pattern.spans(read.grams))
    shields = list(rule.shield.spans(read.grams)) if spans and rule.shield else []
    told = 0
    for start, end in spans:
        if (
            told <= start < end
            and not _overlapping(shields, start, start + 1)
            and not _is_taken_back(rule.guards, read, start, end)
        ):
            told = end
            yield Found(start, end, rule.name, rule.law, rule.suggestion, rule.severities)


def _alike(read: _Read, pack: Pack, wordings: Model, named: Sequence[Found]) -> Iterator[Found]:
    rules = {rule.name: rule for rule in pack.rules}
    everywhere = set[str]().union(*(rule.severities for rule in pack.rules))
    starts = [claim.start for claim in named]
    settled = [(claim.start, claim.end) for claim in named if claim.severities.keys() >= everywhere]
    for like in find_likenesses(read.prose.text, wordings, settled):
        rule = rules[like.rule]
        within = named[bisect_left(starts, like.start) : bisect_left(starts, like.end)]
        if not _is_covered(like, rule.severities, within) and not _is_taken_back(
            pack.refuting, read, like.start, like.end
        ):
            yield _as_claim(like, rule, wordings)


def _is_covered(like: Likeness, severities: Mapping[str, str], named: Sequence[Found]) -> bool:
    return any(claim.end <= like.end and claim.severities.keys() >= severities.keys() for claim in named)


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


def _is_taken_back(guards: Sequence[Guard], read: _Read, start: int, end: int) -> bool:
    context = _context(read, start, end)
    return any(are_met(guard.demands, context.held) and _holds(guard, context) for guard in guards)


def _holds(guard: Guard, context: _Context) -> bool:
    return (
        _finds(guard.before, context.before)
        and _finds(guard.after, context.after)
        and _finds(guard.sentence, context.sentence)
        and (guard.frame is None or (context.frame is not None and _finds(guard.frame, context.frame)))
        and (guard.unless is None or not _finds(guard.unless, context.sentence + context.after))
    )


def _finds(part: Sifted | None, text: str) -> bool:
    return part is None or part.pattern.search(text) is not None


def _context(read: _Read, start: int, end: int) -> _Context:
    text = read.prose.text
    begin, stop = _sentence(read, start, end)
    seen = stop + _LOOK_AHEAD
    quotes = _overlapping(read.prose.quoted, begin, seen)
    frame = _without(text, quotes, begin, seen) if _overlapping(quotes, start, end) else None
    held = read.grams.within(begin, seen)
    return _Context(text[begin:start], text[end:seen], text[begin:stop], frame, held | grams(frame) if frame else held)


def _overlapping(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return those of the spans, which stand in order and apart, that have a character of `start:end`."""
    first = bisect_left(spans, (start,)) - 1
    from_before = first >= 0 and spans[first][1] > start
    return spans[first if from_before else first + 1 : bisect_left(spans, (end,))]


def _without(text: str, quotes: Sequence[Span], begin: int, stop: int) -> str:
    kept = []
    for opens, closes in quotes:
        kept.append(text[begin:opens])
        begin = max(begin, closes)
    return "".join(kept) + text[begin:stop]


def _sentence(read: _Read, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around `start:end` begins and ends, so far as it is within reach."""
    last, close = bisect_left(read.ends, start) - 1, bisect_left(read.ends, end)
    begin = read.ends[last] + 1 if last >= 0 else 0
    stop = read.ends[close] + 1 if close < len(read.ends) else len(read.prose.text)
    return max(begin, start - _REACH), min(stop, end + _REACH)
