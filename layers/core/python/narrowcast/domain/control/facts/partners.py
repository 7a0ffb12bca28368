"""Values that a fact tells together, and a sentence that tells one beside another's: 6周达到90° of 2周90°，6周110°.

Looks at the values of single segments over the whole of the facts; whether a value is there at all is for `binding`,
whom a branch is for is for `branches` and `labels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, permutations, product, starmap

from narrowcast.domain.control.facts.agreement import same_type, slot_reason, slots_equal
from narrowcast.domain.control.facts.segments import NOTHING, Features, drugs_of, names_of
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import AGES
from narrowcast.domain.control.facts.verdict import Reason

_MEALS = ("meal", "meals", "breakfast", "lunch", "supper", "empty", "fed")
_NAMING = AGES | {"针"}
_TIMED = frozenset({"timing", "duration"})
_APART = frozenset({"w:间隔", "w:间隔时间", "w:间距", "w:错开"})
_SORTS = frozenset({"within", "after", "before"})
_TOLD = frozenset({"frequency", "quantity", "timing"})
"""Kinds of what is told; a stretch of time only says of when."""
_LABELS = frozenset({"w:首剂", "w:首次", "w:负荷剂量", "w:维持剂量"})
"""What tells by itself which of several doses of one medicine is meant."""
Row = Sequence[Slot]


def parted_values(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value where the facts have another one of its kind beside it: 20mg bid of 15mg bid，之后20mg qd."""
    rows = [(fact, row) for fact in facts for row in _rows_of_fact(fact)]
    if len(said.slots) < 2 or len(rows) < 2:  # noqa: PLR2004 - nothing is mixed of one
        return
    for row in _rows(said):
        for one, other in permutations(row, 2):
            rivals = _rivals(one, other, row, rows)
            if rivals:
                yield slot_reason(other, rivals)
                return


def others_values(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value of another thing: 集尿袋每4周更换 of 导尿管每4周更换，集尿袋每周更换."""
    known = _told_in(tuple(facts)) if said.slots else ()
    for slot in said.slots if len(known) > 1 else ():
        own = [place for place in known if _equal(slot, place[1], place[0])] if _tells(slot) else []
        foreign = _things(slot).difference(*(other.near for _, other in own)) if own else NOTHING
        for thing in sorted(foreign):
            theirs = [(fact, other) for fact, other in known if thing in other.near and _same_role(slot, other)]
            apart = (_is_of_another(other, rival, said) for _, other in own for _, rival in theirs)
            if theirs and (thing in _LABELS or all(apart)):
                yield slot_reason(slot, [rival for _, rival in theirs])
                return


def parted_medicines(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a medicine at the time of others: A和C饭前吃 of A与B餐前服，C与D餐后服, or in the months of others."""
    known = _timed_in(tuple(facts)) if said.slots else ()
    for slot in said.slots if len(known) > 1 else ():
        drugs = drugs_of(slot.near) if _times_medicine(slot) and not slot.inherits else NOTHING
        for drug in sorted(drugs):
            own = [(f, other) for f, other in known if drug in other.near and _same_role(slot, other)]
            elsewhere = any(_equal(slot, other, fact) and drugs_of(other.near) for fact, other in known)
            if elsewhere and own and not any(_is_then(slot, other, fact) for fact, other in own):
                yield Reason("drug", own[0][1].text, f"{names_of({drug})}…{slot.text}")
                return


@lru_cache(maxsize=512)
def _told_in(facts: tuple[Statement, ...]) -> Sequence[tuple[Statement, Slot]]:
    """Return the values of some facts."""
    return [(fact, slot) for fact in facts for slot in fact.slots if _tells(slot) and slot.kind in _TOLD]


@lru_cache(maxsize=512)
def _timed_in(facts: tuple[Statement, ...]) -> Sequence[tuple[Statement, Slot]]:
    """Return what some facts say of when and how long."""
    return [(fact, slot) for fact in facts for slot in fact.slots if _times_medicine(slot)]


def _times_medicine(slot: Slot) -> bool:
    """Say whether a slot tells when or how long, not how often (早晚各一次) or how far apart two medicines are."""
    return slot.kind in _TIMED and slot.basis != "each" and not slot.near & _APART


def _is_then(slot: Slot, other: Slot, fact: Statement) -> bool:
    """Say whether a time is that of a slot, or one of another sort: within, after."""
    sorts = {part.relation if part.relation in _SORTS else "" for part in (slot, other)}
    return slots_equal(slot, other, fact) or len(sorts) > 1


def _things(slot: Slot) -> Features:
    return frozenset(feature for feature in slot.near if feature.startswith(("w:", "f:")))


def _is_of_another(slot: Slot, rival: Slot, said: Statement) -> bool:
    """Say whether a value has a thing of its own in its fact, beside a rival's, that the sentence does not name."""
    own = _things(slot) - rival.near
    return bool(own) and not own & said.ids and not slot.drugs & rival.drugs


def _tells(slot: Slot) -> bool:
    if slot.quantity and slot.quantity.unit in _NAMING:
        return False  # 5针法 is what a schedule is called
    return slot.kind in {"quantity", "duration", "timing"} or bool(slot.frequency and slot.frequency.low is not None)


@lru_cache(maxsize=512)
def _rows_of_fact(fact: Statement) -> tuple[Row, ...]:
    return tuple(_rows(fact))


def _rows(statement: Statement) -> Iterator[Row]:
    """Give the values of each segment, with those of the ones after it that go on from it: 20毫克，一天两次."""
    sentences = {unit.segment: unit.sentence for unit in statement.units}
    row: list[Slot] = []
    for segment, slots in groupby(filter(_tells, statement.slots), key=lambda slot: slot.segment):
        own = list(slots)
        apart = bool(row) and sentences.get(segment) not in {None, sentences.get(row[-1].segment)}
        if apart or not all(slot.inherits for slot in own) or any(starmap(_same_role, product(own, row))):
            yield row
            row = []
        row = [*row, *own]
    yield row


def _rivals(one: Slot, other: Slot, row: Row, rows: Sequence[tuple[Statement, Row]]) -> list[Slot]:
    """Return what the facts have beside one value in place of another that they have elsewhere; none if they agree.

    What stands in one segment with it is beside it; a row of several segments may have been said of others too.
    """
    if other.kind not in _TOLD or _same_role(one, other):
        return []
    elsewhere = [slot for fact, known in rows for slot in known if _equal(other, slot, fact)]
    places = [(fact, known, slot) for fact, known in rows for slot in known if _equal(one, slot, fact)]
    like = elsewhere if other.quantity and other.quantity.dimension == "number" else [other]  # 7.8 of 7.8mmol/L
    alike = [(f, s, at) for f, known, at in places for s in known if any(_same_role(own, s) for own in like)]
    beside = [(f, s) for f, s, at in alike if s.segment == at.segment]
    if not beside or any(_equal(own, s, f) for f, s in beside for own in row if own is other or _same_role(own, s)):
        return []
    if any(_equal(other, slot, fact) for fact, known, _ in places for slot in known):
        return []
    goes_on = one.segment < other.segment and not any(s.near for _, s in beside)  # 2周屈膝90°，6周110°
    apart = one.segment != other.segment and not goes_on
    if not elsewhere or (apart and _of_something_else(other, elsewhere, beside)):
        return []
    return [slot for _, slot in beside]


def _of_something_else(slot: Slot, elsewhere: Sequence[Slot], beside: Sequence[tuple[Statement, Slot]]) -> bool:
    """Say whether a value of a later segment is of what its own place in the facts speaks of: 每周复查一次."""
    here = frozenset[str]().union(*(other.near for _, other in beside))
    return any(slot.near & other.near - other.drugs - here for other in elsewhere)


def _equal(slot: Slot, other: Slot, fact: Statement) -> bool:
    if slot.drugs and other.drugs and not slot.drugs & other.drugs:
        return False
    return same_type(slot, other) and slots_equal(slot, other, fact)


def _same_role(slot: Slot, other: Slot) -> bool:
    """Say whether one value could stand in place of another: doses of one basis, meals, parts of the day."""
    if not same_type(slot, other):
        return False
    if slot.kind == "timing":
        return slot.value.endswith(_MEALS) == other.value.endswith(_MEALS)
    return not (slot.basis and other.basis) or slot.basis == other.basis
