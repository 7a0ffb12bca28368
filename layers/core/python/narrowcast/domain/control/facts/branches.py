"""Facts that part people or findings in two (2岁以下 …；2岁及以上 …) and which of their values stands in which part.

Knows the slots of two texts alone; a limit that no number tells is a condition and none of this.
"""

from __future__ import annotations

from collections.abc import Sequence

from narrowcast.domain.control.facts.agreement import same_type, slots_equal
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement

_UP, _DOWN = frozenset({"from", "ge", "gt", "full"}), frozenset({"lt", "le", "upto"})
_AGES = frozenset({"岁", "周岁", "月龄", "个月龄"})


def labels_of(fact: Statement) -> list[Slot]:
    """Return the slots that part a fact: the same bound from above and from below, or two ages."""
    bounds = [slot for slot in fact.slots if _way(slot)]
    ages = [slot for slot in fact.slots if slot.quantity and slot.quantity.unit in _AGES]
    parting = [s for s in bounds if any(_way(s) == -_way(t) and _same_amount(s, t) for t in bounds)]
    if len({slot.quantity.amount for slot in ages if slot.quantity}) > 1:
        parting += [slot for slot in ages if slot not in parting]
    return [slot for slot in fact.slots if slot in parting]


def branch_of(slot: Slot, said: Statement, labels: Sequence[Slot]) -> Slot | None:
    """Return the label that a slot of a statement stands under: the last before it, or the only one there is."""
    before = [label for label in labels if _place(label, said) < _place(slot, said)]
    return before[-1] if before else labels[0] if len(labels) == 1 else None


def told_labels(said: Statement, labels: Sequence[Slot], fact: Statement) -> list[Slot]:
    """Return the slots of a sentence that are a label of the fact."""
    return [slot for slot in said.slots if any(same_type(slot, x) and slots_equal(slot, x, fact) for x in labels)]


def _place(slot: Slot, statement: Statement) -> int:
    return next(index for index, other in enumerate(statement.slots) if other is slot)


def _way(slot: Slot) -> int:
    """Return 1 for a bound from below, -1 for one from above, 0 for no bound."""
    if slot.kind not in {"quantity", "duration"} or slot.quantity is None:
        return 0
    return 1 if slot.comparator in _UP else -1 if slot.comparator in _DOWN or slot.relation == "within" else 0


def _same_amount(slot: Slot, other: Slot) -> bool:
    return bool(slot.quantity and other.quantity and slot.quantity.same_amount(other.quantity))
