"""What a sentence lets happen that its facts bar or put off: a medicine for those who must not have it, a delay undone.

A sentence that forbids nothing can still say the opposite of a ban, where all it keeps of it is whom it is for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.conditions import Condition, Option
from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features, drugs_of, names_of, people_of
from narrowcast.domain.control.facts.statements import Statement, Unit, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_ALLOWS = frozenset({"may", "fine", "should", "must", "recommend"})
_BARRING = frozenset({"never", "forbid", "cannot", "avoid", "unfit", "ban"})
_SUITS: Features = frozenset({"w:适合", "w:适用于"})
_WAITS = re.compile("[等待后了][^，。；]{0,10}再|才[能可会]")
_SHORTEST_NAME = 3
_DELAYED = re.compile("暂缓|推迟|延后|延期")
_PUT_OFF = re.compile("[暂缓推迟延晚等再别不]|后")


def barred_uses(alignment: Alignment) -> Iterable[Reason]:
    """Find a medicine given to those whom the facts bar from it: 哮喘患者用10mg for 每次10mg；哮喘患者禁用."""
    if any(map(_bars, alignment.said.units)) or not any(map(_gives, alignment.said.units)):
        return
    for fact, unit in alignment.units:
        limits = fact.limits_on(unit.segment) if _bars_use(unit) else []
        told = limits and alignment.tells_topic(fact, unit) and all(map(alignment.keeping.keeps, limits))
        if told and not _given_too(fact, limits):
            yield Reason("negation", unit.text, alignment.said.text)


def barred_acts(alignment: Alignment) -> Iterable[Reason]:
    """Find what is done by those whom the facts keep from it: 先兆早产者可以运动 for 先兆早产者禁止运动."""
    said = alignment.said
    if any(map(_bars, said.units)) or _is_released(alignment):
        return
    done = NOTHING.union(*(unit.scope for unit in said.units if unit.asserts))
    cases = NOTHING.union(*(limit.features for limit in said.conditions))
    for fact, unit in alignment.units:
        limits = fact.limits_on(unit.segment) if is_negative(unit) and not unit.conditional else []
        told = limits and all(limit.features & cases and alignment.keeping.keeps(limit) for limit in limits)
        if told and _acts(unit.scope) & done and not _given_too(fact, limits):
            yield Reason("negation", unit.text, said.text)


def _is_released(alignment: Alignment) -> bool:
    """Say whether a sentence allows something only from when the facts do: 停药1个月后方可接种."""
    return any(
        unit.force == "only" and any(other.force == "only" for _, other in best) for unit, best in alignment.aligned
    )


def _acts(features: Features) -> Features:
    return frozenset(f for f in features if f.startswith("w:")) - TAKING


def _bars(unit: Unit) -> bool:
    return is_negative(unit) or "careful" in unit.negations


def _bars_use(unit: Unit) -> bool:
    """Say whether a unit bars the use of a medicine, and nothing else: 禁用, 不得使用阿司匹林."""
    named = unit.scope - TAKING if unit.governs_itself else NOTHING
    return _bars(unit) and not unit.conditional and named == drugs_of(named)


def _gives(unit: Unit) -> bool:
    """Say whether a unit gives a medicine or an amount of it."""
    return (
        not unit.conditional and not unit.asks and any(f.startswith(("d:", "q:mass", "q:volume")) for f in unit.scope)
    )


def _given_too(fact: Statement, limits: Iterable[Condition]) -> bool:
    """Say whether a fact also tells those whom it bars what to do."""
    words = NOTHING.union(*(limit.features for limit in limits))
    under = [c for c in fact.conditions if c.features & words]
    told = (u for u in fact.units if not u.conditional and not _bars(u) and not u.is_topic)
    return any(unit.segment in c.segments for unit in told for c in under)


def undone_delays(alignment: Alignment) -> Iterable[Reason]:
    """Find 发热的人先打疫苗 for 发热者应暂缓接种."""
    for unit, best in alignment.aligned:
        says = best and unit.asserts
        delayed = [other for _, other in best if _DELAYED.search(other.text)] if says else []
        barred = delayed and all(other in delayed or is_negative(other) for _, other in best)
        if barred and not _PUT_OFF.search(alignment.said.text):
            yield Reason("negation", delayed[0].text, unit.text)


def done_though_barred(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 放冷冻室保存 for 禁止冷冻: what the facts name only behind a ban, in a sentence that bars nothing."""
    if any(unit.negations or unit.asks for unit in said.units) or _WAITS.search(said.text):
        return
    barred = [one for fact in facts for one in _barred_in(fact.text)]
    for token in said.tokens if barred else ():
        meant = token.ids | token.parts
        if token.kind == "word" and len(token.text) > 1 and any(one & meant for one in barred):
            yield Reason("negation", "", token.text)


@lru_cache(maxsize=512)
def _barred_in(text: str) -> tuple[Features, ...]:
    """Return what stands behind each ban of a text and is named nowhere else in it: what follows at once, or a name."""
    tokens = read_fact(text).tokens
    named = Counter(i for token in tokens for i in token.ids | token.parts)
    bans = (i for i, token in enumerate(tokens) if token.kind == "negation" and token.value in _BARRING)
    following = (tokens[i + 1 : i + 3] for i in bans if not _ends(tokens[i + 1 : i + 2]))
    behind = (token for two in following for token in (*two[:1], *filter(_is_name, two[1:])))
    found = (frozenset(i for i in token.ids if named[i] == 1) - TAKING for token in behind if token.kind == "word")
    return tuple(one for one in found if one)


def _ends(tokens: Sequence[Token]) -> bool:
    """Say whether nothing stands behind a ban: egfr<30禁用；造影检查当日停用."""
    return any(token.kind == "stop" and token.value != "list" for token in tokens)


def _is_name(token: Token) -> bool:
    """Say whether a word is long enough to name one thing: 避免喷向|鼻中隔."""
    return len(token.text) >= _SHORTEST_NAME


def banned_times(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 早上、晚上各吃一次 where the facts know the evening only as 不宜晚间服用."""
    timed = [slot for fact in facts for slot in fact.slots if slot.kind == "timing"]
    banned = {slot.value: slot for slot in timed if slot.banned}
    for slot in timed:
        banned.pop("" if slot.banned else slot.value, None)
    forbidding = {unit.segment for unit in said.units if _bars(unit)} if banned else set()
    for slot in said.slots:
        if slot.kind == "timing" and slot.value in banned and forbidding.isdisjoint({slot.segment, slot.segment + 1}):
            yield Reason("timing", banned[slot.value].text, slot.text)


def barred_people(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 孕妇可用四环素 and 哮喘患者适合用噻吗洛尔 where a clause of the facts bars these people from it."""
    if not any(_bars_anybody(fact.text) for fact in facts):
        return
    allows = any(unit.force in _ALLOWS or unit.scope & _SUITS for unit in said.units)
    if not allows or any(unit.negations for unit in said.units):
        return
    limits = NOTHING.union(*(limit.features for limit in said.conditions))
    people = people_of(said.features) | limits
    given = drugs_of(NOTHING.union(*(unit.scope | unit.context for unit in said.units if unit.asserts)))
    given -= drugs_of(limits)
    for fact in facts if people and given else ():
        for whom, drug, barred in _rulings(fact.text):
            told = all(word & people for word in whom)
            if barred and told and drug in given and (whom, drug, False) not in _rulings(fact.text):
                yield Reason("negation", drug.partition(":")[2], names_of(map(min, whom)))


@lru_cache(maxsize=512)
def _bars_anybody(text: str) -> bool:
    return any(barred for _, _, barred in _rulings(text))


@lru_cache(maxsize=512)
def _rulings(text: str) -> frozenset[tuple[Option, str, bool]]:
    """Return whom a fact bars from which medicine (True), and to whom it gives it (False)."""
    fact = read_fact(text)
    rulings: set[tuple[Option, str, bool]] = set()
    for condition in fact.conditions:
        whom = _whom(condition)
        for unit in fact.units if whom else ():
            if (
                unit.segment in condition.segments
                and not unit.conditional
                and (unit.negations or unit.force or "用于" in unit.text)
            ):
                if _bars(unit) and not _bars_use(unit):
                    continue  # 成人…服药期间避免驾驶 keeps nobody from a medicine
                drugs = drugs_of(unit.scope | unit.context) - drugs_of(condition.features)
                rulings |= {(one, drug, is_negative(unit)) for one in whom for drug in drugs}
    return frozenset(rulings)


def _whom(condition: Condition) -> set[Option]:
    """Return each group of people that a condition names by a state, or else by what ails them alone."""
    people: set[Option] = {(frozenset({person}),) for person in people_of(condition.features)}
    if people or condition.quantities or condition.denied or len(condition.parts) != 1:
        return people
    named = (tuple(word for word in option if not word <= TAKING) for option in condition.parts[0])
    return {option for option in named if option and any(f.startswith("w:") for word in option for f in word)}
