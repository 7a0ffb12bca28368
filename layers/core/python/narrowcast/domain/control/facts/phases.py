"""Which stretch of a treatment a part of a text speaks of: the first (前3周) or a later one (之后), on or off.

Reads the tokens of one segment; whether two stretches contradict each other is `contrary`, what follows from it is
for `agreement` and `comparison`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, Features
from narrowcast.domain.control.facts.tables.units import TIME

FIRST: Features = frozenset({"first"})
LATER: Features = frozenset({"later"})
_ON: Features = frozenset({"on"})
_OFF: Features = frozenset({"off"})
_OPPOSITES = ((FIRST, LATER), (_ON, _OFF))
_SHORTEST = 86400
"""Seconds of the shortest stretch that parts a treatment; 15分钟后 only waits."""
_SETTLED = re.compile("稳定|达标|控制|耐受|缓解|恢复")
_CHANGING = frozenset({"w:递增", "w:增加", "w:加量", "w:减量", "w:加倍", "w:减少"})
"""What is done to a dose only after the first one."""
_AHEAD = frozenset({"前", "头", "开始", "最初", "起初", "首", "开头", "刚开始", "一开始"})
_BEGINNING = frozenset({"首日", "首剂", "首周", "起始剂量", "初始剂量", "负荷剂量", "起始", "初始", "最初", "起初"})
_AFTERWARDS = frozenset({"之后", "以后", "随后", "此后", "其后", "后", "往后", "接着", "再往后", "后续"})
_ON_FROM = frozenset({"起", "开始", "后", "以后", "之后"})
_MARKING = _BEGINNING | _AFTERWARDS
_TAKING = frozenset({"w:疗程", "w:用药", "w:服药", "w:口服"})
_PAUSING = frozenset({"w:停药", "w:停止"})
_PASSED_OVER = frozenset({"light", "before", "certainty"})


def phases_of(tokens: Sequence[Token], carried: Features) -> list[Features]:
    """Return the phase of each token and, last, the one that the next segment goes on in.

    The stretch that marks a phase (3周 of 前3周) belongs to none.
    """
    phases = []
    if not all(map(_CHANGING.isdisjoint, [token.ids for token in tokens])):
        carried = LATER
    for index, token in enumerate(tokens):
        if token.kind == "bound" and "后" in token.text and index and tokens[index - 1].kind == "word":
            carried = LATER if _SETTLED.search(tokens[index - 1].text) else NOTHING
        if token.quantity:
            marked = _measured(tokens, index)
            carried = marked or carried
            phases.append((NOTHING if marked else carried) | _activity(tokens, index))
        else:
            carried = _marked(tokens, index) or carried if _may_mark(token) else carried
            phases.append(carried)
    return [*phases, carried]


def contrary(phases: Features, other: Features) -> bool:
    """Say whether a part speaks of the opposite stretch of another; one that names no stretch contradicts none."""
    return any((one <= phases and two <= other) or (two <= phases and one <= other) for one, two in _OPPOSITES)


def _may_mark(token: Token) -> bool:
    return token.text in _MARKING or token.value == "next_day"


def _marked(tokens: Sequence[Token], index: int) -> Features:
    """Return the phase that begins at a token, if one does."""
    token = tokens[index]
    if token.text in _BEGINNING:
        return FIRST
    if token.value == "next_day":
        goes_on = tokens[index + 1].text in _ON_FROM if index + 1 < len(tokens) else False
        return LATER if goes_on or token.text.startswith("第") else NOTHING
    if token.text not in _AFTERWARDS:
        return NOTHING
    begins = all(before.kind in {"drug", "light"} for before in tokens[:index])
    return LATER if begins else NOTHING


def _measured(tokens: Sequence[Token], index: int) -> Features:
    """Read 前3周, 第1天 and 3周后."""
    quantity = tokens[index].quantity
    if quantity is None or quantity.dimension not in TIME or _is_short(tokens[index]):
        return NOTHING
    before = tokens[index - 1].text if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before in _AHEAD:
        return FIRST
    if before == "第":
        return FIRST if quantity.low == quantity.factor else LATER
    return LATER if after and after.kind in {"bound", "light"} and after.text in _AFTERWARDS else NOTHING


def _is_short(token: Token) -> bool:
    quantity = token.quantity
    return quantity is not None and quantity.dimension == "second" and quantity.high < _SHORTEST


def _activity(tokens: Sequence[Token], index: int) -> Features:
    """Say whether a stretch of time is one of taking (连用14天) or of pausing (停7天)."""
    quantity = tokens[index].quantity
    if quantity is None or quantity.dimension not in TIME:
        return NOTHING
    before = next((token for token in reversed(tokens[:index]) if token.kind not in _PASSED_OVER), None)
    if before is None:
        return NOTHING
    return _OFF if before.ids & _PAUSING else _ON if before.ids & _TAKING else NOTHING
