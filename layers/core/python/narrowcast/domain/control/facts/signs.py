"""Signs that count for a fact only as bad, as lasting, as sudden or as placed as it says: 出血 for 持续出血.

Asks whether the clause that names the sign says anything of the kind; what exactly it says is for other rooms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from narrowcast.domain.control.facts.lexer import ids_of
from narrowcast.domain.control.facts.segments import Features
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason

_SIGNS = (
    "出血|咯血|呕血|便血|血便|血尿|黑便|渗血|呕吐|恶心|腹泻|腹胀|腹痛|胃痛|胸痛|胸闷|心悸|心慌|头痛|头晕|眩晕|乏力|无力|发热|高热|低热"
    "|咳嗽|气促|气短|呼吸困难|喘息|水肿|肿胀|疼痛|瘙痒|皮疹|发红|红肿|抽搐|嗜睡|失眠|胎动|宫缩|口渴|出汗|麻木|不适|视力下降|耳鸣|便秘"
)
_WORSE = "持续|反复|频繁|剧烈|极度|严重|明显|大量|突然|突发|进行性|顽固性?|难以忍受的?|阵发性?|大(?=咯血|出血|呕血)"
_WHERE = "全身|右上|左上|右下|左下|上(?=腹)|下(?=腹)|双?下肢|餐后|运动后|活动后|夜间|晨起|夜里"
_AFTER = "加重|不退|不止|不缓解|不减|频繁|增多|减少|仍不[^，。]{1,3}|持续[^，。]{1,6}"
_BEFORE_SIGN = re.compile(f"({_WORSE}|{_WHERE})({_SIGNS})")
_AFTER_SIGN = re.compile(f"({_SIGNS})({_AFTER})")
_SAYS_HOW_BAD = re.compile(
    "持续|[1一]直|不停|[不没]断|老是|总|反复|频|勤|剧|厉害|很|特别|非常|极|要命|受不了|猛|大|多|少|突|忽然|[1一]下子|骤|越|加重|更|重|退|止|仍"
    "|还|没|明显|严重|得|[\\d两几]|动不动|阵|连|满|狂|直|消|缓解|减|增|完|浑身|身上|全身"
)
_SAYS_WHERE = re.compile("全身|浑身|周身|右|左|上|下|腿|脚|饭|餐|吃|运动|活动|动|夜|晚|晨|早|睡|胃|心口")


def bare_signs(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a sign said without what its facts never say it without."""
    for fact in facts:
        for sign, how, where in _qualified(fact.text):
            named = ids_of(sign)
            if named & said.ids and not any(_is_bare(other.text, sign) for other in facts):
                says = _SAYS_WHERE if where else _SAYS_HOW_BAD
                if not any(says.search(segment) for segment in _naming(said, named)):
                    yield Reason("condition_dropped", how + sign, sign)


def _naming(said: Statement, named: Features) -> Iterable[str]:
    """Give the segments of a sentence that name a sign, and those beside them."""
    units = {unit.segment for unit in said.units if (unit.scope | unit.context) & named}
    return (said.segments[n] for n in range(len(said.segments)) if units & {n - 1, n, n + 1} or not units)


@lru_cache(maxsize=512)
def _qualified(text: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the signs of a text that it qualifies, with how, and whether that is where or when."""
    before = ((sign, how, bool(re.fullmatch(_WHERE, how))) for how, sign in _BEFORE_SIGN.findall(text))
    after = ((sign, how, False) for sign, how in _AFTER_SIGN.findall(text))
    return (*before, *after)


@lru_cache(maxsize=512)
def _is_bare(text: str, sign: str) -> bool:
    """Say whether a text has a sign somewhere without any of this."""
    qualified = {m.start(2) for m in _BEFORE_SIGN.finditer(text)} | {m.start(1) for m in _AFTER_SIGN.finditer(text)}
    return any(m.start() not in qualified for m in re.finditer(sign, text))
