"""Wordings that contradict one another however each is put: before or while taking it, higher than or level with.

A sentence has the wording of one class where its facts have that of another alone. What a single word tells is for
`opposites`; which part of a fact is meant, for `labels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from narrowcast.domain.control.facts.segments import NOTHING, Features
from narrowcast.domain.control.facts.statements import Statement, Unit
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.prefilter import Sieve

_TAKING = "(?:服药|用药|吃药|服用|治疗|化疗|放疗|透析)"
_BODY = "(?:心脏|膀胱|腰|肩|头)"
_PLACE = "(?:脐部?|肚脐|膝盖?|肘|踝|腕|腰|臀)"
_CLASSES = (
    (
        "timing",
        rf"{_TAKING}(?:之|以)?前(?!提)",
        rf"(?<![没未有]){_TAKING}(?:期间|过程中|的?这段时间|这阵子|的时候|的日子)",
    ),
    (
        "new_claim",
        "患侧|患肢|患眼|术侧|术眼|伤肢|病侧|置管侧|带管侧|瘘侧|瘘管?侧|受累侧",
        "健侧|健肢|健眼|对侧眼|好腿|好的那[条只侧边]|健康(?:的?那)?[一1]?侧|没(?:有)?[^，]{1,5}的那?[1一]?[条只侧边]",
    ),
    (
        "comparator",
        f"高(?:于|过|出){_BODY}|比{_BODY}[^，]{{0,3}}高",
        f"(?:与|和|跟)?{_BODY}(?:水平)?(?:同高|[一1]样高|齐平|同[一1]水平|平齐)",
        f"低(?:于|过){_BODY}|比{_BODY}[^，]{{0,3}}低",
    ),
    ("comparator", f"{_PLACE}(?:以|之)?下[面方]?", f"{_PLACE}(?:以|之)?上[面方]?"),
    (
        "comparator",
        "超过(?:[1一]个)?(?:手掌|巴掌)|比(?:手掌|巴掌)[^，]{0,3}大",
        "小于(?:手掌|巴掌)|比(?:手掌|巴掌)[^，]{0,3}小",
    ),
    ("new_claim", "调[高大快]|开大|加大|增大", "调[低小慢]|关小|减小"),
    ("new_claim", "舌下|含服|含化|舌头(?:下|底)", "吞(?:下|服|咽|进)|咽下"),
    (
        "negation",
        "保持干燥|(?:避免|不可|不能|不要|不得|别|勿|不)(?:沾|碰|见)水",
        "(?<!不)(?<!没)(?:可以?|能)(?:沾|碰|见)水",
    ),
    ("negation", "方可|才[^，。；不]{0,4}(?:可以?|能)", "才不(?:可以?|能|得|要|应)"),
    ("negation", "避免(?:使用|服用|接触|用|吃)", "注意(?:使用|服用|接触|吃|用(?![药量法眼嗓]))"),
    ("comparator", "不(?:得|能|可|应)?(?:少|低)于", "(?<!不)(?:能|可以?)(?:少|低)于"),
    ("comparator", "不(?:得|能|可|应)?(?:超过|高于|多于)", "(?<!不)(?:能|可以?)(?:超过|高于|多于)"),
    ("negation", "避光", "见光|晒着|向阳|有光的|亮处|(?:光照|阳光|太阳|日光)(?:底)?下"),
    ("new_claim", "减轻|缓解|减少|减缓", "消除|根除|杜绝|完全避免"),
    (
        "new_claim",
        "坐位|坐着|端坐|坐起|坐直",
        "(?<![不别勿能要])(?:躺着|平躺着?|趴着|站着|卧位|立位)(?:时)?(?=[吃喝进服用做练测量滴])",
    ),
    (
        "duration",
        "间隔|隔开|错开|相隔|分开",
        "[1一](?:起|块儿?|同)(?:滴|点|吃|服|用|打|喝|涂)|(?:连着|接连|紧接着)(?=[滴点吃服用打喝涂])|同时|同服|(?<!适)合用|同用|联用",
    ),
    ("duration", "内[用服喝]完", "(?:后|[天周日月时])再[用服喝]"),
    ("new_claim", "糖化(?:血红蛋白)?", "(?<!糖化)血糖(?!化)"),
    ("new_claim", "淋浴|冲澡", "盆浴|泡澡|泡浴"),
    ("new_claim", "[冰冷]敷|冷水敷", "热敷|温敷|热水敷"),
    ("population", "腹腔镜|微创|胸腔镜", "开腹|剖腹|开胸"),
    ("population", "自体|自己的?(?:血管|骨头?|皮肤)", "人工(?:血管|骨|皮)|异体"),
    (
        "condition_dropped",
        "任[1一](?:项|个|样|条|种)|之[1一]|其中[1一]|任何[1一]",
        "都(?:出现|有|要|得|具备)[^，。]{0,4}才|同时(?:出现|具备)才",
    ),
    (
        "negation",
        "避免|不得|禁止|勿|不宜|不可",
        "没有?关系|没事|不要紧|无妨|不碍事|正常|不必|无需|不影响|不需要?",
    ),
    ("negation", "暂停喂|停喂|停止喂|不喂|勿喂|别喂|禁喂", "(?:继续|接着|照常?|照样)喂"),
    ("negation", "应?(?:起床|起身|下床)", "(?:接着|继续|[一1]直)躺"),
    ("condition_dropped", "(?<![没未有])(?:解冻|化[冻开])[后的过了]", "(?:未|没|没有|还没)(?:解冻|化冻|化开)"),
    (
        "dose",
        "(?:起始|初始)(?:的?剂?量|每|\\d)",
        "维持(?:的?剂?量|每|\\d)",
        "目标的?剂?量",
        "最大",
        "负荷剂?量",
    ),
    ("new_claim", "渗液|渗水|流水", "渗血|出血|流血"),
    (
        "negation",
        "(?:与|和|跟)[^，]{1,6}(?:无关|没有?关系)|不受[^，]{1,6}影响",
        "(?:与|和|跟)[^，]{1,6}有关|要看[^，]{1,6}[吃进]",
    ),
    (
        "negation",
        "(?:(?<![要若])不是|并?非|不属于?|不算|不作为|没有|无)[^，。；]{0,14}禁忌",
        "不(?:能|可|得|宜|要|应|许|准)(?!避)|禁止|禁用|(?<![不非])(?:是|属于?|列为|作为)[^，。；不]{0,14}禁忌",
    ),
    (
        "timing",
        "(?:发作|发病|起病|症状|先兆)(?:的|之)?(?:早期|初期|之初|初起)",
        "最(?:厉害|严重|剧烈|重|[痛疼])(?:得|的)?[^，。；]{0,3}(?:时|再|才)|(?:高峰|顶点|极点|后期|晚期|快结束)[^，。；]{0,3}(?:时|再|才)",
    ),
    ("frequency", "(?:每|[1一])(?:天|日)(?!内)", "隔(?:[1一])?(?:天|日)"),
)
"""Of each: the kind of the reason, and the classes."""
_PLACES = tuple((number, place) for number, (_, *classes) in enumerate(_CLASSES) for place in range(len(classes)))
"""Of every class: the number of its contrariety and its place there."""


@cache
def _classes() -> Sieve:
    return Sieve(words for _, *classes in _CLASSES for words in classes)


def contrary_wordings(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a sentence with the wording of a class of which its facts have only others."""
    told = _told(said.text)
    if not told:
        return
    known = [_told("，".join(fact.segments)) for fact in facts]
    for number, own in told.items():
        others = {name: text for fact in known for name, text in fact.get(number, {}).items()}
        if others and not own.keys() & others.keys():
            yield Reason(_CLASSES[number][0], next(iter(others.values())), next(iter(own.values())))


@lru_cache(maxsize=512)
def _told(text: str) -> dict[int, dict[int, str]]:
    """Return for each contrariety the classes that a text has, each with its words."""
    told: dict[int, dict[int, str]] = {}
    classes = _classes()
    for which in classes.that_may_match(text):
        if match := classes.patterns[which].pattern.search(text):
            number, place = _PLACES[which]
            told.setdefault(number, {})[place] = match[0]
    return told


def turned_days(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find what the facts let do at one time and not at another, said of the other: 次日想起也补服."""
    times = {feature for fact in facts for feature in fact.features if feature.startswith("timing:")}
    if len(times) < 2:  # noqa: PLR2004 - no two are parted
        return
    rules: dict[tuple[str, str], set[bool]] = {}
    for unit in (unit for fact in facts for unit in fact.units):
        for word, day in _done_when(unit, unit.scope | unit.context):
            rules.setdefault((word, day), set()).add(bool(unit.negations))
    parted = {
        word for word, day in rules if any(w == word and d != day and rules[w, d] != rules[word, day] for w, d in rules)
    }
    days = frozenset(feature for feature in said.features if feature.startswith("timing:"))
    for unit in (unit for unit in said.units if unit.scope & parted):
        for word, day in _done_when(unit, unit.scope | unit.context | (days if len(days) == 1 else NOTHING)):
            if word in parted and rules.get((word, day), {bool(unit.negations)}) == {not unit.negations}:
                yield Reason("negation", "", unit.text)


def _done_when(unit: Unit, around: Features) -> Iterable[tuple[str, str]]:
    """Give the words that a unit governs with the times that stand around it."""
    words = [feature for feature in unit.scope if feature.startswith("w:")]
    return ((word, day) for word in words for day in around if day.startswith("timing:"))
