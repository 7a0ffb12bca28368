"""How, where and by what a thing is done, where a fact makes it a limit and a sentence leaves it out.

短期使用 is not 使用, 根据病情加量 is not 加量, 冷藏可保存48小时 is not 可保存48小时. What narrows a thing, not an act,
is for `attributes` and `restrictors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_BASIS = re.compile(
    "(?:根据|依据|参照|按照?|依照|视)(?P<basis>[^，。；、医]{1,10}?)(?:的?(?:情况|变化|结果|水平|反应|程度))?"
    "(?:来|而|逐渐|逐步|缓慢|酌情|相应|适当|及时|缓慢地?)*(?P<act>调整|加量|减量|增加|减少|增减|加减|调节|选择|选用|决定|确定|递增|滴定)"
)
_ACTS = {"调": "调|[加减增](?!重)|改", "加": "[加增]", "增": "[加增]", "减": "减", "滴": "调|加"}
_CHOOSES = "选|定"
_GROUNDS = re.compile("根据|依据|参照|按|依|视|看|据|遵|医|情况|结合|不同")
"""How a sentence says that something rests on a ground, whatever it is."""
_LIGHT = frozenset("的和与及或情况水平程度患者个体")

_STORED = re.compile("[保储贮]存|存放|放置|保质|[可能]放")
_STORES = re.compile("存|放|保质|用完|使用")
_PLACE = re.compile("冷藏|冷冻|室温|常温|避光|遮光|阴凉|密封|密闭|干燥处|冰箱|[0-9]°c")
_SAME_PLACE = re.compile("[冷冻冰凉光暗密盖干温箱]|封好|°c|度")
_CLAUSE = re.compile("[^，。；]+")


def lost_grounds(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 逐渐加量 for 根据病情逐渐加量: a change that no longer rests on anything."""
    grounds = [ground for fact in facts for ground in _grounds(fact.text)]
    if not grounds or _GROUNDS.search(said.text):
        return
    for basis, act in grounds:
        changes = re.search(_ACTS.get(act[0], _CHOOSES), said.text)
        if changes and said.characters.isdisjoint(set(basis) - _LIGHT):
            yield Reason("condition_dropped", basis, changes[0])


@lru_cache(maxsize=512)
def _grounds(text: str) -> tuple[tuple[str, str], ...]:
    """Return on what each change in a text rests, with the change; weight is a dose's own."""
    found = (match.group("basis", "act") for match in _BASIS.finditer(text))
    return tuple((basis, act) for basis, act in found if "体重" not in basis and "公斤" not in basis)


def lost_places(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 可保存48小时 for 冷藏可保存48小时."""
    places = [place for fact in facts for place in _places(fact.text)]
    if places and _STORES.search(said.text) and not _SAME_PLACE.search(said.text):
        yield Reason("condition_dropped", places[0], "")


@lru_cache(maxsize=512)
def _places(text: str) -> tuple[str, ...]:
    """Return where something is stored for a time; nothing where a text knows a storing without it."""
    clauses = [clause for clause in _CLAUSE.findall(text) if _STORED.search(clause)]
    found = [match and match[0] for match in map(_PLACE.search, clauses)]
    return tuple(place for place in found if place) if all(found) else ()
