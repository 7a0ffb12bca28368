"""How hard something is asked, allowed or forbidden, how sure and how soon: when two operators say the same.

The tables of which operator may stand for which are here. Pure functions of two units; which units are held against
each other is for `alignment`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Unit
from narrowcast.domain.control.facts.verdict import Reason

# A fact's word -> what a sentence may say for it. Of a ban, 不得, 不能, 别, 禁止 and 避免 are one force; 不宜 may
# become 不要, never 禁止, and no ban becomes 不宜; 慎用 and 不必 stand for nothing but themselves. Of an instruction,
# 必须, 须, 应, 要 and 需 are one force, which 宜 may soften where it is neither 必须 nor 须; 建议, 宜 and a bare
# imperative are never 必须; 可 may be told bare, never as 要.
_BANS = frozenset({"forbid", "cannot", "avoid", "ban"})
_NEGATIONS = {
    "never": _BANS | {"never"},
    "forbid": _BANS | {"never"},
    "cannot": _BANS | {"never", "not"},
    "ban": _BANS | {"not"},
    "avoid": _BANS | {"not", "prevent"},
    "unfit": {"unfit", "avoid", "cannot", "not"},
    "careful": {"careful"},
    "prevent": {"prevent", "avoid", "not", "otherwise"},
    "otherwise": {"otherwise", "prevent"},
    "not": {"not", "avoid", "unfit", "cannot", "prevent", "ban"},
    "needless": {"needless"},
}
_MADE_UP = frozenset({"w:补服", "w:加倍"})
"""What is left undone after a missed dose: 无需补服, 不补 and 别补 are one."""
_CEASED = frozenset({"w:停药", "w:停用", "w:停", "w:治疗"})
"""What is done unless there is need: 不用停 is 不停药, 不用治疗 is 不治疗."""
_UNDONE = frozenset({"needless", "not", "avoid", "cannot", "ban"})
_FORCES = {
    "must": {"must", "should", ""},
    "should": {"should", "must", "recommend", ""},
    "only": {"only", "may"},
    "recommend": {"recommend", "should", ""},
    "may": {"may", "fine", ""},
    "fine": {"may", "fine"},
    "": {"", "should", "recommend"},
}
_SOFT_CERTAINTY = {
    "possible": {"possible", "tends"},
    "tends": {"tends", "possible", "usual"},
    "usual": {"usual", "tends"},
    "some": {"some"},
}
_URGENCIES = frozenset(
    (said, known)
    for said, known in product(("immediately", "quickly", "promptly", "early"), repeat=2)
    if {said, known} not in ({"immediately", "promptly"}, {"immediately", "early"})
)
"""Said, known: 赶紧 goes with 立即 and with 及时, which do not go together."""
_WAITING = ("再", "才", "等", "满")
"""What makes a plain imperative say that nothing is done before: 等4周再查 for 4周后方可查."""
_FOR_NOW = re.compile("先|暂")
_DELAYED = re.compile("暂缓|推迟|延后|暂停|延期")
_NOT_TAKEN = re.compile("(?:别|不要|不能|不)(?:再|继续)?(?:吃|用|服|喝|打|使用)")
_STOPPED = re.compile("(?<![不别])停[用服食吃喝药]|暂停")
_CONTINUES = re.compile("继续|接着|坚持|照[样旧常]?[吃用服打]")
_WISHES = re.compile("^(?:尽量|尽可能|最好)")
_CARES, _WATCHES = re.compile("当心|小心|提防|谨防|留神"), re.compile("警惕|留意|考虑")
_PUT_OFF = (("avoid",), ("cannot",), ("not",))
TOGETHER: Features = frozenset({"w:同服", "w:合用", "w:同时使用", "w:联用", "w:混合"})
_APART = re.compile("间隔|错开|隔开|分开|岔开")
_NOT_GIVEN_UP = re.compile("(?:[不未无没别勿]|无需|不必)[^，。；]{0,3}戒")
_DRINKS = {"戒酒": re.compile("[饮喝沾碰]酒"), "戒烟": re.compile("[吸抽]烟")}
"""What is given up, and the act that is left off: 不要再饮酒 is 戒酒."""
_GIVES_UP = re.compile("戒|禁|忌")
_UNUSED = re.compile("^不用(?P<thing>[\u4e00-\u9fff]{2})")
_EITHER = re.compile("[或和与]不|与否|均可|都可以")
_SPACED = re.compile("间隔|至少|[满后]|再")
"""What makes an instruction one to wait: 至少避孕2年再妊娠."""


def operator_reasons(unit: Unit, best: Sequence[Unit]) -> Iterable[Reason]:
    """Compare polarity, then the force within the same polarity."""
    negative = is_negative(unit)
    alike = [other for other in best if negative == is_negative(other) or _stands_for(unit, other)]
    if not alike and not (unit.negations == ("not",) and any(map(_is_before, best)) and unit.conditional):
        yield Reason("negation", best[0].text, unit.text)
        return
    if alike and not any(_forces_agree(unit, other) for other in alike):
        yield Reason("certainty", alike[0].text, unit.text)


def _stands_for(unit: Unit, other: Unit) -> bool:
    """Say whether a unit that denies stands for one that does not, or the other way round."""
    return any(match(unit, other) for match in _EXEMPT)


def _only_for(unit: Unit, other: Unit) -> bool:
    """Say whether the other only names what a measure is good for: 用于预防高原反应，应提前1天服用."""
    return not unit.negations and other.negations == ("prevent",) and not unit.scope & other.scope


def _warns(unit: Unit, other: Unit) -> bool:
    """Say whether both tell what comes of not doing the rest: 否则可能出血 is 可能出血 and 以免出血."""
    return "otherwise" in other.negations or ("otherwise" in unit.negations and _averts(other))


def _averts(unit: Unit) -> bool:
    return unit.negations[-1:] == ("prevent",) or (unit.segment > 0 and unit.text.startswith("避免"))


def _defers(unit: Unit, other: Unit) -> bool:
    """Say whether a ban for the time being stands for a delay: 先别打 for 暂缓接种."""
    for_now = unit.negations[-1:] in _PUT_OFF and bool(_FOR_NOW.search(unit.text))
    return for_now and not other.negations and bool(_DELAYED.search(other.text))


def _ceases(unit: Unit, other: Unit) -> bool:
    """Say whether not to take any stands for a stop: 先不吃 for 暂停, and for 停食."""
    untaken = unit.negations[-1:] in _PUT_OFF and bool(_NOT_TAKEN.search(unit.text))
    return untaken and not other.negations and bool(_STOPPED.search(other.text))


def _goes_on(unit: Unit, other: Unit) -> bool:
    """Say whether to go on stands for not stopping: 接着吃 for 无需停药."""
    lasts = not unit.negations and bool(_CONTINUES.search(unit.text))
    return lasts and bool(other.negations) and "停" in other.text


def _keeps_apart(unit: Unit, other: Unit) -> bool:
    """Say whether a ban on taking together stands for an interval: 不要一起吃 for 间隔4小时服用."""
    together = unit.negations[-1:] in _PUT_OFF and bool(unit.scope & TOGETHER)
    return together and not other.negations and bool(_APART.search(other.text))


def _abstains(unit: Unit, other: Unit) -> bool:
    """Say whether both give up the same, by a verb that one of them has in a word: 戒一辈子, 终身戒酒."""
    texts = (unit.text, other.text)
    if bool(unit.negations) and not other.negations and any(_DRINKS[act].search(unit.text) for act in _given_up(other)):
        return True
    gives_up = all("戒" in text for text in texts) and not any(map(_NOT_GIVEN_UP.search, texts))
    return gives_up and bool(unit.negations) != bool(other.negations)


def _given_up(unit: Unit) -> list[str]:
    """Return what a unit asks to give up: 终身戒酒."""
    return [] if _NOT_GIVEN_UP.search(unit.text) else [act for act in _DRINKS if act in unit.text]


def _leaves_both(unit: Unit, other: Unit) -> bool:
    """Say whether a leave not to do something is one of two that a fact leaves: 可以不随餐 for 与食物同服或不同服."""
    return unit.negations == ("not",) and unit.force in {"may", "fine"} and bool(_EITHER.search(other.text))


def _not_yet(unit: Unit, other: Unit) -> bool:
    """Say whether a ban on doing it at once stands for what must come before: 不能马上恢复 for 48小时后方可恢复."""
    return bool(unit.negations) and "immediately" in unit.urgencies and other.force == "only"


def _watches(unit: Unit, other: Unit) -> bool:
    """Say whether both tell what to look out for: 当心血栓 for 警惕血栓."""
    return unit.negations[-1:] == ("prevent",) and bool(_CARES.search(unit.text) and _WATCHES.search(other.text))


_EXEMPT = (
    _only_for,
    _warns,
    _defers,
    _ceases,
    _watches,
    _goes_on,
    _keeps_apart,
    _not_yet,
    _abstains,
    _leaves_both,
)


def _is_before(unit: Unit) -> bool:
    """Say whether a unit is a condition that ends before something: 起床前 is 没起床的时候."""
    return unit.conditional and unit.text.endswith("前")


def is_negative(unit: Unit) -> bool:
    """Say whether a unit denies or forbids; two negations cancel out, 慎用 is neither."""
    return bool(unit.negations) and unit.is_negative


def _forces_agree(unit: Unit, other: Unit) -> bool:
    if unit.conditional or other.conditional or ("otherwise" in unit.negations and _warns(unit, other)):
        return True
    if unit.negations and other.negations:
        return _prohibitions_agree(unit, other)
    if other.force in {"should", "must"} and _WISHES.search(unit.text):
        return False  # 尽量停用 for 应停用
    if unit.negations[:1] == ("needless",) and len(unit.negations) > 1 and _GIVES_UP.search(other.text):
        return False  # 不用戒 for 戒烟
    doubted = any(a.force == "may" and "possible" in b.certainties for a, b in ((unit, other), (other, unit)))
    tags = unit.force == "fine" and _is_tagged(unit, other)
    lets = other.negations == ("not", "ban") or ("needless" in other.negations and "停" in other.text)
    lifts = lets and unit.force in {"", "may", "fine"}  # 水可以喝 for 不禁水, 可以接着喂奶 for 不必停止哺乳
    carried = not unit.force and unit.inherited_force in _FORCES[other.force]
    goes_on = not other.force and unit.force != "must" and unit.force in _FORCES.get(other.inherited_force, ())
    waits = _waits(unit, other) or _not_yet(unit, other)
    return doubted or waits or tags or lifts or carried or goes_on or unit.force in _FORCES[other.force]


def _is_tagged(unit: Unit, other: Unit) -> bool:
    """Say whether a verdict only closes a list: 快走、骑车都可以, 躺着或坐着都行."""
    return (not other.force and not unit.governs_itself) or (other.force in {"", "recommend"} and "或" in other.text)


def _waits(unit: Unit, other: Unit) -> bool:
    """Say whether both tell what comes before: 等4周再查, 4周后方可查, 间隔2小时以上可再服."""
    if other.force == "only":
        return unit.force in {"", "should"} and any(word in unit.text for word in _WAITING)
    if unit.force != "only":
        return False
    spaced = bool(_SPACED.search(other.text)) or (other.force == "should" and not other.governs_itself)
    return spaced or other.force == "may" or (not other.force and "才会" in unit.text)


def _prohibitions_agree(unit: Unit, other: Unit) -> bool:
    serves = unit.force == "may" and not other.force and other.segment > 0  # 这样可以避免 …
    forced = unit.force in {"must", "may"} and unit.force != other.force and not serves
    if forced and unit.negations[-1] in {"prevent", "avoid", "ban"}:
        return False
    if unit.negations[-1] == "prevent" and other.negations[-1] == "avoid" and "避" not in other.text:
        return False  # 不应驾车 forbids, 预防 does not
    if len(unit.negations) == len(other.negations) > 1 and unit.negations[0] not in _NEGATIONS[other.negations[0]]:
        return False  # 禁止禁食 is no 无需禁食
    if unit.negations[-1] == "needless" and other.negations == ("not",) and unit.scope & other.scope & _CEASED:
        return True
    if other.negations[-1] == "needless" and _not_used(unit, other):
        return True
    made_up = unit.scope & other.scope & _MADE_UP and {unit.negations[-1], other.negations[-1]} <= _UNDONE
    return bool(made_up) or _ban(unit) in _NEGATIONS[_ban(other)] or _avoids(unit, other)


def _not_used(unit: Unit, other: Unit) -> bool:
    """Say whether both are about a thing that is not to be used: 别用碱性的肥皂, 不用碱性肥皂."""
    thing = _UNUSED.match(other.text)
    return thing is not None and f"用{thing['thing']}" in unit.text and unit.negations[-1] in _BANS | {"not"}


def _ban(unit: Unit) -> str:
    """Return the force of a ban; one that is only advised is soft: 最好避免, 建议不要."""
    ban = unit.negations[-1]
    return "unfit" if unit.force == "recommend" and ban in _BANS | {"not"} else ban


def _avoids(unit: Unit, other: Unit) -> bool:
    """Say whether 尽量避免 stands for 避免, which asks for what can be done."""
    return "避免" in other.text and _ban(other) == "avoid" and "尽" in unit.text and _ban(unit) == "unfit"


def certainty_reasons(
    said: Features, known: Features, inherited: Features, around: Features, *, possible: bool
) -> Iterable[Reason]:
    """Find a doubt that was dropped and a certainty that was added; `possible` says that the fact's 可 is doubt.

    `inherited` and `around` are how sure the whole sentences of the two sides are.
    """
    if not (said or known):
        return
    for value in sorted(known & _SOFT_CERTAINTY.keys()):
        if not (said | inherited) & _SOFT_CERTAINTY[value]:
            yield Reason("certainty", value, "、".join(sorted(said)))
    for value in sorted(said - around):
        if not any(value in _SOFT_CERTAINTY.get(k, ()) for k in around) and not (value == "possible" and possible):
            yield Reason("certainty", "、".join(sorted(known)), value)


def urgency_reasons(unit: Unit, best: Sequence[Unit]) -> Iterable[Reason]:
    """Find an urgency that is another one than that of what a unit restates: 及时 is not 立即."""
    known: Features = frozenset().union(*(other.urgencies for other in best)) if unit.urgencies else unit.urgencies
    if known and not any(pair in _URGENCIES for pair in product(unit.urgencies, known)):
        yield Reason("certainty", "、".join(sorted(known)), "、".join(sorted(unit.urgencies)))
