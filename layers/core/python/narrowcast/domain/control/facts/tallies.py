"""Numbers held against those of the facts whatever they hang on: how often each is told, and in whose very words.

A last line behind `binding`: it reads no meaning but that of a number, so nothing that is taken for another thing, for
talk or for a name passes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise

from narrowcast.domain.control.facts.agreement import slot_reason
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.periods import DAILY
from narrowcast.domain.control.facts.slots import Frequency, Slot
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.tables.units import AGES, DOSES, WEIGHTS
from narrowcast.domain.control.facts.verdict import Reason

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[^，。；：！？]+")
_AMOUNT = re.compile(r"^\D*?(?P<ending>\D{2}\d.*)$")
"""A clause, and how it ends from the words before its first number on."""
_VAGUE_SPAN = re.compile("(?:数|好?几|若干)个?(?:天|日|周|月|年|小时|钟头|星期|礼拜)")
_VAGUE = re.compile(
    _VAGUE_SPAN.pattern + "(?:就|才|要|再)?[^，。；：\\d一两二三四五六七八九十]{0,6}(?:一|1)(?:次|回|遍|趟)"
)
_TWO_BETWEEN = re.compile("(?<!间)隔(?:2|两|二)个?(?:天|日|晚)")
_ONE_BETWEEN = re.compile("(?<!间)隔(?:[1一]个?)?(?:天|日|晚)")
_WHO = re.compile("(?:的?(?:患者|人|者)|的|时)$")
_SHARES = ("分", "分成", "分为")
_NAMING = "针"
"""What schedules are called by: 五针法."""


_OF_PEOPLE = AGES | WEIGHTS


def told_for_others(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a value told more often than the facts do, and another of its kind left out: 禁食8小时，禁饮8小时."""
    told = [slot for slot in said.slots if _is_value(slot) and not _is_gloss(slot, said)]
    known = [_as_often(slot, fact) for fact in facts for slot in filter(_is_value, fact.slots)]
    left = [slot for slot in known if not any(_same(other, slot) for other in told)]
    for slot in told if left else ():
        own = [other for other in known if _same(slot, other)]
        rivals = [other for other in left if own and _kind(other) == _kind(own[0]) != ""]
        if rivals and len(own) < sum(_same(other, own[0]) for other in told):
            yield slot_reason(slot, rivals)
            return


def _as_often(slot: Slot, fact: Statement) -> Slot:
    """Return a count that shares out a dose of a day as how often that is: 每日30mg，分3次."""
    count = slot.quantity
    if count is None or slot.kind != "count" or not any(f"{word}{count.written}" in fact.text for word in _SHARES):
        return slot
    return replace(slot, quantity=None, kind="frequency", frequency=Frequency(count.low, count.high, DAILY))


def longer_breaks(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 隔两天吃一次 for 隔日1次: of a break between days nobody may tell two."""
    longer = _TWO_BETWEEN.search(said.text) if "隔" in said.text else None
    known = [other for fact in facts for other in [_ONE_BETWEEN.search(fact.text)] if longer and other]
    if longer and known and not any(_TWO_BETWEEN.search(fact.text) for fact in facts):
        yield Reason("frequency", known[0][0], longer[0])


def other_totals(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find what a whole comes to, told of a part of it: 全程共4个月 of 巩固期4个月，全程6个月."""
    totals = [slot for fact in facts for slot in fact.slots if slot.relation == "total"]
    for slot in said.slots if totals else ():
        rivals = [other for other in totals if _kind(other) == _kind(slot) and not slot.drugs ^ other.drugs]
        if slot.relation == "total" and rivals and not any(_same(slot, other) for other in totals):
            yield slot_reason(slot, rivals)


def doses_of_others(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a dose under the weight or age of those who have another: 15~30kg用0.3mg of 0.3mg；15~30kg的儿童用0.15mg."""
    for condition in said.conditions:
        same = [(fact, own) for fact in facts for own in fact.conditions if _share_amount(condition, own)]
        doses = [slot for fact, own in same for slot in _doses_under(own, fact)]
        for slot in _doses_under(condition, said) if doses else ():
            rivals = [other for other in doses if _kind(other) == _kind(slot)]
            if rivals and not any(_same(slot, other) for other in rivals):
                yield slot_reason(slot, rivals)
                return


def _share_amount(condition: Condition, other: Condition) -> bool:
    """Say whether two conditions tell one weight or age."""
    people = [amount for amount in condition.quantities if amount.unit in _OF_PEOPLE]
    return any(amount.same_amount(known) for amount in people for known in other.quantities)


def _doses_under(condition: Condition, statement: Statement) -> list[Slot]:
    """Return the doses that a condition is about."""
    doses = (s for s in statement.slots if s.segment in condition.segments and _is_dose(s))
    return [s for s in doses if s.quantity and not any(map(s.quantity.same_amount, condition.quantities))]


def _is_dose(slot: Slot) -> bool:
    return bool(slot.quantity and slot.quantity.dimension in DOSES and slot.quantity.unit not in _OF_PEOPLE)


def told_again(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a day that one row tells twice (第0、3、0天), and a bracket that tells another amount: 三周（1天）."""
    for one, other in combinations(said.slots, 2):
        if one.segment == other.segment and one.relation == other.relation == "ordinal" and _same(one, other):
            yield slot_reason(other, [slot for fact in facts for slot in fact.slots if slot.relation == "ordinal"])
            return
    for before, gloss in pairwise(said.slots):
        if _glosses(gloss, said) and _kind(before) == _kind(gloss) and not _same(before, gloss):
            yield slot_reason(gloss, [before])


def told_vaguely(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find so many days of which nobody says how many, where the facts tell how often: 数日服一次."""
    vague = _VAGUE.search(said.text)
    if vague and not any(_VAGUE_SPAN.search(fact.text) for fact in facts):
        yield Reason("frequency", "", vague[0])


def altered_numbers(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a clause that is one of a fact in all but its numbers."""
    known = [clause for fact in facts for clause in _clauses(fact.text)]
    for clause, worded, numbers in _clauses(said.text) if known else ():
        own = [(theirs, others) for theirs, wording, others in known if wording == worded]
        if not own or any(_are_equal(numbers, others) for _, others in own):
            continue
        ending = _AMOUNT.search(_WHO.sub("", clause))
        if not (ending and any(ending["ending"] in fact.text for fact in facts)):
            yield _altered(clause, own[0][0], said, facts)


def _are_equal(numbers: Sequence[str], others: Sequence[str]) -> bool:
    return [*map(Fraction, numbers)] == [*map(Fraction, others)]


def _altered(clause: str, known: str, said: Statement, facts: Sequence[Statement]) -> Reason:
    """Name the value of a clause that is none of the fact's, or both clauses where each of its values is some."""
    theirs = [slot for fact in facts for slot in fact.slots if slot.quantity and slot.quantity.written in known]
    for slot in said.slots:
        if slot.quantity and slot.quantity.written in clause and not any(_same(slot, other) for other in theirs):
            return slot_reason(slot, theirs)
    return Reason("number", known, clause)


@lru_cache(maxsize=2048)
def _clauses(text: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return each clause that has numbers, its wording without them, and them."""
    clauses = (clause[0] for clause in _CLAUSE.finditer(text) if _NUMBER.search(clause[0]))
    return tuple((clause, _NUMBER.sub("#", clause), tuple(_NUMBER.findall(clause))) for clause in clauses)


def _is_value(slot: Slot) -> bool:
    """Say whether a slot tells an amount or how often."""
    return _kind(slot) not in {"", _NAMING} or slot.relation == "ordinal"


def _is_gloss(slot: Slot, said: Statement) -> bool:
    """Say whether a value only tells the one before it in another form: 三天内（72小时内）."""
    if not _glosses(slot, said):
        return False
    before = next((other for other in reversed(said.slots[: said.slots.index(slot)]) if _is_value(other)), None)
    return before is not None and _same(before, slot)


def _glosses(slot: Slot, said: Statement) -> bool:
    """Say whether an amount opens a bracket behind an amount."""
    written = slot.quantity.written if slot.quantity else ""
    if not written or f"({written}" not in said.text:
        return False
    return re.search(rf"[^，。；：]\({re.escape(written)}", said.text) is not None


def _kind(slot: Slot) -> str:
    if slot.frequency:
        return "frequency" if slot.frequency.low is not None else ""
    return slot.quantity.dimension if slot.quantity else ""


def _same(slot: Slot, other: Slot) -> bool:
    if slot.quantity and other.quantity:
        return other.quantity.reads_as(slot.quantity)
    return bool(slot.frequency) and slot.frequency == other.frequency
