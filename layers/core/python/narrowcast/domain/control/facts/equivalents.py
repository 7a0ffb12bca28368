"""Amounts that a text says twice in other units: 二两(100克), 两周也就是14天, 2岁和2岁以上; and days told one by one.

Works on tokens before they are cut into segments. What is left out says nothing new: a repetition that is another
amount stays, to be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.tables.units import TIME

_THAT_IS_WORDS = (
    "也就是 就是 即 也即 亦即 也就是说 就是说 等于 相当于 相当 折合 合 折算 约合 换算成 换算下来 差不多 大概 大约 约 "
    "含 包括 包含 也 是 说 换算 成"
)
_THAT_IS = frozenset(_THAT_IS_WORDS.split())
_COUNTED = frozenset({"片", "粒", "丸", "支", "袋", "滴", "喷", "勺", "times"})
"""Dimensions that are counted in whole numbers, so that 1片或2片 is 1~2片."""
_AND = frozenset({"和", "及", "或", "与", "跟", "以及"})
_WATERS = frozenset({"mass", "volume"})
"""Dimensions of which a gram and a millilitre are the same of water: 半斤(250毫升)."""


def without_repetitions(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with every amount that is only said again left out, and neighbouring days made one range."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        if tokens[index].quantity:
            index = _skip(tokens, index, kept)
        else:
            kept.append(tokens[index])
            index += 1
    return kept


def _skip(tokens: Sequence[Token], index: int, kept: list[Token]) -> int:
    """Take an amount over, or leave out what repeats it; return where to go on."""
    end = _bracketed(tokens, index, kept) or _explained(tokens, index, kept)
    if end:
        return end
    if _opens_bound(tokens, index):
        return index + 2
    kept += _bounds_of_gloss(tokens, index)
    token, index = _neighbours(tokens, index)
    kept.append(token)
    return index + 1


def _bracketed(tokens: Sequence[Token], index: int, kept: list[Token]) -> int:
    """Read 二两(100克) and 6个月以上(含6个月) as one amount; return where it ends, 0 when it is not one."""
    start = index + 1 + (_kind(tokens, index + 1) == "after")
    if _text(tokens, start) != "(":
        return 0
    end = next((i for i in range(start, min(start + 6, len(tokens))) if tokens[i].text == ")"), 0)
    inner = _only_amount(tokens[start + 1 : end]) if end else None
    said = _one_of(tokens[index], inner)
    if said is None:
        return 0
    kept.extend((said, *tokens[index + 1 : start]))
    return end + 1


def _explained(tokens: Sequence[Token], index: int, kept: list[Token]) -> int:
    """Read 两周，也就是14天 as one amount."""
    start = index + 1
    while _kind(tokens, start) in {"after", "bound", "light"} and tokens[start].text not in _THAT_IS:
        start += 1
    end = start + (_text(tokens, start) == "，")
    linked = end
    while _text(tokens, linked) in _THAT_IS:
        linked += 1
    if linked == end or linked >= len(tokens):
        return 0
    said = _one_of(tokens[index], tokens[linked])
    if said is None:
        return 0
    rest = tokens[index + 1 : start]
    kept.extend((said, *rest))
    following = linked + 1
    return following + (bool(rest) and _text(tokens, following) == rest[-1].text)


def _bounds_of_gloss(tokens: Sequence[Token], index: int) -> Sequence[Token]:
    """Return what an amount in brackets leaves out: the period and the bound of 每日|不超过|3g|(6片)."""
    if index < 3 or _text(tokens, index - 1) != "(" or _text(tokens, index + 1) != ")":  # noqa: PLR2004 - 不超过|3g|(
        return ()
    bound = tokens[index - 3]
    if bound.kind != "before" or not tokens[index - 2].quantity:
        return ()
    before = tokens[max(index - 4, 0) : index - 3]
    return [*(token for token in before if token.kind in {"period", "per_time"}), bound]


def _opens_bound(tokens: Sequence[Token], index: int) -> bool:
    """Say whether 2岁和 only opens 2岁和2岁以上."""
    far = tokens[index + 2] if index + 2 < len(tokens) else None
    linked = _text(tokens, index + 1) in _AND and far is not None and _kind(tokens, index + 3) == "after"
    return bool(linked and far and _same(tokens[index].quantity, far.quantity))


def _neighbours(tokens: Sequence[Token], index: int) -> tuple[Token, int]:
    """Read 第4、5天 as the range it is; return it with the index of its last token."""
    first, far = tokens[index].quantity, tokens[index + 2] if index + 2 < len(tokens) else None
    if first is None or far is None or far.quantity is None or _text(tokens, index + 1) not in {"、", "或"}:
        return tokens[index], index
    second = far.quantity
    counted = second.dimension in _COUNTED and _text(tokens, index - 1) != "第"
    counts = (second.dimension in TIME or counted) and not second.is_range
    counts = counts and first.dimension in {"number", second.dimension}
    low = first.low * second.factor if first.dimension == "number" else first.low
    if not counts or (counted and first.low < 1) or first.is_range or second.low - low != second.factor:
        return tokens[index], index
    written = tokens[index].text + tokens[index + 1].text + far.text
    return tokens[index]._replace(text=written, quantity=replace(second, low=low, written=written)), index + 2


def _only_amount(tokens: Sequence[Token]) -> Token | None:
    """Return the one amount among some tokens that say nothing else."""
    amounts = [token for token in tokens if token.quantity]
    idle = all(token.quantity or token.text in _THAT_IS or token.kind == "after" for token in tokens)
    return amounts[0] if len(amounts) == 1 and idle else None


def _one_of(token: Token, other: Token | None) -> Token | None:
    """Return the token that stands for two of the same amount, None when they are two amounts."""
    if other is None or token.quantity is None or other.quantity is None:
        return None
    if _same(token.quantity, other.quantity):
        return token
    alike = {token.quantity.dimension, other.quantity.dimension} == _WATERS
    return other._replace(start=token.start) if alike and token.quantity.amount == other.quantity.amount else None


def _same(quantity: Quantity | None, other: Quantity | None) -> bool:
    return bool(quantity and other and quantity.same_amount(other))


def _kind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].kind if index < len(tokens) else ""


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""
