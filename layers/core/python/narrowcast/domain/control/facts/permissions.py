"""What is allowed or told to be done though the facts know it only as forbidden, or only as a case.

不得冷冻 lets nobody put anything into the freezer; 停药时须逐渐减量 tells nobody to stop. Compares units of two texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.segments import NOTHING, TAKING, Features
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

_PERMITS = frozenset({"may", "fine"})
_ALLOWS = _PERMITS | {"should", "must", "recommend"}
_IDLE: Features = TAKING | {"w:摄入", "w:进食", "w:饮食", "w:限制"}
_LESS = re.compile("[少限减忌戒停]|控制")
"""What limits as a ban does."""
_WHETHER = Form("能不能|可不可以|可否|是否|该不该|要不要")
_CEASING = re.compile("停|中断|暂缓|推迟|戒")
_STOPPING: Features = frozenset({"w:停药", "w:停用", "w:停止", "w:中断"})


def permitted_bans(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 可以放进冷冻室 where the facts forbid 冷冻 and know it no other way."""
    bans = [unit.scope for fact in facts for unit in fact.units if unit.governs_itself and _is_barred(unit)]
    if not bans or _WHETHER.search(said.text):
        return
    banned = NOTHING.union(*bans)
    allowed = list(filter(_allows, said.units))
    open_to = _told_otherwise(said, facts) if allowed else frozenset()
    for unit in allowed:
        words = sorted(_heavy(unit.scope & banned) - open_to)
        barred = next(filter(None, (_known_only(_is_barred, word, facts) for word in words)), "")
        if barred:
            yield Reason("negation", barred, unit.text)


def _told_otherwise(said: Statement, facts: Sequence[Statement]) -> Features:
    """Return all meanings of the words of which the facts allow one: 喂 where they tell to go on with 母乳喂养."""
    units = (unit for fact in facts for unit in fact.units if unit.governs_itself and not _is_barred(unit))
    told: Features = frozenset().union(*(unit.scope for unit in units))
    return frozenset().union(*(token.ids for token in said.tokens if token.ids & told))


_SIPS = Form("可以?[^，。；]{0,4}(?:少量|适量|小口)(?:地)?[饮喝][^，。；]{0,3}水|不禁[水饮]")
_NO_WATER = Form(
    "水[^，。；]{0,4}(?:不能|不可以?|不要|不许|不得|别)[喝饮沾进]|(?:不能|不可以?|不要|不许|不得|别|禁止?|勿)[饮喝][^，。；酒]{0,2}水|(?<!不)禁[水饮]|滴水"
)


def forbidden_sips(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 一口水也不能喝 for 可少量饮水, and 水不能喝 for 不禁水."""
    banned = _NO_WATER.search(said.text)
    texts = [fact.text for fact in facts] if banned else []
    if banned and any(map(_SIPS.search, texts)) and not any(map(_NO_WATER.search, texts)):
        yield Reason("negation", "可少量饮水", banned[0])


def permits_under_bans(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 打了针就可以再用 where all that the facts say is a ban without an end."""
    allowed = next((u for u in said.units if u.asserts and u.force in _PERMITS and not u.negations), None)
    if allowed is None or _WHETHER.search(said.text) or any(unit.negations for unit in said.units):
        return
    told = [unit for fact in facts for unit in fact.units if unit.asserts]
    ends = any(c.text.endswith(("前", "内", "期", "期间")) for fact in facts for c in fact.conditions)
    if told and not ends and all(map(_is_barred, told)):
        yield Reason("negation", told[0].text, allowed.text)


def orders_from_cases(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 就可以停药了 where the facts say only what to do when one stops."""
    for unit in (unit for unit in said.units if _allows(unit) and unit.force in _PERMITS):
        case = next(filter(None, (_known_only(_is_case, word, facts) for word in sorted(unit.scope & _STOPPING))), "")
        if case:
            yield Reason("negation", case, unit.text)


def _allows(unit: Unit) -> bool:
    if unit.force not in _PERMITS and _LESS.search(unit.text):
        return False
    return unit.governs_itself and unit.force in _ALLOWS and not unit.negations and unit.asserts


def _known_only(told: Callable[[Unit], bool], word: str, facts: Sequence[Statement]) -> str:
    """Return the text of a unit that has a word, where each that has it is one such."""
    units = [unit for fact in facts for unit in fact.units if word in unit.scope and unit.governs_itself]
    return units[0].text if units and all(map(told, units)) else ""


def _is_barred(unit: Unit) -> bool:
    """Say whether a unit forbids; 不必停止哺乳 lets one go on."""
    if unit.conditional or not is_negative(unit):
        return False
    return not ("needless" in unit.negations and _CEASING.search(unit.text))


def _is_case(unit: Unit) -> bool:
    return unit.conditional or is_negative(unit)


def _heavy(features: Features) -> Features:
    return frozenset(f for f in features if f.startswith(("w:", "f:"))) - _IDLE
