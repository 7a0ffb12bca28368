"""What is taken together and what is kept apart: 与钙剂间隔2小时，可与维生素C同服 lets nobody take calcium with it.

Looks at the partners of single segments over the whole of the facts; intervals themselves are for `binding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.forces import TOGETHER, is_negative
from narrowcast.domain.control.facts.segments import NOTHING, Features, drugs_of, features_of, names_of
from narrowcast.domain.control.facts.statements import Statement, Unit, marked_segments, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_APART = re.compile("间隔|错开|隔开|分开|岔开")
_LISTING = frozenset({"、", "或", "或者"})
_ADVISED_AGAINST = re.compile("不(?:推荐|建议|主张|提倡)")
_BANNED = re.compile("避免|不[得可能宜应要与和跟同]|禁|勿|别")


def keeps_apart(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids to take together what the facts keep apart: 不要和钙剂一起吃."""
    partners = _partners(unit) if is_negative(unit) else NOTHING
    return bool(partners) and any(partners <= apart for fact in facts for apart in _apart(fact.text))


def permitted_mixtures(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 可以和钙剂一起吃 where the facts only keep 钙剂 apart."""
    for unit in said.units:
        partners = NOTHING if is_negative(unit) or not unit.asserts else _partners(unit)
        joined = NOTHING.union(*(items for fact in facts for items in _joined(fact.text))) if partners else NOTHING
        own = NOTHING.union(*(_subject(fact.text) for fact in facts)) if joined & said.features else NOTHING
        for partner in sorted(partners - joined - own):
            if any(partner in kept for fact in facts for kept in _apart(fact.text)):
                yield Reason("negation", names_of({partner}), unit.text)


def forbidden_mixtures(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 不能和维生素C一起吃 where the facts only join 维生素C."""
    if any(_ADVISED_AGAINST.search(fact.text) for fact in facts):
        return
    for unit in said.units:
        partners = _partners(unit) if is_negative(unit) else NOTHING
        if not partners:
            continue
        joined = NOTHING.union(*(items for fact in facts for items in _joined(fact.text)))
        apart = NOTHING.union(*(items for fact in facts for items in _apart(fact.text)))
        own = NOTHING.union(*(_subject(fact.text) for fact in facts))
        for partner in sorted((partners & joined) - apart - own):
            yield Reason("negation", names_of({partner}), unit.text)


def kept_from_one_another(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 钙剂和铁剂要隔开 where both are only kept apart from a third: 左甲状腺素与钙剂、铁剂间隔4小时以上."""
    if not _APART.search(said.text):
        return
    named, lists = drugs_of(said.features), [listed for fact in facts for listed in _listed(fact.text)]
    for listed in lists if not any(token.text in _LISTING for token in said.tokens) else ():
        third = drugs_of(NOTHING.union(*(fact.features for fact in facts))) - listed
        if len(named & listed) > 1 and third and not named & third:
            yield Reason("drug", names_of(third), names_of(named & listed))


@lru_cache(maxsize=512)
def _listed(text: str) -> tuple[Features, ...]:
    """Return the medicines of each list of a fact that keeps things apart: 钙剂、铁剂."""
    tokens = read_fact(text).tokens if _APART.search(text) else ()
    joints = [n for n, token in enumerate(tokens) if token.text in _LISTING]
    return tuple(drugs_of(features_of(tokens[max(n - 1, 0) : n + 2 : 2])) for n in joints)


def _partners(unit: Unit) -> Features:
    """Return the medicines and foods that a unit says something is taken with."""
    return _items(unit.scope) if unit.scope & TOGETHER else NOTHING


def _items(features: Features) -> Features:
    return frozenset(feature for feature in features if feature.startswith(("d:", "f:")))


@lru_cache(maxsize=512)
def _apart(text: str) -> tuple[Features, ...]:
    """Return what each segment of a fact keeps apart from something."""
    return tuple(items for items, apart in _told(text) if apart)


@lru_cache(maxsize=512)
def _joined(text: str) -> tuple[Features, ...]:
    """Return what each segment of a fact lets be taken together."""
    return tuple(items for items, apart in _told(text) if not apart)


def _subject(text: str) -> Features:
    """Return the first item that a fact names, which the rest of it is said of."""
    named = (_items(features_of([token])) for token in read_fact(text).tokens)
    return next(filter(None, named), NOTHING)


def _told(text: str) -> Iterator[tuple[Features, bool]]:
    """Give the items of each segment that tells of taking together, and whether it keeps them apart."""
    for segment in marked_segments(read_fact(text).tokens):
        worded = "".join(token.text for token in segment.tokens)
        together = bool(segment.features & TOGETHER)
        if _APART.search(worded):
            yield _items(segment.features), True
        elif together:
            yield _items(segment.features), bool(_BANNED.search(worded))
