"""What a sentence adds with words that weigh nothing by themselves: at once, with care, one more thing not to do.

Compares two texts whole; words that weigh are for `novelty`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from narrowcast.domain.control.facts.agreement import TAKING
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Statement, marked_segments
from narrowcast.domain.control.facts.verdict import Reason

_AT_ONCE = frozenset({"immediately"})
_HURRIED = re.compile("[即急速快赶抓]|及[时早]|尽早|马上|立刻|第一时间|120|早期|就诊|就医|随时|抢救|窒息")
_BANS = frozenset({"forbid", "cannot", "avoid", "unfit"})
_DOES_NOTHING: Features = TAKING | {"w:做", "w:进行", "w:这样", "w:有"}


def added_haste(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 马上补服 where no fact hurries."""
    hurried = next((token for token in said.tokens if token.kind == "urgency" and token.value in _AT_ONCE), None)
    if hurried and not any(_HURRIED.search(fact.text) for fact in facts):
        yield Reason("timing", "", hurried.text)


def added_care(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 慎用 where no fact asks for care."""
    careful = next((unit for unit in said.units if "careful" in unit.negations), None)
    if careful and not any("careful" in unit.negations for fact in facts for unit in fact.units):
        yield Reason("negation", "", careful.text)


def added_bans(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 不能说话, where what is forbidden is nothing but small words that no fact has."""
    known: Features = frozenset().union(*(fact.ids for fact in facts))
    for segment in marked_segments(said.tokens):
        forbidden = _forbidden(segment.tokens)
        text = "".join(token.text for token in forbidden)
        own = frozenset(i for token in forbidden for i in token.ids)
        if len(text) > 1 and own and not own & (known | _DOES_NOTHING) and not any(text in fact.text for fact in facts):
            yield Reason("new_claim", "", text)


def _forbidden(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return what stands under the last ban of a segment, where it is small words alone."""
    last = max((i for i, token in enumerate(tokens) if token.kind == "negation" and token.value in _BANS), default=-1)
    under = tokens[last + 1 :] if last >= 0 else ()
    return under if all(token.kind == "light" for token in under) else ()


_NAMED = frozenset({"drug", "unknown", "word", "food"})
_STRENGTHS = frozenset({"percent"})


def swapped_strengths(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 3%氧氟沙星 for 3%过氧化氢: a strength stands before what it is the strength of."""
    known = [(amount, name) for fact in facts for amount, name in _strengths(fact)]
    for amount, name in _strengths(said):
        names = {other for strength, other in known if strength == amount}
        if names and name not in names and any(name == other for _, other in known):
            yield Reason("drug", "、".join(sorted(names)), name)


def _strengths(statement: Statement) -> Iterable[tuple[object, str]]:
    tokens = statement.tokens
    for index, token in enumerate(tokens[:-1]):
        if token.quantity and token.quantity.dimension in _STRENGTHS and tokens[index + 1].kind in _NAMED:
            run = "".join(other.text for other in tokens[index + 1 : index + 4])
            yield token.quantity.amount, run[:2]
