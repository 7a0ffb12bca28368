"""What a sentence forbids because its facts ask for the contrary: 别松 beside 咬紧, 不要空腹吃 beside 餐后服.

A speaker says both sides of an instruction. Which words are contraries is for the table; a fact that speaks of both
sides itself leaves nothing to be understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Statement, Unit

_CONTRARIES: tuple[tuple[str, str], ...] = (
    ("同时|一起|一块|一道|一同|掺|混|连着|接连|紧接着|紧跟着", "间隔|错开|分开|岔开|隔开"),
    ("(?:一个|同一个?|一|老)(?:地方|部位|处|点|位置)|固定在", "轮换|轮流|更换部位|交替更换"),
    ("同一天|同日|当天一起", "次日|第二天"),
    ("断", "继续|坚持|持续|不间断"),
    ("走|乱动|起身", "留观|观察\\d|卧床|制动"),
    ("松(?!动)", "咬紧|咬住|压迫|按压|压住|扎紧|固定"),
    ("吞|咽", "吐出|吐掉|仅供吸入|漱口|含化|舌下含"),
    ("嚼|咬碎|掰|碾|磨碎|研碎", "整片|整粒|完整吞|吞服"),
    ("空腹|空着肚子|饿着肚子", "餐后|饭后|随餐|与食物同服|餐中"),
    ("饭后|餐后|吃饱", "空腹|餐前|饭前"),
    ("躺|平卧", "坐位|半卧|直立|站立|坐起|端坐"),
    ("出门|外出|上学|上班|上幼儿园", "居家|在家|隔离"),
    (
        "(?:太|过)(?:多|少|快|慢|急|猛|大|小|高|低|长|短|久|紧|松|厚|薄|重|深|浅|热|冷|烫)|一下子|一口气|大口",
        "不超过|最多|≤|≥|至少|少量|缓慢|分次|逐渐|\\d",
    ),
    ("(?<![离展裂张剖])开(?:着|启)?(?![始水车刀])", "关闭|关掉|关上"),
    ("关(?:着|闭|上|掉)?(?!节|注|心)", "打开|开启|敞开|开窗"),
    ("(?:太|过)饱|吃撑", "少量多餐|少食多餐|七八分饱"),
    ("用力|使劲|大力|猛", "轻轻|轻柔|轻压|轻轻按|轻擦|轻轻擦"),
    ("突然|骤然|一下子|一下", "逐渐|逐步|缓慢"),
    ("(?:独自|一个人|自己)", "陪同|陪护|搀扶|有人|监护下"),
    ("(?:老|总是?|一直|长期|老是)(?=用|吃|服|喷|滴|打|涂)", "不超过|最多|≤|短期|限用"),
)
"""What is forbidden, and what the facts ask for."""


@cache
def _denials() -> re.Pattern[str]:
    return re.compile("|".join(denied for denied, _ in _CONTRARIES))


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(denied), re.compile(asked)) for denied, asked in _CONTRARIES)


def denies_contrary(unit: Unit, facts: Sequence[Statement]) -> bool:
    """Say whether a unit forbids the contrary of what the facts ask for, of which they themselves do not speak."""
    if unit.conditional or not is_negative(unit) or not _denials().search(unit.text):
        return False
    texts = [fact.text for fact in facts]
    return any(
        denied.search(unit.text) and not any(map(denied.search, texts)) and any(_asks(asked, fact) for fact in facts)
        for denied, asked in _pairs()
    )


def _asks(asked: re.Pattern[str], fact: Statement) -> bool:
    return any(
        asked.search(fact.segments[unit.segment]) for unit in fact.units if unit.asserts and not is_negative(unit)
    )


def contrary_words(said: Statement, facts: Sequence[Statement]) -> Features:
    """Return the words of what a sentence forbids as the contrary of what its facts ask for."""
    units = [unit for unit in said.units if denies_contrary(unit, facts)]
    if not units:
        return frozenset()
    matched = [pattern for unit in units for pattern, _ in _pairs() if pattern.search(unit.text)]
    named = [token for token in said.tokens if any(pattern.search(token.text) for pattern in matched)]
    times = frozenset(f"timing:{token.value}" for token in named if token.kind == "timing")
    return times.union(*(token.ids | token.parts for token in named))
