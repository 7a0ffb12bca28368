"""What narrows a statement beside its conditions, and is lost: the manner of a ban, an attribute, a stage, a site.

不得独自驾车 is not 不得驾车, 破碎的药片 not any, 1期 not every stage, 面部 not the whole skin. Each function looks at a
part of the sentence and the parts of the facts it restates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from narrowcast.domain.control.facts.forces import is_negative
from narrowcast.domain.control.facts.lexer import Token, ids_of
from narrowcast.domain.control.facts.segments import OPERATORS, OR, Features, names_of
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason

_WORDS = "大量 过量 剧烈 过度 用力 过饱 高强度 强行 过热 过快 过多 长时间 久坐 久站 独自 单独"
_NARROWING = frozenset(f"w:{word}" for word in _WORDS.split())
"""What narrows a prohibition: without it more is forbidden than a fact forbids."""
_DEGREES = frozenset("轻中重")
_DEGREE = re.compile("[轻中重][、或和至到~]?[中重]?度(?!假)")
_ANY_DEGREE = re.compile("轻|(?<![其期集])中|(?<!体)重(?![新复要])|厉害|不[太很]|一点|少量|少许|些许|稍")
_STAGE = re.compile("(?<![a-z])([1-9一二三四五六]|iii|ii|iv|i|vi?)(期|级)(?!间|管理|预防|高血压|护理|临床|试验|医院)")
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"} | dict(
    zip("一二三四五六", "123456", strict=True)
)
_USE = re.compile(
    "(不得|不能|不可以|不可|不应|不宜|不|禁止|严禁|禁|勿|别|避免)?(?:被)?适?用于(?=[^，。；]{0,20}(?:人|者|患|孕|儿|童|孩|妇|女|男))"
)
_NOT_YET = ("未", "尚未")
_DENIES = re.compile("[未没无不非新]")
_SITE = re.compile(
    "^(?:在)?((?:头面|面颈|面|颈|头皮|皱褶|褶皱|会阴|眼周|口周|躯干|四肢|手足|腋下|黏膜|破损)(?:部|处|区)?)(?=连续|长期|外用|使用|涂|用药|用|应|可|不|禁|慎)"
)


@lru_cache(maxsize=512)
def narrowed_acts(facts: tuple[Statement, ...]) -> dict[str, Features]:
    """Return what each word that narrows stands directly before in some facts: 剧烈|运动, or in one word with."""
    pairs = (pair for fact in facts for pair in pairwise(fact.tokens))
    beside = {feature: act.ids for manner, act in pairs for feature in manner.ids & _NARROWING}
    words = (token for fact in facts for token in fact.tokens)
    within = {f: word.ids | word.parts - _NARROWING for word in words for f in word.parts & _NARROWING}
    return beside | within | {feature: thing.ids for fact in facts for feature, thing in _listed(fact.tokens)}


def _listed(tokens: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Give what an attribute narrows that is but one of a list: 抗炎药和|含马兜铃酸|的|中草药."""
    in_list = False
    for index, token in enumerate(tokens[1:-1], start=1):
        ends = token.kind in OPERATORS or token.value in {"comma", "end"}
        in_list = not ends and (in_list or token.text in OR)
        if token.text == "的" and in_list and tokens[index + 1].ids:
            yield from ((feature, tokens[index + 1]) for feature in tokens[index - 1].ids)


def widened_ban(
    unit: Unit, best: Sequence[Unit], told: Features, segment: str, narrowed: Mapping[str, Features]
) -> Iterable[Reason]:
    """Find a prohibition that lost what narrows it: 不能喝 for 避免大量饮用, 不得碰药片 for 不得碰破碎的药片.

    An attribute of the sentence's own (`segment`) may be the fact's in other words; `narrowed` is what is narrowed.
    """
    if not is_negative(unit) or not unit.asserts:
        return
    for narrows in (_manner,) if "的" in segment else (_manner, _attribute):
        lost = [narrows(other) for other in best if is_negative(other)]
        acts = [narrowed.get(feature, frozenset()) for narrow in lost for feature in narrow]
        if acts and all(acts) and not any(act & told for act in acts):
            continue  # 别揉眼睛 of 避免揉眼和剧烈运动
        if lost and all(narrow and not narrow & told for narrow in lost):
            yield Reason("condition_dropped", names_of(lost[0]), unit.text)


def _manner(unit: Unit) -> Features:
    return unit.scope & _NARROWING


def _attribute(unit: Unit) -> Features:
    return unit.attribute


def dropped_degree(fact: str, said: str) -> Iterable[Reason]:
    """Find 肺炎 for 轻、中度肺炎."""
    degree = _DEGREE.search(fact) if "度" in fact else None
    if degree and not _ANY_DEGREE.search(said) and not _sums_up_others(fact, degree, said):
        yield Reason("condition_dropped", degree[0], "")


def turned_degree(segment: str, said: str, known: frozenset[str]) -> Iterable[Reason]:
    """Find 重度脱水 for 轻至中度脱水: another degree, or one that no fact names."""
    named = degrees_of(segment)
    told = degrees_of(said) if named else named
    if told and named and (not told & named or told - known):
        yield Reason("population", "".join(sorted(named)), "".join(sorted(told)))


def degrees_of(text: str) -> frozenset[str]:
    """Return the degrees that a text names."""
    return frozenset("".join(_DEGREE.findall(text))) & _DEGREES if "度" in text else frozenset()


def _sums_up_others(fact: str, degree: re.Match[str], said: str) -> bool:
    """Say whether a degree is that of a kind whose members alone are said: 握拳、屈肘|等|轻度|活动."""
    kind = fact[degree.end() : degree.end() + 2]
    return fact[: degree.start()].endswith("等") and kind not in said


def turned_stages(fact: str, said: str, known: frozenset[str]) -> Iterable[Reason]:
    """Find the stage of a disease that was dropped, or is one that no fact names."""
    stages = stages_of(fact)
    own = stages_of(said) if stages else stages
    if stages and not own:
        yield Reason("condition_dropped", "、".join(sorted(stages)), "")
    if stages and own - known:
        yield Reason("population", "、".join(sorted(stages)), "、".join(sorted(own)))


def lost_denials(said: Sequence[Token], known: Sequence[Token]) -> Iterable[Reason]:
    """Find a state that has come (开了封) where the facts know only that it has not (未开封)."""
    for state in (token for token in known if token.kind == "word" and token.text.startswith(_NOT_YET)):
        event = state.ids | state.parts
        come = any(token.ids & event for token in known if not token.text.startswith(_NOT_YET))
        told = [index for index, token in enumerate(said) if token.ids & event]
        if told and not come and not any(_denied(said, index) for index in told):
            yield Reason("negation", state.text, said[told[0]].text)


def _denied(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[max(index - 2, 0) : index]
    if any(token.text in {"前", "之前", "以前"} for token in tokens[index + 1 : index + 2]):
        return True
    return bool(_DENIES.search(tokens[index].text)) or any(token.kind == "negation" for token in before)


def turned_use(said: str, facts: Sequence[str]) -> Iterable[Reason]:
    """Find 适用于 for 不得用于, or the reverse: whom a medicine is for stands within a condition."""
    known = frozenset[bool]().union(*map(_uses, facts))
    if known and _uses(said) - known:
        yield Reason("negation", "", said)


def _uses(text: str) -> frozenset[bool]:
    """Return whether a text says that something is for someone, that it is not, or both."""
    return frozenset(not denied for denied in _USE.findall(text)) if "用于" in text else frozenset()


def names_stage(text: str) -> bool:
    """Say whether a text may name a stage or a grade."""
    return "期" in text or "级" in text


def stages_of(text: str) -> frozenset[str]:
    """Return the stages and grades that a text names, numbers written one way: Ⅱ级 and 二级 are 2级."""
    if not names_stage(text):
        return frozenset()
    return frozenset(_NUMERALS.get(number, number) + kind for number, kind in _STAGE.findall(text))


def _site_of(segment: str) -> str:
    """Return the part of the skin or body that a segment begins with and speaks of alone: 面部连续使用."""
    site = _SITE.match(segment)
    return site[1] if site else ""


def dropped_site(segment: str, said: str, told: Features) -> Iterable[Reason]:
    """Find what a fact says of one part of the skin alone, said of all of it."""
    site = _site_of(segment)
    if site and site[0] not in said and not ids_of(site) & told:
        yield Reason("condition_dropped", site, "")
