"""What the wording of a fact lets a sentence say besides its words: 软膏 is 涂, 5毫克 is a 剂量, 心肾 names a 心脏.

Only what every reader takes from the words themselves: how a form is used, what an amount measures, which organs a
compound joins, what is done to what is measured. Knowledge of medicine (what a medicine is for) is none of it, but for
the illness or the test that a fact is about in every reader's eyes (急性发作 beside 秋水仙碱, 低渣饮食 before a test).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from narrowcast.domain.control.facts.lexer import ids_of
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.implied import BY_DIMENSION, BY_WORDING
from narrowcast.domain.control.facts.tables.units import DOSES
from narrowcast.domain.control.prefilter import Sieve


@cache
def _wordings() -> Sieve:
    return Sieve(wording for wording, _ in BY_WORDING)


def implied_by(fact: Statement) -> frozenset[str]:
    """Return the groups of meaning that the wording and the amounts of a fact imply."""
    measured = (_groups(word) for slot in fact.slots for word in _measures(slot))
    return _by_wording(fact.text).union(*measured)


@lru_cache(maxsize=512)
def _by_wording(text: str) -> frozenset[str]:
    wordings = _wordings()
    found = (n for n in wordings.that_may_match(text) if wordings.patterns[n].pattern.search(text))
    return frozenset[str]().union(*(_groups(word) for number in found for word in BY_WORDING[number][1].split()))


@cache
def _groups(word: str) -> frozenset[str]:
    """Return the group that a word heads, or else every group it is in."""
    ids = ids_of(word)
    return ids & {f"w:{word}"} or ids


def _measures(slot: Slot) -> Iterable[str]:
    """Give the names of what the amount of a slot measures."""
    if slot.quantity is None:
        return ()
    kind = "dose" if slot.quantity.dimension in DOSES else slot.quantity.dimension
    if kind == "month" and slot.quantity.unit in {"岁", "周岁"}:
        kind = "age"
    return BY_DIMENSION.get(kind, "").split()
