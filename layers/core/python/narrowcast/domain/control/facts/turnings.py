"""A ban told as an order or a leave, and a leave told as a ban, though a ban on something else stands in the facts.

不可以用退热药 is no 不推荐两种退热药交替使用 where the facts have 可使用退热药; 阳性就能用 is no 阳性者禁用.
Which unit restates which is for `alignment`; whom a medicine is barred from, for `barred`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.conditions import Condition
from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

_BANS = frozenset({"never", "forbid", "cannot", "avoid", "ban"})
_LEAVES = frozenset({"may", "fine"})
_ORDERS = _LEAVES | {"should", "must"}
_STOPS = re.compile("^(?:[应须需要请先就]|立即)*(?:暂停|停[用药止掉]|暂缓)")
_GOES_ON = re.compile(
    "(?<![不需])(?:能|可以?|要)(?:再|继续|照常|照样|接着|先)*(?:[用吃服喝加喂注涂点走开驾]|打(?![\\d成电急])|接种)"
)
_HELD_BACK = re.compile("[不别勿禁停减换缓避等才少限推非未无忌另]|推迟|能否|是否|医[生师]|对侧|健[侧康]|其[他它]")
_IDLE: Features = TAKING | {"w:食物", "w:饮食", "w:进食"}
_LETS = re.compile("停|中断|替")
"""What lets go on where it is forbidden."""
_WHO = re.compile("哪[些种类]|什么人|谁")


def banned_leaves(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 不可以用退热药 for 可使用退热药，不推荐两种交替使用."""
    bans = [unit for unit in said.units if _forbids(unit)]
    if not bans or not any(map(_allows, (unit for fact in facts for unit in fact.units))):
        return
    alignment = Alignment(said, facts)
    leaves = [unit for fact, unit in alignment.units if _allows(unit) and _is_kept(alignment, fact, unit)]
    for unit in bans:
        let = next((leave for leave in leaves if _is_turned(leave, unit, alignment.told)), None)
        if let and not _is_banned(unit, alignment):
            yield Reason("negation", let.text, unit.text)


def _is_turned(leave: Unit, ban: Unit, told: Features) -> bool:
    """Say whether a ban is on what a leave allows, with all the medicines and food that it names."""
    return _named(leave.scope) <= told and bool(_heavy(leave.scope) & ban.scope)


def _is_banned(ban: Unit, alignment: Alignment) -> bool:
    """Say whether the facts have such a ban under cases that are kept, with half of its words told."""
    return any(
        bool(other.scope & ban.scope or not other.governs_itself)
        and all(alignment.keeping.keeps(case) for case in fact.limits_on(other.segment) if case.quantities)
        and _stands_by(ban, alignment.said, fact.limits_on(other.segment))
        for fact, other in alignment.units
        if is_negative(other) and (_half(_heavy(other.scope), alignment.told) or not other.governs_itself)
    )


def _named(features: Features) -> Features:
    return frozenset(f for f in features if f.startswith(("f:", "d:")))


def _half(words: Features, told: Features) -> bool:
    named = _named(words)
    return 2 * len(words & told) >= len(words) and (not named or bool(named & told))


def _stands_by(ban: Unit, said: Statement, cases: Sequence[Condition]) -> bool:
    """Say whether each case that is told in words is told before a ban or right behind it."""
    words = NOTHING.union(*(segment.features for segment in said.marked if segment.number <= ban.segment + 1))
    told = [frozenset(f for f in case.features - ban.scope if ":" in f and f[:2] != "q:") for case in cases]
    return all(case & words for case in told if case)


def _is_kept(alignment: Alignment, fact: Statement, unit: Unit) -> bool:
    return all(map(alignment.keeping.keeps, fact.limits_on(unit.segment)))


def allowed_in_barred_cases(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 结果是阳性，就能用 for 阳性者禁用."""
    cases = [(fact, case) for fact in facts if _bars_anything(fact) for case in fact.conditions]
    going = _going(said) if cases else ()
    for fact, case in cases if going else ():
        for segment in (n for n in going if _around(said, n) & _heavy(case.features)):
            barred = next(_barred_under(case, fact, said, segment), None)
            if barred and _tells(case, Alignment(said, facts)):
                yield Reason("negation", barred.text, said.segments[segment])


@lru_cache(maxsize=16)
def _going(said: Statement) -> Sequence[int]:
    """Return the segments that let go on or order it, and hold nothing back."""
    ordered = {unit.segment for unit in said.units if unit.force in _ORDERS and unit.asserts and not unit.negations}
    return [
        number
        for number, text in enumerate(said.segments)
        if (number in ordered or _GOES_ON.search(text)) and not (_HELD_BACK.search(text) or said.marked[number].asks)
    ]


def _around(said: Statement, segment: int) -> Features:
    return said.marked[segment].features.union(*(case.features for case in said.limits_on(segment)))


def _tells(case: Condition, alignment: Alignment) -> bool:
    words = frozenset(f for f in case.features if f.startswith("w:"))
    return bool(words & alignment.told) and alignment.keeping.keeps(case)


def _barred_under(case: Condition, fact: Statement, said: Statement, segment: int) -> Iterator[Unit]:
    """Give what a fact bars in a case though it is done: that itself, or anything where the fact tells nothing else."""
    under = [unit for unit in fact.units if unit.segment in case.segments and unit.asserts]
    barred = [unit for unit in under if _bars(unit)]
    open_to = NOTHING.union(*(unit.scope for unit in under if not _bars(unit)))
    done = _heavy(said.marked[segment].features) - case.features
    for unit in barred:
        meant = _heavy(unit.scope & fact.marked[unit.segment].features) - case.features
        same = done & meant - open_to
        told = 5 * len(same) >= len(meant) if same else not done and len(barred) == len(under)
        if told and not _forbids_too(said, same if unit.governs_itself else NOTHING):
            yield unit


def _forbids_too(said: Statement, words: Features) -> bool:
    """Say whether a sentence itself bars some words, or anything where there are none."""
    bars = [unit for unit in said.units if _bars(unit) and not unit.conditional]
    return any(unit.whole & words or not unit.governs_itself or not words for unit in bars)


@lru_cache(maxsize=1024)
def _bars_anything(fact: Statement) -> bool:
    return any(map(_bars, fact.units))


def _bars(unit: Unit) -> bool:
    return (is_negative(unit) and "needless" not in unit.negations) or bool(_STOPS.search(unit.text))


def done_where_barred(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 有硬结的地方要打 for 有硬结处不得注射: words that stand only beside bans, in what is let or ordered."""
    barred = _beside_bans(tuple(facts), banned=True)
    going = _going(said) if barred else ()
    barred = barred if going else NOTHING
    free = _beside_bans(tuple(facts), banned=False) if barred else NOTHING
    for segment in going:
        tokens = [token for token in said.marked[segment].tokens if token.kind == "word" and not token.ids & free]
        words = NOTHING.union(*(token.ids for token in tokens)) & barred - _IDLE
        if words and not _forbids_too(said, words):
            yield Reason("negation", "", said.segments[segment])


@lru_cache(maxsize=512)
def _beside_bans(facts: tuple[Statement, ...], *, banned: bool) -> Features:
    """Return what the segments have that only forbid, or what all others have with the cases they stand under."""
    segments = [segment for fact in facts for segment in fact.marked if _only_forbids(fact, segment.number) is banned]
    words = NOTHING.union(*(token.ids | token.parts for segment in segments for token in segment.tokens))
    return words if banned else words.union(*map(_cases_beside_others, facts))


def _cases_beside_others(fact: Statement) -> Features:
    """Return what the cases of a fact have under which it does more than forbid."""
    cases = (c.features for c in fact.conditions if not all(_only_forbids(fact, segment) for segment in c.segments))
    return NOTHING.union(*cases)


def _only_forbids(fact: Statement, segment: int) -> bool:
    units = [unit for unit in fact.units if unit.segment == segment and unit.asserts]
    return bool(units) and all(is_negative(u) and _BANS & {*u.negations} and not _LETS.search(u.text) for u in units)


_SLIPS = Form("(?<![不别勿只主若如需必莫])要(?:忘[了记]|急着|着急)")
_MISSED = re.compile("补|想起|记起|漏|就")


def ordered_slips(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 要忘了复查 for 应复查."""
    slip = _SLIPS.search(said.text)
    if slip and not _MISSED.search(said.text) and not any("忘" in fact.text or "急" in fact.text for fact in facts):
        yield Reason("negation", "", slip[0])


def turned_questions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 哪些人可用？哮喘患者 for 哮喘患者禁用, and 多大的孩子不可以用？6个月以上 for 适用于6个月以上."""
    asked = [unit for unit in said.units if unit.asks and not unit.is_topic]
    if not asked:
        return
    bars = any(is_negative(unit) for fact in facts for unit in fact.units)
    turned = [unit for unit in asked if _BANS & {*unit.negations}] if not bars else []
    if bars and not any(is_negative(unit) and not unit.conditional for unit in said.units):
        turned = [unit for unit in asked if unit.force in _LEAVES and _WHO.search(said.text) and _only_bars(facts)]
    yield from (Reason("negation", "", unit.text) for unit in turned)


def _only_bars(facts: Sequence[Statement]) -> bool:
    units = [unit for fact in facts for unit in fact.units if unit.asserts]
    return bool(units) and all(map(is_negative, units))


def _forbids(unit: Unit) -> bool:
    return unit.asserts and unit.governs_itself and is_negative(unit) and not _BANS.isdisjoint(unit.negations)


def _allows(unit: Unit) -> bool:
    return unit.force in _LEAVES and unit.governs_itself and unit.asserts and not unit.negations


def _heavy(features: Features) -> Features:
    return frozenset(f for f in features if f.startswith(("w:", "f:", "d:"))) - _IDLE
