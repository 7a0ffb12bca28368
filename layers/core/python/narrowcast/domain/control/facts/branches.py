"""Facts that part people or findings in two (2岁以下 …；2岁及以上 …) and which of their values stands in which part.

Knows the slots of two texts alone; a limit that no number tells is a condition and none of this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from narrowcast.domain.control.facts.agreement import same_type, slots_equal
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import AGES
from narrowcast.domain.control.facts.ways import DOWN, UP


def labels_of(fact: Statement) -> list[Slot]:
    """Return the slots that part a fact: the same bound from above and from below, or two ages."""
    if len(fact.slots) < 2:  # noqa: PLR2004 - it takes two
        return []
    ways: dict[object, set[int]] = defaultdict(set)
    for slot in fact.slots:
        ways[_bound(slot)].add(_way(slot))
    ages = {slot.quantity.amount for slot in fact.slots if slot.quantity and slot.quantity.unit in AGES}
    return [slot for slot in fact.slots if (_way(slot) and -_way(slot) in ways[_bound(slot)]) or _is_age(slot, ages)]


def _is_age(slot: Slot, ages: Collection[object]) -> bool:
    return len(ages) > 1 and slot.quantity is not None and slot.quantity.unit in AGES


def _bound(slot: Slot) -> tuple[object, ...]:
    return (slot.quantity.dimension, slot.quantity.amount) if slot.quantity else ()


def branch_of(slot: Slot, said: Statement, labels: Sequence[Slot]) -> Slot | None:
    """Return the label that a slot of a statement stands under: the last before it, or the only one there is."""
    before = None
    for other in said.slots:
        if other is slot:
            break
        before = other if any(other is label for label in labels) else before
    return before or (labels[0] if len(labels) == 1 else None)


def told_labels(said: Statement, labels: Sequence[Slot], fact: Statement) -> list[Slot]:
    """Return the slots of a sentence that are a label of the fact."""
    return [slot for slot in said.slots if any(same_type(slot, x) and slots_equal(slot, x, fact) for x in labels)]


def _way(slot: Slot) -> int:
    """Return 1 for a bound from below, -1 for one from above, 0 for no bound."""
    if slot.kind not in {"quantity", "duration"} or slot.quantity is None:
        return 0
    return 1 if slot.comparator in UP else -1 if slot.comparator in DOWN or slot.relation == "within" else 0
