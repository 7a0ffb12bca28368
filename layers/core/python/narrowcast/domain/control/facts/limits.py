"""What the facts limit and a sentence does not: conditions, subjects, the medicine of a condition, degrees, sites.

Each public function looks for one kind of loss. Whether a condition is kept is for `keeping`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from narrowcast.domain.control.facts.agreement import restates
from narrowcast.domain.control.facts.alignment import Alignment, weighty
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.narrowing import (
    degrees_of,
    dropped_degree,
    dropped_site,
    names_stage,
    narrowed_acts,
    stages_of,
    turned_degree,
    turned_stages,
    widened_ban,
)
from narrowcast.domain.control.facts.rivals import are_rivals
from narrowcast.domain.control.facts.segments import TAKING, Features, drugs_of, features_of, names_of
from narrowcast.domain.control.facts.slots import Slot
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

_SUITS: Features = frozenset({"w:适用于", "w:适合"})
_CURED = re.compile(
    "者(?:应|宜|可|需|须)?(?:行|接受|采用|进行)(?P<cure>[^，。；不未]{2,10}(?:疗|治疗|疗法|透析|通气))$"
)
"""How a fact names the cure of those it has just told: SaO2≤88%者行长期家庭氧疗."""
_COMMON: Features = TAKING | {"w:症状", "w:病情", "w:出现", "w:发生", "w:发作"}
"""Words that tell a condition as little as that something is taken or happens."""


def dropped_conditions(alignment: Alignment) -> Iterable[Reason]:
    """Find a condition or an exception of what is restated that the sentence does not keep."""
    restated = alignment.restated
    if alignment.said.excepts and not any(fact.excepts for fact in alignment.facts):
        yield Reason("negation", "", alignment.said.text)
    for fact in alignment.facts:
        if fact.excepts and not alignment.said.excepts and restated.get(id(fact)):
            yield Reason("condition_dropped", fact.text, "")
        for condition in fact.conditions:
            if not restated.get(id(fact), set()) & condition.segments or alignment.keeping.keeps(condition):
                continue
            if not (_tells_other_amount(alignment, fact, condition) or _names_cure(alignment, fact, condition)):
                yield Reason("condition_dropped", condition.text, "")


def _names_cure(alignment: Alignment, fact: Statement, condition: Condition) -> bool:
    """Say whether a sentence is said of those who have the cure that a condition leads to: X者行氧疗，每日15小时."""
    cure = _CURED.search(fact.segments[min(condition.segments)]) if condition.segments else None
    return cure is not None and any(cure["cure"] in other.text for other in alignment.said.conditions)


def dropped_deference(alignment: Alignment) -> Iterable[Reason]:
    """Find what is said of those whom a fact leaves to their doctors: 每日2L(心功能不全者遵医嘱)."""
    for fact in alignment.facts:
        for deferred in (c for c in fact.conditions if c.typed == "doctor" and not alignment.keeping.keeps(c)):
            beside = (c for c in fact.conditions if not c.typed and c.text + deferred.text in fact.text)
            if any(c.features & alignment.said.ids and alignment.keeping.keeps(c) for c in beside):
                yield Reason("condition_dropped", deferred.text, "")


def widened_deference(alignment: Alignment) -> Iterable[Reason]:
    """Find 遵医嘱 for anyone where the facts leave to doctors only those whom the sentence does not name whole."""
    if "condition:doctor" not in alignment.said.features:
        return
    left = [(fact, c) for fact in alignment.facts for c in fact.conditions if c.typed == "doctor"]
    lost = [[c for c in fact.limits_on(min(one.segments)) if not alignment.keeping.keeps(c)] for fact, one in left]
    if lost and all(lost):
        yield Reason("condition_dropped", lost[0][0].text, "")


def widened_care(alignment: Alignment) -> Iterable[Reason]:
    """Find 慎用 for anyone where the facts ask it only of those whom the sentence does not name whole."""
    careful = [unit for unit in alignment.said.units if "careful" in unit.negations]
    known = [(fact, other) for fact, other in alignment.units if careful and "careful" in other.negations]
    lost = [[c for c in fact.limits_on(u.segment) if not alignment.keeping.keeps(c)] for fact, u in known]
    if lost and all(lost):
        yield Reason("condition_dropped", lost[0][0].text, careful[0].text)


def _tells_other_amount(alignment: Alignment, fact: Statement, condition: Condition) -> bool:
    """Say whether the sentence stands under a rival of a condition that only an amount is said under: 6月龄以下10mg."""
    worded = {unit.segment for unit in fact.units if not unit.conditional}
    told = (c for c in fact.conditions if alignment.keeping.keeps(c) and are_rivals(c, condition))
    return any(not c.segments & worded for c in told)


def dropped_subjects(alignment: Alignment) -> Iterable[Reason]:
    """Find what a fact speaks of, where the sentence keeps only what is said of it."""
    for unit, best in alignment.aligned:
        if not unit.asserts or not best:
            continue
        subjects = [
            weighty(fact.topics[other.segment]) - TAKING
            for fact, other in best
            if not other.is_topic and not other.conditional
        ]
        lost = bool(subjects) and all(subject and subject.isdisjoint(alignment.told) for subject in subjects)
        if lost and not _has_subject(alignment, unit):
            yield Reason("condition_dropped", names_of(subjects[0]), "")


def swapped_objects(alignment: Alignment) -> Iterable[Reason]:
    """Find a medicine under the condition of another one: 胃溃疡者禁用布洛芬 is nothing about 阿司匹林."""
    for unit in alignment.said.units:
        said = drugs_of(unit.scope)
        if unit.conditional or not said:
            continue
        limits = [c for c in alignment.said.conditions if unit.segment in c.reaches]
        if len(alignment.facts) > 1 and any(_speaks_of(said, fact, limits) for fact in alignment.facts):
            continue
        for fact in alignment.facts:
            known = [
                drugs_of(u.scope) - _taken_already(fact, u.segment)
                for c in fact.conditions
                if restates(limits, c)
                for u in fact.units
                if u.segment in c.segments and not u.conditional
            ]
            named = [drugs for drugs in known if drugs]
            given = drugs_of(frozenset().union(*(c.features for c in fact.conditions)))
            if named and not any(drugs & said for drugs in named) and not given & said:
                yield Reason("drug", names_of(named[0]), names_of(said))


def _speaks_of(drugs: Features, fact: Statement, limits: Sequence[Condition]) -> bool:
    """Say whether a fact speaks of some medicines under a condition that is told."""
    over = frozenset[int]().union(*(c.segments for c in fact.conditions if restates(limits, c)))
    return any(drugs & (unit.scope | unit.context) for unit in fact.units if unit.segment in over)


def _taken_already(fact: Statement, segment: int) -> Features:
    """Return the medicines that the conditions on a segment name: 服用过西地那非者|禁用 is no ban on 西地那非."""
    return frozenset().union(*(drugs_of(limit.features) for limit in fact.limits_on(segment)))


def _has_subject(alignment: Alignment, unit: Unit) -> bool:
    """Say whether a unit is said of something, be it in other words."""
    around = {
        f for u in alignment.said.units if unit.segment - 1 <= u.segment <= unit.segment for f in u.scope
    } - unit.scope
    return any(not f.startswith(("d:", "population:", "q:")) for f in around)


def widened_bans(alignment: Alignment) -> Iterable[Reason]:
    """Find a prohibition that lost what narrows it."""
    bans = [(unit, best) for unit, best in alignment.aligned if unit.asserts and is_negative(unit)]
    acts = narrowed_acts(tuple(alignment.facts)) if bans else {}
    for unit, best in bans:
        segment = alignment.said.segments[unit.segment]
        yield from widened_ban(unit, [other for _, other in best], alignment.told, segment, acts)


def lost_limits(alignment: Alignment) -> Iterable[Reason]:
    """Find a degree, a stage or a site that what is restated is limited to."""
    restated = alignment.restated
    known = frozenset[str]().union(*(stages_of(fact.text) for fact in alignment.facts))
    degrees = frozenset[str]().union(*(degrees_of(fact.text) for fact in alignment.facts))
    for fact in alignment.facts:
        staged = any(names_stage(segment) for segment in fact.segments)
        for number in restated.get(id(fact), ()):
            segment, opening = fact.segments[number], _opening(fact, number, alignment.told) if staged else ""
            yield from dropped_degree(segment, alignment.said.text)
            yield from turned_degree(segment, alignment.said.text, degrees)
            yield from dropped_site(segment, alignment.said.text, alignment.told)
            yield from turned_stages(opening + segment, alignment.said.text, known)


def _opening(fact: Statement, number: int, told: Features) -> str:
    """Return the segment that only names what the sentence of another is about: 1期压疮(…)|可贴敷料."""
    if number == 0:
        return ""
    sentence = next((unit.sentence for unit in fact.units if unit.segment == number), -1)
    opening = [unit for unit in fact.units if unit.sentence == sentence][:2]
    if not opening or opening[0].segment >= number or opening[0].negations or opening[0].force:
        return ""
    alone = all(unit is opening[0] or unit.segment != opening[0].segment for unit in opening)
    measured = any(slot.segment == opening[0].segment and not _is_stage(slot) for slot in fact.slots)
    names = alone and not measured and opening[0].scope & told
    return fact.segments[opening[0].segment] if names else ""


def _is_stage(slot: Slot) -> bool:
    return slot.quantity is not None and slot.quantity.dimension in {"stage", "type", "grade"}


def borrowed_conditions(alignment: Alignment) -> Iterable[Reason]:
    """Find a condition that only a word of another place keeps: 减为1喷 does not tell 症状控制后."""
    restated = alignment.restated
    for fact in alignment.facts:
        for condition in fact.conditions:
            words = _weighty_words(condition)
            if restated.get(id(fact), set()) & condition.segments and len(words) == 1:
                yield from _borrowed(alignment, fact, condition, words[0])


def _weighty_words(condition: Condition) -> list[Features]:
    """Return the words of a condition that one is enough to tell it by; none where it has alternatives."""
    if condition.typed or [len(part) for part in condition.parts] != [1]:
        return []
    words = condition.parts[0][0]
    return [word for word in words if any(f.startswith("w:") for f in word) and not word & _COMMON]


def _borrowed(alignment: Alignment, fact: Statement, condition: Condition, word: Features) -> Iterable[Reason]:
    telling = [token.text for token in alignment.said.tokens if (token.ids | token.parts) & word]
    if any(limit.text[-1:] == condition.text[-1:] and limit.features & word for limit in alignment.said.conditions):
        return  # told as a moment of its own: 洗后3分钟内
    elsewhere = fact.text.replace(condition.text, "", 1)
    if telling and all(text in elsewhere and not set(text) & set(condition.text) for text in telling):
        yield Reason("condition_dropped", condition.text, telling[0])


def lost_uses(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 您适合静脉补铁 for 静脉补铁适用于口服不耐受者: a use without whom it is for."""
    if not said.ids & _SUITS or any(unit.negations for unit in said.units):
        return
    told = said.ids | said.features
    for fact in facts:
        for whom in _uses_in(fact):
            if whom and not whom & told:
                yield Reason("condition_dropped", names_of(whom), "")


def _uses_in(fact: Statement) -> Iterator[Features]:
    """Give whom or what each clause of a fact says that something suits."""
    for segment in fact.marked:
        at = next((i for i, token in enumerate(segment.tokens) if token.ids & _SUITS), None)
        if at is not None:
            yield features_of(segment.tokens[at + 1 :]) - TAKING - _COMMON


def lost_provisos(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find what the facts say only with 必要时, said without it."""
    for fact in facts:
        for condition in fact.conditions:
            if condition.typed == "as_needed" and "condition:as_needed" not in said.features:
                own = _words_in(fact, condition, inside=True) - _words_in(fact, condition, inside=False) - _COMMON
                told = frozenset(i for token in said.tokens if token.kind == "word" for i in token.ids)
                if own & told:
                    yield Reason("condition_dropped", condition.text, names_of(own & told))


def _words_in(fact: Statement, condition: Condition, *, inside: bool) -> Features:
    """Return the words of the segments that a condition limits, or of the others."""
    units = (u for u in fact.units if (u.segment in condition.segments) is inside and not (inside and u.conditional))
    return frozenset(feature for unit in units for feature in unit.scope if feature.startswith("w:"))
