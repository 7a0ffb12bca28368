"""Which words of a text are denied and which are told: 未达标 denies what 达标 tells.

Reads tokens alone; a ban (不要) denies nothing, it forbids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, Features, meaning_of

_DENIES = frozenset({"not", "cannot", "needless"})
_NAMED = frozenset({"word", "food", "drug", "population"})
_DENYING = ("未", "无", "不", "没", "非")
_FEWEST = 2
_ABSENT = frozenset({"无", "没有", "没", "还没有", "也没有", "都没有", "并没有", "尚无", "并无"})
_JOINTS = frozenset({"、", "或", "或者", "和", "及", "以及", "与"})


def denied_in(tokens: Sequence[Token]) -> Features:
    """Return the words that a denial stands directly before (未|达标), or is a part of (未开封), or lists (无A、B)."""
    denied = set(_listed(tokens))
    open_denial = False
    for token in tokens:
        kind = token.kind
        if kind == "negation":
            open_denial = token.value in _DENIES
        elif kind != "light":
            denied.update(meaning_of(token) if open_denial and kind in _NAMED else _denied_parts(token))
            open_denial = False
    return frozenset(denied)


def told_in(tokens: Sequence[Token]) -> Features:
    """Return the words of each clause before it denies anything, but for what it denies: 意识|不清."""
    told: set[str] = set()
    plain: list[Token] = []
    denied = False
    for token in tokens:
        if token.kind == "stop":
            _name(told, plain)
            plain, denied = [], False
        elif denied or token.kind == "light":
            continue
        elif token.kind == "negation" or _denied_parts(token):
            plain, denied = plain[:-1], True
        else:
            plain.append(token)
    _name(told, plain)
    return frozenset(told) - _listed(tokens)


def _name(told: set[str], tokens: Sequence[Token]) -> None:
    """Add what some words name."""
    for token in tokens:
        if token.kind in _NAMED:
            told.update(token.parts, meaning_of(token))


def denies_all(tokens: Sequence[Token]) -> bool:
    """Say whether a list opens with one denial of all that it names: 无|发热|、|皮疹 is no 无发热 alone."""
    return bool(_listed(tokens))


_LACKED = re.compile(
    "(?:没有|无|未见|不伴)(?:明显|任何)?(?P<what>[\u4e00-\u9fff]{3,6}?)(?=者|时|的|后|，|、|或|且|和|及|[。；]|$)"
)
_DENIED_BEFORE = re.compile("(?:没|无|未|不|非|排除)[^，。；]*$")


def tells_denied(said: str, condition: str) -> bool:
    """Say whether a text has what a condition is without, under a name that no table knows: 有恶性征象."""
    return any(name in said and not _is_denied(name, said) for name in _lacked_in(condition))


@lru_cache(maxsize=512)
def _lacked_in(condition: str) -> tuple[str, ...]:
    return tuple(match["what"] for match in _LACKED.finditer(condition))


def _is_denied(name: str, said: str) -> bool:
    return any(_DENIED_BEFORE.search(said[: match.start()]) for match in re.finditer(re.escape(name), said))


def _listed(tokens: Sequence[Token]) -> Features:
    """Return what follows the first of a list that one 无 denies."""
    listed: Features = NOTHING
    if _ABSENT.isdisjoint([token.text for token in tokens if token.kind == "negation"]):
        return listed
    for before, denied, joint, following in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        opens = before.text in _ABSENT and denied.kind in _NAMED
        goes_on = bool(listed) and bool(listed & frozenset(meaning_of(denied)))
        if (opens or goes_on) and joint.text in _JOINTS and following.kind in _NAMED:
            listed |= frozenset(meaning_of(following))
    return listed


def _denied_parts(token: Token) -> Features:
    return token.parts if len(token.text) > _FEWEST and token.text.startswith(_DENYING) else NOTHING
