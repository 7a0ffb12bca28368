"""Values on the two sides of one moment, told on the other side: 稳定后每周查 for 稳定前每周查，稳定后每4周查.

Looks only at facts that tell values on both sides of a moment; single moments are for `swaps`, cases for `strays`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.agreement import same_type, slot_reason, slots_equal
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_SIDE = re.compile(
    "(?P<denied>非|不是)?(?P<what>空腹)|(?P<event>稳定|达标|缓解|恢复|拆线|拔管|出院|入院|手术|化疗|放疗|透析|妊娠|分娩|断奶|绝经|[术产孕餐饭睡])(?:[之以]|做?完)?(?P<side>[前后])(?![期续])"
)
_MARKS = ("前", "后", "空腹")
"""What every match has some of."""
_OTHER_SIDE = {"前": "后", "后": "前", "是": "非", "非": "是"}

Moment = tuple[str, str]
"""What a moment is of, and its side."""


def crossed_moments(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value that a fact has only on the other side of the moment it is told on."""
    parting = [
        known for known in map(_by_moment, facts) if any((what, _OTHER_SIDE[side]) in known for what, side in known)
    ]
    told = _by_moment(said) if parting else {}
    for fact in facts if told else ():
        known = _by_moment(fact)
        for (what, side), slots in told.items():
            own, others = known.get((what, side), ()), known.get((what, _OTHER_SIDE[side]), ())
            yield from _crossed(slots, own, others, fact) if own and others else ()


def _crossed(slots: Sequence[Slot], own: Sequence[Slot], others: Sequence[Slot], fact: Statement) -> Iterable[Reason]:
    for slot in slots:
        rivals = [other for other in own if same_type(slot, other)]
        same = [other for other in (*own, *others) if same_type(slot, other) and slots_equal(slot, other, fact)]
        if rivals and same and not any(other in own for other in same):
            yield slot_reason(slot, rivals)


@lru_cache(maxsize=1024)
def _by_moment(statement: Statement) -> dict[Moment, tuple[Slot, ...]]:
    """Return the values of a text by the moment that stands in their segment, or else in the one before it."""
    if not any(mark in statement.text for mark in _MARKS):
        return {}
    found: dict[Moment, list[Slot]] = {}
    moments: tuple[Moment, ...] = ()
    sentence = -1
    for segment, text in zip(statement.marked, statement.segments, strict=False):
        moments = _moments(text) or (moments if segment.sentence == sentence else ())
        sentence = segment.sentence
        for moment in moments if len(moments) == 1 else ():
            found.setdefault(moment, []).extend(_values(statement, segment.number))
    return {moment: tuple(slots) for moment, slots in found.items() if slots}


def _moments(text: str) -> tuple[Moment, ...]:
    matches = _SIDE.finditer(text) if any(mark in text for mark in _MARKS) else ()
    return tuple((m["what"] or m["event"], m["side"] or ("非" if m["denied"] else "是")) for m in matches)


def _values(statement: Statement, segment: int) -> list[Slot]:
    return [slot for slot in statement.slots if slot.segment == segment and slot.kind in {"quantity", "frequency"}]
