"""Which measured part of the facts each measured part of a sentence is: the same value, of the same thing.

Two medicines, two groups of people or two stretches of a treatment do not swap what is said of them. Reasons are
given for what no fact has; conditions that a sentence loses altogether are for `comparison`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from narrowcast.domain.control.facts.agreement import (
    belongs_to,
    reach_of,
    restates,
    same_moment,
    same_type,
    slot_reason,
    slots_equal,
)
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.novelty import Carrier
from narrowcast.domain.control.facts.phases import contrary
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.markers import IMPLIED_ROUTES, IMPLIED_TIMING
from narrowcast.domain.control.facts.verdict import Reason


class Binding:
    """The slots of one sentence against those of its facts.

    `ids` are the meanings that the facts have, `keeps` says whether the sentence keeps a condition of theirs.
    """

    def __init__(
        self,
        said: Statement,
        facts: Sequence[Statement],
        carrier: Carrier,
        ids: Features,
        keeps: Callable[[Condition], bool],
    ) -> None:
        self.said, self.facts, self.carrier, self.ids, self.keeps = said, facts, carrier, ids, keeps
        self.known = [(fact, slot) for fact in facts for slot in fact.slots]

    def reasons(self) -> Iterable[Reason]:
        """Give a reason for every slot of the sentence that no fact has of the same thing."""
        for slot in self.said.slots:
            if not (any(self._is(slot, other, fact) for fact, other in self.known) or self._is_waived(slot)):
                yield slot_reason(slot, [other for _, other in self.known if other.kind == slot.kind])

    def _is(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        return same_type(slot, other) and slots_equal(slot, other, fact) and self._bound_alike(slot, other, fact)

    # ---- what needs no slot of its own in the facts ----

    def _is_waived(self, slot: Slot) -> bool:
        """Say whether a slot is implied by what the facts say."""
        if slot.kind == "timing":
            return self._is_implied_time(slot)
        if slot.kind == "route":
            return self._is_implied_route(slot)
        if slot.quantity and slot.quantity.dimension == "针":  # 打一针疫苗
            rivals = any(same_type(slot, other) for _, other in self.known)
            return slot.quantity.high == 1 and "w:接种" in self.ids and not rivals
        return False

    def _is_implied_time(self, slot: Slot) -> bool:
        said = {f.removeprefix("timing:") for f in self.carrier.features if f.startswith("timing:")}
        implied = {later for earlier in said for later in IMPLIED_TIMING.get(earlier, ())}
        return slot.basis == "each" or slot.value in implied or self.carrier.says(slot.text)

    def _is_implied_route(self, slot: Slot) -> bool:
        if slot.text[-1:] in {other.quantity.unit for _, other in self.known if other.quantity}:
            return True  # 每次吸 for 每次2吸
        known = {other.value for _, other in self.known if other.kind == "route"}
        named = frozenset().union(*(token.ids for token in self.said.tokens if slot.text.endswith(token.text)))
        return bool(IMPLIED_ROUTES.get(slot.value, set()) & known) or (not known and bool(named & self.ids))

    # ---- of the same thing ----

    def _bound_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot hangs on the same thing in both texts."""
        if slot.kind == "route":
            return True
        if not self._same_medicine(slot, other):
            return False
        if not same_moment(slot.near, other.near) or contrary(slot.phases, other.phases):
            return False
        if not self._limited_alike(slot, other, fact):
            return False
        return not self._belongs_elsewhere(slot, other, fact)

    def _same_medicine(self, slot: Slot, other: Slot) -> bool:
        elsewhere = slot.inherits and other.inherits and slot.near & other.near
        return not slot.drugs or not other.drugs or bool(slot.drugs & other.drugs or elsewhere)

    def _belongs_elsewhere(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether what is said around a slot is what the facts say around another value of its type."""
        own = len(reach_of(slot, self.said) & reach_of(other, fact))
        rivals = [s for f, s in self.known if same_type(slot, s) and not slots_equal(slot, s, f)]
        rivals = [rival for rival in rivals if not _only_period(slot, rival)]
        if any(belongs_to(slot, rival, other) for rival in rivals):
            return True
        best = max((len(slot.near & rival.near) for rival in rivals), default=0)
        return best >= own + 2 if own else best > 0

    def _limited_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot does not stand under the condition of another of its type."""
        if self._loses_limit(slot, other, fact):
            return False
        over = [c for c in self.said.conditions if slot.segment in c.reaches]
        if any(other.segment in condition.segments and self.keeps(condition) for condition in fact.conditions):
            return True
        for condition in fact.conditions:
            if restates(over, condition) and other.segment not in condition.reaches:
                return not any(
                    same_type(slot, s) and s.segment in condition.segments and s is not other for s in fact.slots
                )
        return True

    def _loses_limit(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a fact has a slot under a condition of its own clause, beside others, that the sentence drops."""
        if not any(
            same_type(slot, s) and s.segment != other.segment and not slots_equal(slot, s, fact) for s in fact.slots
        ):
            return False
        own = [c for c in fact.conditions if other.segment in c.segments and min(c.segments) == other.segment]
        own = [] if slot.phases & other.phases else own
        return any(not self.keeps(condition) for condition in own)


def _only_period(slot: Slot, rival: Slot) -> bool:
    """Say whether a rival names only the period that the slot has too: 每晚 beside 每日1次."""
    if not (slot.frequency and rival.frequency):
        return False
    return slot.frequency.period == rival.frequency.period and None in {slot.frequency.low, rival.frequency.low}
