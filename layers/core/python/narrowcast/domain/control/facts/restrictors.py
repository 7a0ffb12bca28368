"""Words that narrow whom or what a statement is about (突发, 单纯, 无痛, 活疫苗), and are lost.

Each stands for a family of words that tell the same; a sentence that restates a segment of a fact keeps one of them.
What no word of these tells is for `limits` and `narrowing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.lexer import Token, ids_of, lex
from narrowcast.domain.control.facts.quantities import Quantity
from narrowcast.domain.control.facts.segments import (
    OPERATORS,
    OR,
    TAKING,
    Features,
    features_of,
    names_of,
    segments_of,
)
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.tables.units import TIME
from narrowcast.domain.control.facts.verdict import Reason

_FAMILIES = (
    ("突发|突然|骤然|骤[起降]|急起", "突|骤|忽然|猛地|猛然|一下子|急|说[停断]就"),
    ("严重|重度|重症|重型", "重|厉害|剧烈|危"),
    ("小面积", "小|面积"),
    ("大面积", "大|面积"),
    ("单纯", "单纯|只|仅|光|单"),
    ("无痛(?=[肠胃分人诊])", "无痛|麻醉|镇静"),
    ("过量|超量", "过|多|超|大量"),
    ("大剂量|大量", "大|过|多|猛|豪"),
    ("(?<![灭死生])活(?=疫苗)|减毒", "活|减毒"),
    ("阳性", "阳|\\+|携带|有传染|检出|查出"),
    ("不明原因|原因不明", "不明|原因|莫名|无缘|没来由|不知|说不清"),
    ("病情允许|条件允许|情况允许", "允许|条件|情况|合适|稳定"),
    ("新发(?!现)|新出现|新近", "新|以前没有|原来没有|刚"),
    ("相同成分|同类成分|同种", "相同|同样|同一|同类|同种|一样|也含|都含"),
    ("完全", "完全|彻底|全|透|干净|好了"),
    ("末次|最后一次", "末|最后|最近"),
    ("反复|多次|屡次|频繁", "反复|多次|几次|屡|总|老是|一再|经常|频|常|好几|不止一"),
    ("持续(?=[高发低疼头腹胸呕不加恶])|持续性", "持续|一直|不停|不退|不断|不缓解|不好|总|老是|连|始终|没完"),
    (
        "长期(?=[服用使卧吸饮大])",
        "长期|长时间|一直|常年|久|长年|多年|天天|经常|常|[吃用服打][药了过满]*(?:超过)?[一两三半\\d]+(?:年|个月以上)",
    ),
    ("首次|初次|第一次", "首|初|第一|头一|头次|刚"),
    ("未控制|控制不佳|控制不良|控制不好", "没|未|不"),
    ("活动性", "活动"),
    ("稳定期|缓解期|恢复期|急性期|发作期|加重期", "稳|缓|恢|急|发作|加重|期|犯|好转"),
    ("晚期|中晚期|终末期", "晚|末"),
    ("早期", "早|初|刚"),
    ("破损|破溃|溃烂|开放", "破|溃|伤口|开放|烂|裂"),
    ("破碎|碎裂|压碎|碾碎", "碎|破|裂|掰"),
    ("硅胶|乳胶|聚氨酯", "硅|乳胶|聚氨酯|材"),
    ("一侧|单侧|同侧|患侧|健侧", "侧|边|单|半|只"),
    ("静息|平卧|卧位|站立|坐位", "静|卧|躺|站|立|坐|平|安静|休息|睡"),
    ("夜间|夜里|入睡后", "夜|晚|睡|半夜"),
    ("剧烈", "剧烈|厉害|激烈|重|猛|强|疼得|痛得|受不了"),
    ("高度(?=近视|怀疑)|高危", "高|危"),
    ("难治性|顽固性|难治", "难|顽固|治不好"),
    ("复发性|复发的?(?=患|者|病)", "复发|反复|又犯|再犯|再次"),
    ("进行性|逐渐加重", "进行|越来越|逐渐|逐步|不断|渐"),
    ("浓(?=茶|咖)", "浓"),
    ("生(?=食|吃|鱼|肉|蛋|冷|水)|未煮熟|未熟", "生|没煮熟|没熟|未|半熟|不熟"),
    ("短期(?=[使服应口内外])|短程|短时间|短暂", "短|临时|暂|几天|不长|别长|一阵|久|连"),
    ("间断(?=[使服吸口])|间歇(?=[使服吸口])", "间断|间歇|断断续续|隔|歇|连续|一直"),
    ("临时(?=[使服口加])", "临时|暂|一时|偶|短"),
    ("空腹", "空|饿|没吃|未进食|饭前|餐前|不吃|[饭餐]后"),
    ("无(?:梗阻|禁忌|并发症|症状|明显)", "无|没|不|未"),
    ("需要?(?:长期|手术|住院|插管|透析)", "需|要|得|必须|准备|打算"),
)
_PAIRS = tuple((re.compile(narrow), re.compile(kept)) for narrow, kept in _FAMILIES)
_BEHIND = re.compile("过量|超量|阳性|允许$")
"""What narrows the word before it: 补钙过量."""
_SIZES = frozenset({"length", "percent", "mass", "volume"})
_SPREADING = ("突", "骤", "新")
"""What narrows every item of the list it opens: 突然出现口角歪斜、一侧肢体无力."""
_WITH = frozenset({"伴", "伴有", "并伴", "并伴有", "合并", "且", "且有", "且伴", "且伴有", "并有"})
_ENDS = frozenset({"closer", "bound"}) | OPERATORS
_NAMED = frozenset({"word", "food", "drug"})
_SAY_NOTHING: Features = TAKING | {"w:出现", "w:发生", "w:有", "w:检查", "w:患有"}


def lost_restrictors(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find what is said of more than a fact says it of: 肠镜后不得驾车 for 无痛肠镜后."""
    lost = {word for fact in facts for word, kept in _narrowing(fact.text) if not kept.search(said.text)}
    if not lost:
        return
    alignment = Alignment(said, facts)
    told = said.ids | said.features
    for fact in facts:
        for number in sorted(_reached(alignment, fact)):
            for word, heads in _narrowed(fact.segments[number]):
                if word in lost and heads & told:
                    yield Reason("condition_dropped", word, "")


@lru_cache(maxsize=512)
def _narrowing(text: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the words of a text that narrow something, each with the family that keeps it."""
    found = ((narrow.search(text), kept) for narrow, kept in _PAIRS)
    return tuple((match[0], kept) for match, kept in found if match)


def _reached(alignment: Alignment, fact: Statement) -> set[int]:
    """Return the segments that are restated, and those that state the conditions over them."""
    reached = set(alignment.restated.get(id(fact), ()))
    limits = (condition for condition in fact.conditions if condition.segments & reached)
    over = [condition.text for condition in limits if alignment.keeping.keeps(condition)]
    return reached | {n for n, text in enumerate(fact.segments) if any(condition in text for condition in over)}


@lru_cache(maxsize=2048)
def _narrowed(segment: str) -> tuple[tuple[str, Features], ...]:
    """Return the words that narrow a segment, each with what it narrows."""
    found = (narrow.search(segment) for narrow, _ in _PAIRS)
    return tuple((match[0], _heads(segment, match)) for match in found if match)


def _heads(segment: str, match: re.Match[str]) -> Features:
    """Return what a word narrows: the next thing named, or every one after it, or those before it."""
    tokens = lex(segment)
    after = [token for token in tokens if token.start + len(token.text) > match.end()]
    spreads = match[0].startswith(_SPREADING) and not _stands_within_item(tokens, match)
    heads = after if spreads else _next_named(after)
    if _BEHIND.search(match[0]) or (after and after[0].kind == "before"):
        heads = [*heads, *(token for token in tokens if token.start + len(token.text) <= match.start())]
    cut = (token for token in heads if token.start < match.end() < token.start + len(token.text))
    within = frozenset[str]().union(*(ids_of(token.text[match.end() - token.start :]) for token in cut))
    return within | frozenset(i for token in heads if token.kind in _NAMED for i in token.ids - _SAY_NOTHING)


def _stands_within_item(tokens: Sequence[Token], match: re.Match[str]) -> bool:
    """Say whether what narrows stands behind what it is said of, in the first of a list: 视力|突然|下降、眼痛."""
    before = [token for token in tokens if token.start < match.start()]
    listed = any(token.text in OR for token in tokens if token.start >= match.end())
    return listed and bool(before) and before[-1].kind in _NAMED and not before[-1].ids & _SAY_NOTHING


def _next_named(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the next thing named, up to where another item of a list or another statement begins."""
    for token in tokens:
        if token.text in OR or token.kind in OPERATORS:
            return []
        if token.kind in _NAMED:
            return [token]
    return []


def lost_measures(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 输尿管结石 for 直径5~10mm的输尿管结石: a measure narrows the thing it is told of."""
    amounts = [token.quantity for token in said.tokens if token.quantity]
    told = said.ids | said.features
    for fact in facts:
        for quantity, text, heads in _measured_things(fact.text):
            said_too = any(quantity.same_amount(amount) for amount in amounts)
            if heads & told and not said_too and not any(_has_apart(other, heads, quantity) for other in facts):
                yield Reason("condition_dropped", text, "")


def lost_companions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 收缩压到180 for 收缩压≥180mmHg伴胸痛: a reading counts only with what comes with it."""
    amounts = [token.quantity for token in said.tokens if token.quantity]
    told = said.ids | said.features
    for fact in facts if amounts else ():
        for quantity, companions in _companions(fact.text):
            if any(quantity.reads_as(amount) for amount in amounts) and not companions & told:
                yield Reason("condition_dropped", names_of(companions), "")


@lru_cache(maxsize=512)
def _companions(text: str) -> tuple[tuple[Quantity, Features], ...]:
    """Return the readings of a text that something must come with, each with all that may."""
    found = []
    for segment in segments_of(read_fact(text).tokens):
        tokens = segment.tokens
        at = next((i for i, token in enumerate(tokens) if token.text in _WITH), 0)
        readings = [t.quantity for t in tokens[:at] if t.quantity and t.quantity.dimension not in TIME]
        companions = features_of(takewhile(lambda t: t.kind not in _ENDS, tokens[at + 1 :])) - _SAY_NOTHING
        if readings and companions and not any(t.text in OR for t in tokens[:at]):
            found.append((readings[-1], companions))
    return tuple(found)


@lru_cache(maxsize=512)
def _measured_things(text: str) -> tuple[tuple[Quantity, str, Features], ...]:
    """Return the amounts that stand before 的 and a thing, each with the thing."""
    tokens = read_fact(text).tokens
    found = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1 : index + 3]
        of = next((i for i, other in enumerate(following) if other.text == "的"), None)
        if token.quantity and token.quantity.dimension in _SIZES and of is not None:
            heads = takewhile(_is_named, tokens[index + 2 + of : index + 9 + of])
            found.append((token.quantity, token.text, frozenset(i for head in heads for i in head.ids) - _SAY_NOTHING))
    return tuple(found)


def _has_apart(fact: Statement, heads: Features, quantity: Quantity) -> bool:
    """Say whether a fact names a thing in a segment without its measure too."""
    return any(
        heads & segment.features
        and not any(token.quantity and token.quantity.same_amount(quantity) for token in segment.tokens)
        for segment in fact.marked
    )


def _is_named(token: Token) -> bool:
    return token.kind in _NAMED or token.kind == "unknown"


_RESTRICTS: Features = frozenset({"w:减少", "w:限制", "w:少", "w:控制"})


def lost_hours(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 请减少饮水 for 睡前2小时减少饮水: what is only cut down at an hour, cut down at any."""
    if not said.ids & _RESTRICTS or any(_tells_hour(token) for token in said.tokens):
        return
    told = frozenset(i for token in said.tokens if not token.ids & _RESTRICTS for i in token.ids)
    for fact in facts:
        for hour, things in _restricted(fact.text):
            if things & told:
                yield Reason("condition_dropped", hour, names_of(things & told))


def _tells_hour(token: Token) -> bool:
    return token.kind == "timing" or bool(token.quantity and token.quantity.dimension in TIME)


@lru_cache(maxsize=512)
def _restricted(text: str) -> tuple[tuple[str, Features], ...]:
    """Return the hours of a text at which something is cut down, each with that."""
    found = []
    for segment in segments_of(read_fact(text).tokens):
        at = next((i for i, token in enumerate(segment.tokens) if token.ids & _RESTRICTS), 0)
        hour = next((token.text for token in segment.tokens[:at] if token.kind == "timing"), "")
        if hour:
            found.append((hour, features_of(segment.tokens[at + 1 :]) - _SAY_NOTHING))
    return tuple(found)
