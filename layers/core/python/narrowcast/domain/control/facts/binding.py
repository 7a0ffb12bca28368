"""Which measured part of the facts each measured part of a sentence is: the same value, of the same thing.

Two medicines, two groups of people or two stretches of a treatment do not swap what is said of them. Reasons are
given for what no fact has; conditions that a sentence loses altogether are for `comparison`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from narrowcast.domain.control.facts.agreement import (
    MEALS,
    belongs_to,
    reach_of,
    restates,
    same_moment,
    same_time,
    same_type,
    slot_reason,
    slots_equal,
)
from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.branches import branch_of, labels_of, told_labels
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.equalities import same_in_other_terms
from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.once import once
from narrowcast.domain.control.facts.periods import DAILY
from narrowcast.domain.control.facts.phases import contrary
from narrowcast.domain.control.facts.schemes import counts_schedule
from narrowcast.domain.control.facts.segments import NOTHING, Features, drugs_of, people_of
from narrowcast.domain.control.facts.slots import BETWEEN_TWO, Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.markers import IMPLIED_ROUTES, IMPLIED_TIMING
from narrowcast.domain.control.facts.tables.units import DOSES
from narrowcast.domain.control.facts.verdict import Reason

_SWALLOWED = re.compile("[送吞顿嚼冲]服")
"""How a fact tells that a medicine is taken by mouth."""


class _Value:
    """A measured part of a fact, what stands around it, and the part of a sentence that has the same value."""

    def __init__(self, fact: Statement, slot: Slot, said: Statement) -> None:
        self.fact, self.slot, self.said = fact, slot, said

    @once
    def told(self) -> Slot | None:
        alike = (slot for slot in self.said.slots if same_type(slot, self.slot))
        return next((slot for slot in alike if slots_equal(slot, self.slot, self.fact)), None)

    @once
    def around(self) -> Features:
        return around(self.slot, self.fact)


class Binding:
    """The slots of one sentence against those of its facts; most need no more of their alignment than that."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment, self.said, self.facts = alignment, alignment.said, alignment.facts
        self.known = [(fact, slot) for fact in self.facts for slot in fact.slots]
        self.rivals: dict[int, list[_Value]] = {}
        self.labels: dict[int, list[Slot]] = {}

    def keeps(self, condition: Condition) -> bool:
        """Say whether the sentence keeps a condition of its facts."""
        return self.alignment.keeping.keeps(condition)

    def reasons(self) -> Iterable[Reason]:
        """Give a reason for every slot of the sentence that no fact has of the same thing."""
        for slot in self._unbound():
            yield slot_reason(slot, [other for _, other in self.known if other.kind == slot.kind])

    def binds_all(self) -> bool:
        """Say whether there is no reason; first whether each value is there at all, whatever it is of."""
        return all(map(self._is_told, self.said.slots)) and next(self._unbound(), None) is None

    def _unbound(self) -> Iterator[Slot]:
        for slot in self.said.slots:
            if not (any(self._is(slot, other, fact) for fact, other in self.known) or self._is_waived(slot)):
                yield slot

    def _is_told(self, slot: Slot) -> bool:
        for fact, other in self.known:
            if same_type(slot, other) and slots_equal(slot, other, fact):
                return True
        return any(same_in_other_terms(slot, other, fact, self.said) for fact, other in self.known) or self._is_waived(
            slot
        )

    def _is(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        if not (same_type(slot, other) and slots_equal(slot, other, fact)):
            return same_in_other_terms(slot, other, fact, self.said)
        if other.moment == "offset" and other.kind == "timing" and not self._tells_offset(other, fact):
            return False
        parted = self._in_same_branch(slot, other, fact)
        if other.frequency and _is_barred(other, fact):  # 每周1次，次日口服叶酸，切勿每日服用
            return other.inherits and _is_barred(slot, self.said)
        return self._bound_alike(slot, other, fact) if parted is None else parted and self._same_medicine(slot, other)

    def _tells_offset(self, other: Slot, fact: Statement) -> bool:
        """Say whether the sentence tells how long before or after a meal, where the fact does: 餐后2小时."""
        known = [slot for slot in fact.slots if slot.kind == "duration" and slot.segment == other.segment]
        return any(same_type(slot, x) and slots_equal(slot, x, fact) for slot in self.said.slots for x in known)

    # ---- what needs no slot of its own in the facts ----

    def _is_waived(self, slot: Slot) -> bool:
        """Say whether a slot is implied by what the facts say."""
        if slot.kind == "timing":
            return (slot.banned and f"timing:{slot.value}" in self.alignment.ids) or self._is_implied_time(slot)
        if slot.kind == "route":
            return self._only_does(slot) or self._is_implied_route(slot)
        if slot.frequency:
            return slot.frequency.low is None and self._tells_days(slot)  # 第2天、第3天每天80毫克 for 第2、3天各80mg
        if self._tells_count(slot):
            return True
        if slot.quantity and slot.quantity.dimension == "针":  # 打一针疫苗
            rivals = any(same_type(slot, other) for _, other in self.known)
            return slot.quantity.high == 1 and "w:接种" in self.alignment.ids and not rivals
        return False

    def _tells_count(self, slot: Slot) -> bool:
        """Say whether a count is of what the facts list: 四种药 of four, 一包 for 每包, five doses on five days."""
        listed = self._counts_list(slot) or self._counts_one(slot) or self._names_nth(slot)
        return listed or counts_schedule(slot, self.said, self.facts)

    def _only_does(self, slot: Slot) -> bool:
        """Say whether 打 injects nothing: it stands before what a fact names, or how often (打太极拳, 打三回)."""
        if slot.text != "打" or slot.drugs:
            return False
        pairs = zip(self.said.tokens, self.said.tokens[1:], strict=False)
        following = [after for before, after in pairs if before.kind == "route" and before.text == slot.text]
        ids = self.alignment.ids
        plain = all(after.kind == "times" or (after.kind == "word" and after.ids & ids) for after in following)
        return plain and bool(following) and not any(other.kind == "route" for _, other in self.known)

    def _tells_days(self, slot: Slot) -> bool:
        """Say whether a sentence names beside 每天 which days it means."""
        days = (s for s in self.said.slots if s.segment == slot.segment and s.relation == "ordinal" and s.quantity)
        daily = slot.frequency is not None and slot.frequency.period == DAILY
        return daily and any(s.quantity and s.quantity.is_range for s in days)

    def _counts_list(self, slot: Slot) -> bool:
        """Say whether a count is how many medicines a fact or the sentence lists: 四种药."""
        if slot.quantity is None or slot.comparator or slot.quantity.unit not in {"种", "类"}:
            return False
        lists = (drugs_of(statement.ids) for statement in (self.said, *self.facts))
        return any(slot.quantity.low == slot.quantity.high == len(drugs) for drugs in lists)

    def _counts_one(self, slot: Slot) -> bool:
        quantity = slot.quantity
        if quantity is None or slot.comparator or quantity.dimension not in DOSES or quantity.low != quantity.factor:
            return False
        return quantity.high == quantity.low and any(f"每{quantity.unit}" in fact.text for fact in self.facts)

    def _names_nth(self, slot: Slot) -> bool:
        """Say whether 第2针 is one of as many as the facts count: 2剂; of more than two none is told with another."""
        if slot.relation != "ordinal" or slot.quantity is None or slot.quantity.dimension != "针":
            return False
        known = [other for _, other in self.known if same_type(slot, other)]
        told = max((other.quantity.high for other in known if other.quantity), default=0)
        paired = told == len("两剂") or not slot.near & BETWEEN_TWO
        return paired and slot.quantity.high <= told and not any(other.relation == "ordinal" for other in known)

    def _is_implied_time(self, slot: Slot) -> bool:
        said = {f.removeprefix("timing:") for f in self.alignment.carrier.features if f.startswith("timing:")}
        implied = {later for earlier in said for later in IMPLIED_TIMING.get(earlier, ())}
        if slot.value == "thrice" and any(map(_is_thrice, self.known)):
            return True
        if slot.basis == "each" or self._spells_out(slot):  # 早饭后、晚饭后各一次 for 餐后 and twice a day
            when, _, meal = slot.value.rpartition("_")
            return not meal or not when or f"{when}_meal" in said or slot.value in said
        return slot.value in implied or self.alignment.carrier.says(slot.text)

    def _spells_out(self, slot: Slot) -> bool:
        """Say whether a sentence names as many meals as there are times in a day: 早晚饭后 for bid餐后."""
        meals = {s.value for s in self.said.slots if s.segment == slot.segment and s.value.endswith(MEALS)}
        daily = [s.frequency for _, s in self.known if s.frequency and s.frequency.period == DAILY]
        return len(meals) > 1 and any(times.low == times.high == len(meals) for times in daily)

    def _is_implied_route(self, slot: Slot) -> bool:
        if slot.text[-1:] in {other.quantity.unit for _, other in self.known if other.quantity}:
            return True  # 每次吸 for 每次2吸
        if slot.value == "oral" and any(_SWALLOWED.search(f.text) and slot.drugs & f.ids for f in self.facts):
            return True
        known = {other.value for _, other in self.known if other.kind == "route"}
        named = frozenset().union(*(token.ids for token in self.said.tokens if slot.text.endswith(token.text)))
        return bool(IMPLIED_ROUTES.get(slot.value, set()) & known) or (not known and bool(named & self.alignment.ids))

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

    def _in_same_branch(self, slot: Slot, other: Slot, fact: Statement) -> bool | None:
        """Say whether a value stands under the same label in both texts; None where its fact has one branch of it."""
        if id(fact) not in self.labels:
            self.labels[id(fact)] = labels_of(fact)
        labels = self.labels[id(fact)]
        if not labels:
            return None
        if any(other is label for label in labels):
            return True if self._tells_values(fact, labels) else None
        own = branch_of(other, fact, labels)
        parting = set(map(id, labels))
        rivals = [r.slot for r in self._rivals(slot) if r.fact is fact and id(r.slot) not in parting]
        if own is None or all(branch_of(rival, fact, labels) in {own, None} for rival in rivals):
            return None
        said = branch_of(slot, self.said, told_labels(self.said, labels, fact))
        return said is not None and slots_equal(said, own, fact)

    def _tells_values(self, fact: Statement, labels: Sequence[Slot]) -> bool:
        """Say whether the sentence gives a value that its fact has under one of its labels."""
        parting = set(map(id, labels))
        valued = [slot for slot in fact.slots if slot.quantity and id(slot) not in parting]
        return any(same_type(slot, x) and slots_equal(slot, x, fact) for slot in self.said.slots for x in valued)

    @once
    def _values(self) -> list[_Value]:
        return [_Value(fact, slot, self.said) for fact, slot in self.known]

    def _rivals(self, slot: Slot) -> list[_Value]:
        """Return the values of the facts that a slot could be taken for."""
        if id(slot) not in self.rivals:
            alike = (value for value in self._values if same_type(slot, value.slot))
            self.rivals[id(slot)] = [value for value in alike if not slots_equal(slot, value.slot, value.fact)]
        return self.rivals[id(slot)]

    def _same_medicine(self, slot: Slot, other: Slot) -> bool:
        apart = _kept_apart(other)
        if apart and not apart & self.said.ids:
            return False  # 离早饭4小时 of 与铁剂间隔4小时
        if not slot.drugs or not other.drugs or slot.drugs & other.drugs:
            return True
        if not slot.inherits:
            return False
        rivals = [rival.slot for rival in self._rivals(slot)]
        if any(rival.drugs & slot.drugs for rival in rivals):
            return False
        if other.inherits and slot.near & other.near:
            return True
        return not rivals and len(self.facts) > 1 and other.drugs <= self.said.ids

    def _belongs_elsewhere(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether what is said around a slot is what the facts say around another value of its type."""
        rivals = self._rivals(slot)
        rivals = [rival for rival in rivals if not _only_period(slot, rival.slot)]
        if _lasts(slot) and other.relation and not (other.basis or slot.relation):
            return any(rival.slot.basis == slot.basis for rival in rivals)  # 每次洗3分钟 is no 洗后3分钟内
        if any(belongs_to(slot, rival.slot, other) or _has_time_of(slot, rival.slot, other) for rival in rivals):
            return True
        own_value = _Value(fact, other, self.said)
        unsaid = []
        for rival in (rival for rival in rivals if not _of_another_basis(slot, other, rival.slot)):
            if rival.told:
                times = _has_time_of(slot, other, rival.told) or _has_time_of(rival.told, rival.slot, slot)
                if not times and self._swapped(slot, own_value, rival, rival.told):
                    return True
            elif rival.fact is fact and self._sets_apart(slot, other, rival.slot, fact):
                return True
            else:
                unsaid.append((rival.fact, rival.slot))
        if not unsaid:
            return False
        own = len(reach_of(slot, self.said) & reach_of(other, fact))
        shared = slot.drugs & other.drugs
        apart = ((whose, rival) for whose, rival in unsaid if whose is not fact or rival.segment >= other.segment)
        best = max(
            (len(slot.near & _own_words(rival, whose, fact) - (shared & rival.drugs)) for whose, rival in apart),
            default=0,
        )
        return best >= own + 2 if own else best > 0

    def _sets_apart(self, slot: Slot, other: Slot, rival: Slot, fact: Statement) -> bool:
        """Say whether a slot stands with what sets a rival apart in its fact, and with nothing of its own."""
        own, theirs = (reach - drugs_of(reach) for reach in (reach_of(part, fact) for part in (other, rival)))
        said = reach_of(slot, self.said)
        beside = frozenset[str]().union(*(u.scope for u in self.said.units if abs(u.segment - slot.segment) <= 1))
        return bool(said & (theirs - own)) and bool(own - theirs) and not (said | beside) & (own - theirs)

    def _swapped(self, slot: Slot, own: _Value, rival: _Value, told: Slot) -> bool:
        """Say whether a slot and the one that tells a rival's value each fit better the other's place."""
        ahead, behind = rival.around - own.around, own.around - rival.around
        if own.fact is not rival.fact:
            ahead, behind = ahead - own.fact.features, behind - rival.fact.features
        here, there = around(slot, self.said), around(told, self.said)
        return len(here & ahead) - len(here & behind) + len(there & behind) - len(there & ahead) > 0

    def _limited_alike(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a slot does not stand under the condition of another of its type."""
        if not fact.conditions:
            return True
        if self._loses_limit(slot, other, fact):
            return False
        over = [c for c in self.said.conditions if slot.segment in c.reaches]
        own = [condition for condition in fact.conditions if other.segment in condition.segments]
        if any(self.keeps(c) and (restates(over, c) or not _is_of_people(c)) for c in own):
            return True
        for condition in fact.conditions:
            if restates(over, condition) and other.segment not in condition.reaches:
                return not any(
                    same_type(slot, s) and s.segment in condition.segments and s is not other
                    for s in fact.slots
                    if s.quantity not in condition.quantities
                )
        return True

    def _loses_limit(self, slot: Slot, other: Slot, fact: Statement) -> bool:
        """Say whether a fact has a slot under a condition of its own clause, beside others, that the sentence drops."""
        own = [c for c in fact.limits_on(other.segment) if min(c.segments) == other.segment]
        if not own or slot.phases & other.phases:
            return False
        apart = [s for s in fact.slots if s.segment != other.segment and same_type(slot, s)]
        return not (all(slots_equal(slot, s, fact) for s in apart) or all(map(self.keeps, own)))


def _is_thrice(known: tuple[Statement, Slot]) -> bool:
    """Say whether a slot of a fact tells three times a day: 每日3次, 分3次."""
    fact, slot = known
    if slot.frequency:
        return slot.frequency.period == DAILY and slot.frequency.low == slot.frequency.high == len("早中晚")
    thrice = slot.kind == "count" and slot.quantity is not None and slot.quantity.low == len("早中晚")
    return thrice and slot.quantity is not None and f"分{slot.quantity.written}" in fact.text


def _is_barred(slot: Slot, statement: Statement) -> bool:
    """Say whether a frequency is what a ban forbids: 切勿每日服用."""
    own = f"q:per:{slot.frequency.period}" if slot.frequency else None
    units = (unit for unit in statement.units if unit.segment == slot.segment and not unit.conditional)
    return any(own in unit.scope and is_negative(unit) for unit in units)


def _kept_apart(slot: Slot) -> Features:
    """Return the medicines and foods that a stretch of time keeps apart; none where it does no such thing."""
    if slot.near.isdisjoint(BETWEEN_TWO):
        return NOTHING
    return frozenset(feature for feature in slot.near if feature.startswith(("d:", "f:")))


def around(slot: Slot, statement: Statement) -> Features:
    """Return what stands around a slot: the words of its segment and the other amounts in it."""
    return slot.near | slot.beside | statement.amounts_beside(slot)


def _of_another_basis(slot: Slot, other: Slot, rival: Slot) -> bool:
    """Say whether a rival is meant per time where the slot and its own are meant per week, or is only until when."""
    if not slot.basis or slot.basis != other.basis:
        return False
    return rival.basis != slot.basis if rival.basis else _lasts(slot) and bool(rival.relation) and not slot.relation


def _lasts(slot: Slot) -> bool:
    """Say whether a slot tells how long something takes each time: 每次5~10分钟."""
    return slot.kind == "duration" and bool(slot.basis)


def _own_words(rival: Slot, whose: Statement, fact: Statement) -> Features:
    """Return what stands by a rival and not in the fact that is held against it, where they are two facts."""
    return rival.near if whose is fact else rival.near - fact.features


def _has_time_of(slot: Slot, known: Slot, other: Slot) -> bool:
    """Say whether a stretch counts from the meal that a known one counts from, and another does not: 饭后|半小时."""
    return (
        slot.kind == "duration"
        and bool(slot.moment)
        and same_time(slot.moment, known.moment)
        and other.moment != known.moment
    )


def _only_period(slot: Slot, rival: Slot) -> bool:
    """Say whether a rival names only the period that the slot has too: 每晚 beside 每日1次."""
    if not (slot.frequency and rival.frequency):
        return False
    return slot.frequency.period == rival.frequency.period and None in {slot.frequency.low, rival.frequency.low}


def _is_of_people(condition: Condition) -> bool:
    """Say whether a condition only says who is meant, which other people may be too: 成人 beside 65岁以上."""
    return bool(people_of(condition.features))
