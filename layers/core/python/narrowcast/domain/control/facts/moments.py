"""Moments that a condition names only by what is being done: 检查后, 操作前, 滴药前.

Whoever names the act itself (肠镜做完后, 滴之前) or counts back from it (提前三天) tells such a moment; what else a
condition says is for `keeping`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, OPERATORS, TAKING, Features, features_of
from narrowcast.domain.control.facts.statements import Statement

_DOING: Features = frozenset({"w:检查", "w:操作", "w:结束", "w:完成"})
_GIVING: Features = TAKING | {"w:往眼里滴", "w:滴眼", "w:喷药", "w:滴注", "w:输注"}
"""What names no act of its own: that something is done, and that a medicine is given."""
_GIVEN = re.compile("[吃服用打滴点喷吸喝含涂抹擦贴塞]")
_SIDE = re.compile("[前后]")


class Moment(NamedTuple):
    """A time before or after what is done: `act` is what its words mean, `text` how it is told."""

    side: str
    act: Features
    text: str


def tells_moment(said: Statement, condition: Condition, facts: Sequence[Statement]) -> bool:
    """Say whether a sentence tells the moment of a condition that names no act of its own."""
    acts = _acts(condition)
    if not acts:
        return False
    side = _SIDE.findall(condition.text)[-1]
    others = NOTHING.union(*(_other_acts(fact, side) for fact in facts))
    known = NOTHING.union(*(fact.features | fact.ids for fact in facts))
    return any(
        moment.side == side and not moment.act & others and _is_such(moment, acts, known) for moment in _moments(said)
    )


def _acts(condition: Condition) -> Features:
    """Return the kinds of act that a condition is before or after; none where it says more."""
    if "前" not in condition.text and "后" not in condition.text:
        return NOTHING
    words = condition.words
    if not (words and len(condition.parts) == 1 == len(condition.parts[0])):
        return NOTHING
    return next((kind for kind in (_DOING, _GIVING) if all(word & kind for word in words)), NOTHING)


def _is_such(moment: Moment, acts: Features, known: Features) -> bool:
    """Say whether a moment is that of an act, by a word that only says that it is done or by the name it has."""
    named = moment.act - TAKING - acts
    given = bool(_GIVEN.search(moment.text))
    if named:
        return bool(named & known) and any(f.startswith("d:") for f in named) == (acts is _GIVING)
    return not moment.text or given == (acts is _GIVING)


def _other_acts(fact: Statement, side: str) -> Features:
    """Return the acts that a fact names before one side of them."""
    sided = (c for c in fact.conditions if c.text.endswith(side) and not _acts(c))
    return NOTHING.union(*(condition.features for condition in sided))


@lru_cache(maxsize=16)
def _moments(said: Statement) -> tuple[Moment, ...]:
    return tuple(_read_moments(said.tokens))


def _read_moments(tokens: Sequence[Token]) -> Iterator[Moment]:
    for index, token in enumerate(tokens):
        side = _SIDE.search(token.text)
        if token.kind == "bound" and side and index and _is_named(tokens[index - 1]):
            yield _moment(side[0], tokens[:index])
        elif token.text == "提前" and any(following.quantity for following in tokens[index + 1 : index + 2]):
            yield Moment("前", NOTHING, "")


def _moment(side: str, before: Sequence[Token]) -> Moment:
    act = list(takewhile(_is_named, reversed(before)))[::-1]
    return Moment(side, features_of(act), "".join(token.text for token in act))


def _is_named(token: Token) -> bool:
    return not (token.kind in OPERATORS | {"stop", "bound", "urgency", "closer"} or token.quantity)
