"""Turns of speech told the other way round: stop for start, after for before, most for least, needle for mouth.

Each is two wordings of which a sentence has one where its facts have only the other; no word is weighed and no limit
is read. Words that exclude one another alone are for `opposites`, classes of wordings for `contraries`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from narrowcast.domain.control.facts.segments import NOTHING, Features, Segment, drugs_of, names_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.prefilter import Sieve

_TURNS = (
    (
        "negation",
        "停止[^，。；]{0,8}前",
        "(?:服用|用药|服药|开始|治疗)[^，。；]{0,6}前",
        "停[^，。；]{0,6}前|前[^，。；]{0,6}停",
    ),
    (
        "negation",
        "(?:才|再)(?:能|可以?|会)?停止",
        "(?:方可|才可以?|后可?|再|才能?)(?:开始|启动|备孕|恢复|服用|使用)",
        "(?:方可|才|再|后)[^，。；]{0,4}停|停止",
    ),
    ("negation", "停止[^，。；]{0,6}后", "(?:开始|启动|起始)(?:用药|治疗|服用)?后", "停[^，。；]{0,6}后|停止"),
    ("negation", "[未没]停止", "[未没](?:开始|启动)", "[未没]停"),
    ("negation", "停止的?剂?量|[1一]停止|剂量停止|从[^，。；]{1,8}停止", "起始|初始|自[^，。；]{1,8}起", "停止"),
    ("timing", "手?术后", "术前", "术后|术毕|手术[^，。；]{0,4}后|之后|以后"),
    ("timing", "同意不得[^，。；]{1,10}[之以]后", "未经[^，。；]{0,6}同意", "[之以]后"),
    ("timing", "[吃服用]药[之以]?后(?:要|应|得)?先", "[吃服用]药前", "后(?:要|应)?先"),
    (
        "timing",
        "[之以今往]后的?\\d+(?:小时|天)的?(?:总|累计|用)",
        "前\\d+(?:小时|天)的?(?:总|累计|用)",
        "后的?\\d+(?:小时|天)的?(?:总|累计|用)",
    ),
    ("timing", "以后[^，。；后]{0,14}过(?![敏程量多])", "既往|曾|史", "[之以今]后"),
    (
        "comparator",
        "最多|至多|顶多",
        "至少|不少于|≥|最少|最短|不短于",
        "[最至顶]多|最[大高长]|不(?:得|能|可|应|宜)?(?:超|多于|大于)|≤|<|[以之]?内|以下|上限|(?<!不)[小低少]于|[~-]|[总共]",
    ),
    (
        "comparator",
        "至少|最少|不少于",
        "[最至]多|最[大高长]|不(?:得|能|可|应|宜)?超|≤|上限",
        "[至最]少|不[少低短小]于|[≥>~-]|以上|(?<![不得能可应宜])超过|[大高]于|[满足后前起]",
    ),
)
"""Of each: the kind of the reason, what a sentence has, what its facts have instead, and what in them excuses it."""

_COUNT = "(?P<what>[两二三四五六\\d]+[种个项次类])[及或]?"
_THING = "[吃喝饮用食放]+(?P<what>[一-鿿]{2}|[一-鿿](?![一-鿿]))"
_MUCH = f"(?<!不[要宜能可应])(?<![不别勿太增许])多{_THING}"
_LITTLE = f"(?<![不减多])少{_THING}"
_STOPPED_BEFORE = "(?P<what>术|[一-鿿]{2})[之以]?前[^，。；停不]{0,8}停[用止药掉]"
_STOPPED_AFTER = _STOPPED_BEFORE.replace("前", "后")
_ECHOES = (
    ("timing", _STOPPED_AFTER, _STOPPED_BEFORE),
    ("timing", _STOPPED_BEFORE, _STOPPED_AFTER),
    ("new_claim", _MUCH, _LITTLE),
    ("new_claim", _LITTLE, _MUCH),
    ("comparator", f"{_COUNT}以下", f"{_COUNT}以上"),
    ("comparator", f"{_COUNT}以上", f"{_COUNT}以下"),
    ("frequency", "每(?:周|月|星期)(?P<what>[一-鿿]{2})", "每[日天](?P<what>[一-鿿]{2})"),
    (
        "frequency",
        "[每1一](?:周|月|星期)(?:最多|不超过|最大)(?P<what>\\d+)",
        "(?P<what>\\d+)[a-zμ毫克片粒]{0,3}/[日天d]",
    ),
    (
        "timing",
        "(?P<what>\\d+[周天月岁])[之以]?后(?!停|就|不|可|改|再|[^，。；]{0,3}停)",
        "直[至到][^，。；\\d]{0,4}(?P<what>\\d+[周天月岁])",
    ),
    ("new_claim", "注射的?(?P<what>[一-鿿]{2})", "口服(?P<what>[一-鿿]{2})"),
)
"""Of each: the kind of the reason, and two wordings of which a sentence has one of what its facts have the other."""
_BEFORE = "(?P<what>[一-鿿]{2})前(?![往来后])"
_PERIOD = "每(?P<what>\\d*个?[天日周月年])"
_TAKEN = f"{_PERIOD}(?:要|得|再|只)?(?:[吃服打]|注射)(?!饭)"
_CHECKED = f"{_PERIOD}(?:要|得|需|应)?(?:[复检]查|监测|随访|检测|化验|查|回)"
_NEEDLE = re.compile("注射|打针|肌注|滴注|推注")
_MOUTH = re.compile("口服|送服|吞服|嚼服|含服|白开水")


@cache
def _turns() -> Sieve:
    return Sieve(told for _, told, _, _ in _TURNS)


@cache
def _echoing() -> Sieve:
    return Sieve(told for _, told, _ in _ECHOES)


def inverted_turns(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 才能停止备孕 for 方可备孕, and 最多停一周 for 至少停用7天."""
    sieve = _turns()
    for number in sieve.that_may_match(said.text):
        kind, _, known, excuses = _TURNS[number]
        told = sieve.patterns[number].pattern.search(said.text)
        if told and not any(re.search(excuses, fact.text) for fact in facts):
            instead = next(filter(None, (re.search(known, fact.text) for fact in facts)), None)
            if instead:
                yield Reason(kind, instead[0], told[0])


def inverted_echoes(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 两种以下 for 两种以上, and 注射铁剂 for 口服铁剂."""
    for number in _echoing().that_may_match(said.text):
        kind, told, known = _ECHOES[number]
        echoed = _echoes(told, said.text)
        for what in sorted(echoed & _echoes_of(known, facts) - _echoes_of(told, facts) if echoed else ()):
            yield Reason(kind, what, what)


def _echoes_of(form: str, facts: Sequence[Statement]) -> Features:
    return NOTHING.union(*(_echoes(form, fact.text) for fact in facts))


@lru_cache(maxsize=2048)
def _echoes(form: str, text: str) -> Features:
    return frozenset(match["what"] for match in re.finditer(form, text))


def outrun_moments(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 复查呼气试验之后先停 for 复查前停用, where a thing stands between an act and its side."""
    if "之后" not in said.text and "以后" not in said.text:
        return
    for act in sorted(NOTHING.union(*(_echoes(_BEFORE, fact.plain) for fact in facts))):
        told = re.search(f"{act}[^，。；、在于停\\d]{{1,8}}[之以]后", said.text)
        if told and not any(re.search(f"{act}[^，。；]{{0,8}}后", fact.text) for fact in facts):
            yield Reason("timing", f"{act}前", told[0])


def taken_for_checked(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 每4周吃一次 for 每4周复查: how often one is looked at, told of how often one takes it."""
    told = _echoes(_TAKEN, said.text) if "每" in said.text else NOTHING
    for period in sorted(told & _echoes_of(_CHECKED, facts) if told else ()):
        if not any(re.search(f"每{period}(?![复检监随化查回])", fact.text) for fact in facts):
            yield Reason("frequency", f"每{period}", f"每{period}")


def injected_medicines(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a medicine by needle that its facts give by mouth alone."""
    for segment in said.marked if "注" in said.text or "针" in said.text else ():
        told, drugs = _NEEDLE.search(_spelled(segment)), drugs_of(segment.features)
        rows = "".join(_rows(facts, drugs)) if told and drugs else ""
        if told and _MOUTH.search(rows) and not _NEEDLE.search(rows):
            yield Reason("new_claim", names_of(drugs), told[0])


def _rows(facts: Sequence[Statement], drugs: Features) -> Iterator[str]:
    """Give every sentence of the facts that names one of some medicines."""
    for segments in (fact.marked for fact in facts):
        numbers = {segment.sentence for segment in segments if segment.features & drugs}
        yield from (_spelled(segment) for segment in segments if segment.sentence in numbers)


def _spelled(segment: Segment) -> str:
    return "".join(token.text for token in segment.tokens)
