"""Words that exclude one another wherever they stand: 缓释 and 即释, 平均 and 最低, 总胆固醇 and 低密度脂蛋白胆固醇.

A sentence has none of a family that its facts have another of. Words whose side depends on what stands around them are
for `reversals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby

from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, Features, amounts_of
from narrowcast.domain.control.facts.statements import Statement
from narrowcast.domain.control.facts.verdict import Reason
from narrowcast.domain.control.prefilter import Sieve

_FAMILIES = (
    ("drug", "缓释|控释|即释|速释|肠溶|泡腾|分散|咀嚼"),
    ("drug", "长效|短效|速效|超短效|中效|预混"),
    ("new_claim", "总(?=胆固醇|蛋白|胆红素|钙)|低密度|高密度|非高密度"),
    ("new_claim", "游离|结合(?=胆红素|甲状腺)|直接胆红素|间接胆红素"),
    ("new_claim", "收缩压|舒张压|高压|低压"),
    ("new_claim", "最高值?(?=的?一?[次个回])|最低值?(?=的?一?[次个回])|平均|中位|最大值|最小值|总和|累计"),
    ("new_claim", "远端|近端"),
    ("new_claim", "内旋|外旋|内收|外展|内翻|外翻"),
    ("new_claim", "屈曲|伸直|伸展"),
    ("new_claim", "冷敷|热敷"),
    ("new_claim", "阳性|阴性"),
    ("new_claim", "升高|降低"),
    ("new_claim", "减毒|灭活|重组|(?<!灭)活疫苗"),
    ("new_claim", "少量多次|多次少量|[一1]次(?:性)?[喝吃服用][完后光下]|一口气"),
    ("population", "[一二三1-3]级预防"),
    ("negation", "控制(?:不佳|不良|欠佳|良好|得?好)"),
    ("negation", "无效|(?<!无)有效(?![期地率性果成降]|的?避)"),
    ("negation", "(?:够|拿|碰|摸|触)得?[着到](?=的?(?:地方|处))|接触不到|(?:够|拿|碰|摸|触)不[着到]"),
    ("new_claim", "平卧|侧卧|俯卧|半卧|仰卧"),
    ("new_claim", "早产|足月"),
    ("new_claim", "静脉|动脉"),
    ("population", "原发|继发"),
    ("population", "开角|闭角"),
    ("population", "良性|恶性"),
    ("population", "急性|慢性"),
    ("population", "缺血性|出血性"),
    ("population", "局限性|泛发性|广泛性"),
    ("population", "湿性|干性"),
    ("population", "初治|复治"),
    ("population", "不稳定型|稳定型"),
    ("population", "先天性|获得性|后天性"),
    ("population", "单纯性|复杂性"),
    ("population", "显性|隐性"),
    ("population", "近视|远视"),
    ("population", "非小细胞|小细胞"),
    ("new_claim", "暂时性|永久性"),
    ("new_claim", "择期|急诊(?=手术)"),
    ("new_claim", "[屈弯](?=到|至|曲|的角度|膝|髋|肘)|伸(?=到|至|直|膝|髋|肘)"),
    ("drug", "碘伏|酒精|双氧水|过氧化氢|生理盐水|肥皂水|紫药水|红药水|碘酒"),
    ("drug", "强效|中效|弱效"),
    ("new_claim", "温开水|凉开水|开水|冷水|凉水|冰水|温水|热水"),
    ("new_claim", "(?<![肝心肺肾、和及与或])(?:肝|肾|心|肺|甲状腺|凝血)功能"),
    ("population", "结肠(?![炎镜])|回肠|直肠|空肠"),
    ("population", "椎体|髋|腕|踝|肘|肩|膝"),
    ("new_claim", "上臂|前臂|大腿|小腿|臀部|三角肌|手背|脚背"),
    ("new_claim", "母乳|配方奶|配方粉|奶粉|代乳"),
    ("new_claim", "软便|水样便|稀便|成形便|血便|黑便"),
    ("new_claim", "医生|护士|药师|康复师|营养师|治疗师"),
    ("new_claim", "红色|黑色|黄色|白色|紫色|蓝色|灰色"),
    ("new_claim", "鼻导管|面罩|鼻罩"),
    ("drug", "纱布|泡沫敷料|水胶体|透明敷料"),
    ("new_claim", "胃镜|肠镜|喉镜|支气管镜|膀胱镜|宫腔镜"),
)
_ALIKE = (
    {"控制不佳", "控制不良", "控制欠佳"},
    {"控制良好", "控制好", "控制得好"},
    {"接触不到", "够不着", "拿不到", "碰不到", "摸不到", "摸不着", "够不到"},
    {"收缩压", "高压"},
    {"舒张压", "低压"},
    {"少量多次", "多次少量"},
    {"减毒", "活疫苗"},
    {"屈曲"},
    {"屈", "弯"},
    {"冷水", "凉水"},
    {"温开水", "温水"},
    {"伸直", "伸展"},
    {"配方奶", "配方粉", "奶粉", "代乳"},
)
_AT_ONCE = re.compile("顿服|[一1]次|一口气")
"""How one says that a whole dose is taken at one time."""
_BARRING = frozenset({"never", "forbid", "cannot", "avoid", "unfit", "ban"})


@cache
def _families() -> Sieve:
    return Sieve(words for _, words in _FAMILIES)


def other_of_family(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a word of a family of which every fact has only others."""
    for number, words in _of_families(said.text).items():
        known = {word for fact in facts for word in _of_families("，".join(fact.segments)).get(number, ())}
        strange = [word for word in words if known and not _is_known(word, known) and not _written(word, facts)]
        if strange:
            yield Reason(_FAMILIES[number][0], "、".join(sorted(known)), strange[0])


def _written(word: str, facts: Sequence[Statement]) -> bool:
    """Say whether facts have a word where it is of no family by what stands before it: 心功能、|肾功能."""
    return any(word in segment for fact in facts for segment in fact.segments)


@lru_cache(maxsize=2048)
def _of_families(text: str) -> dict[int, tuple[str, ...]]:
    """Return the words of each family that a text has any of, in order."""
    families = _families()
    found = ((number, families.patterns[number].pattern.findall(text)) for number in families.that_may_match(text))
    return {number: tuple(dict.fromkeys(words)) for number, words in found if words}


def _is_known(word: str, known: set[str]) -> bool:
    if _AT_ONCE.match(word) and any(map(_AT_ONCE.match, known)):
        return True
    return word in known or any(word in alike and alike & known for alike in _ALIKE)


_CHANGES = re.compile("[改换]")


def changed_to_itself(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 先热敷，两天以后换成热敷 for 冷敷, later 热敷."""
    if not _CHANGES.search(said.text):
        return
    for number, words in _of_families(said.text).items():
        known = {word for fact in facts for word in _of_families(fact.text).get(number, ()) if word not in words}
        if len(words) == 1 and said.text.count(words[0]) > 1 and known:
            yield Reason(_FAMILIES[number][0], "、".join(sorted(known)), words[0])


def crossed_families(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 灭活疫苗推迟11个月 for 活疫苗推迟11个月，灭活疫苗不受影响: a ban or an amount told of the other one."""
    known = [(*found, _told_in(fact, n)) for fact in facts for n, found in _families_by_segment(fact)]
    numbers = [number for number, _, _ in known]
    if len(numbers) == len(set(numbers)):
        return
    for segment, (number, words) in _families_by_segment(said):
        told = _told_in(said, segment)
        rows = [(others, marks) for family, others, marks in known if family == number] if told else []
        for word in (w for w in words if not _of_next_act(w, said.segments[segment])):
            own = NOTHING.union(*(marks for others, marks in rows if _is_known(word, {*others})))
            rivals = [(others, marks) for others, marks in rows if not _is_known(word, {*others})]
            crossed = next((others for others, marks in rivals if told & marks - own), ())
            if crossed and any(_is_known(word, {*others}) for others, _ in rows) and not {*crossed} & {*words}:
                yield Reason(_FAMILIES[number][0], crossed[0], word)


def _of_next_act(word: str, text: str) -> bool:
    """Say whether a word stands only in an act that follows one with the amounts: 冲洗约15分钟并用|碘伏消毒."""
    first, *others = _NEXT_ACT.split(text)
    return bool(others) and word not in first and not any(map(_AMOUNT.search, others))


def _families_by_segment(statement: Statement) -> Iterator[tuple[int, tuple[int, tuple[str, ...]]]]:
    """Give each segment that has words of a family, with its number."""
    for segment, text in enumerate(statement.segments):
        yield from ((segment, found) for found in _of_families(text).items())


def _told_in(statement: Statement, segment: int) -> Features:
    """Return the amounts of a segment, and whether it forbids."""
    amounts = amounts_of(slot.quantity for slot in statement.slots if slot.segment == segment)
    bars = any(unit.segment == segment and unit.asserts and _BARRING & {*unit.negations} for unit in statement.units)
    return amounts | ({"bars"} if bars else set())


_NEXT_ACT, _AMOUNT = re.compile("(?:并且?|再|然后|接着|随后)(?=[用以])"), re.compile("[\\d一两二三四五六七八九十半]")
_FROM_TO = Form("[从由自]([^，。；从由自到向往至]{1,6})[到向往至朝]([^，。；]{1,6})")


def turned_ways(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 从近端往远端 for 由远端向近端."""
    known = [match.groups() for fact in facts for match in _FROM_TO.finditer(fact.text)]
    for start, end in (match.groups() for match in _FROM_TO.finditer(said.text)):
        if any(start[:2] == to[:2] and end[:2] == since[:2] for since, to in known):
            yield Reason("new_claim", "", f"{start}…{end}")


_NOT_OF_KIND = re.compile("(?<![并除若绝是])非(?![常那布甾洛诺法凡处])(?P<kind>[一-鿿]{2})")
_DENIED_KIND = re.compile("[非不没无未除免][^，。；]{0,4}$")


def turned_kinds(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 瓣膜性房颤 for 非瓣膜性房颤."""
    kinds = {match["kind"] for fact in facts if "非" in fact.text for match in _NOT_OF_KIND.finditer(fact.text)}
    for kind in sorted(kinds):
        if _tells_kind(said.text, kind) and not any(_tells_kind(fact.text, kind) for fact in facts):
            yield Reason("population", f"非{kind}", kind)


def _tells_kind(text: str, kind: str) -> bool:
    """Say whether a text names a kind anywhere without denying it."""
    return any(not _DENIED_KIND.search(text[: match.start()]) for match in re.finditer(kind, text))


_WITHOUT = re.compile("除了|另外|额外|之外|以外|不算|不含|不包括|扣除")
_WITH = re.compile("[(（]?(?:含|包括|连同|算上)")


def turned_inclusions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 除了饮食 for 含饮食, and the reverse."""
    inclusive, exclusive = (any(form.search(fact.text) for fact in facts) for form in (_WITH, _WITHOUT))
    told = _WITHOUT.search(said.text)
    if told and inclusive and not exclusive and not _WITH.search(said.text):
        yield Reason("condition_dropped", "含", told[0])


_EACH_SIDE = Form("每侧|[双两]侧|双眼|两眼|双耳|两耳")
_ONE_SIDE = Form("(?<![另每对同])(?:[一1单]侧|[一1单]边|单眼|[一1]只[眼耳])(?!.*另)")


def halved_sides(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 一侧鼻孔 for 每侧鼻孔."""
    one = _ONE_SIDE.search(said.text)
    if one and any(_EACH_SIDE.search(f.text) for f in facts) and not any(_ONE_SIDE.search(f.text) for f in facts):
        yield Reason("number", "每侧", one[0])


_ROUNDS = Form("(?:连续)?(?P<times>[2-9]|[两二三四五])次(?P<what>[\u4e00-\u9fff]{2})")
_ONCE = "(?:[1一]次|一回|一旦)"


def lost_repetitions(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 1次阴性 for 连续2次阴性."""
    for match in (found for fact in facts for found in _ROUNDS.finditer(fact.text)):
        once = re.search(_ONCE + match["what"], said.text)
        if once and not any(re.search(_ONCE + match["what"], fact.text) for fact in facts):
            yield Reason("number", match[0], once[0])


_UNABLE = Form("不能(?P<what>[一-鿿]{2})")


def turned_abilities(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 能平卧时 for 不能平卧时."""
    unable = {match["what"] for fact in facts for match in _UNABLE.finditer(fact.text)}
    for what in sorted(unable):
        able = re.search(f"(?:(?<![不可未才])能够?|可以?){what}[^，。；、]{{0,10}}(?:[时者的]|之一)", said.text)
        if able and not any(re.search(f"(?:(?<!不)能够?|可以?){what}", fact.text) for fact in facts):
            yield Reason("negation", f"不能{what}", able[0])


_FED = re.compile("(?:饭|餐)后|随餐|(?:吃|用|进)(?:完|过|了)?(?:饭|餐)后?")


def turned_stomachs(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 餐后服用 for 空腹服用, where a meal is told without the time that parts it."""
    empty = any("空腹" in fact.text for fact in facts) and not any("随餐" in fact.text for fact in facts)
    if not empty or "空腹" in said.text:
        return
    bare = [match for match in _FED.finditer(said.text) if not _has_time(said.text, match.end())]
    if bare and not any(_bare_meal(fact.text) for fact in facts):
        yield Reason("timing", "空腹", bare[0][0])


def _has_time(text: str, end: int) -> bool:
    """Say whether a time follows a meal: 餐后至少2小时."""
    return bool(re.match("[^，。；]{0,6}(?:小时|分钟|血糖)", text[end:]))


def _bare_meal(text: str) -> bool:
    return any(not _has_time(text, match.end()) for match in _FED.finditer(text))


_PAIRED = "内外上下左右前后远近"
_BODY = "[肢腹臂腿唇颌睑牙背胸眼耳踝膝眦鼻]"
_SIDED = Form(f"(?P<side>[{_PAIRED}])(?P<of>{_BODY}[一-鿿]?)")


def turned_sides(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 外眼角 for 内眼角, and 下肢 for 上肢."""
    for match in _SIDED.finditer(said.text):
        for of in dict.fromkeys((match["of"], match["of"][0])):
            own, other = match["side"] + of, _PAIRED[_PAIRED.index(match["side"]) ^ 1] + of
            if any(other in fact.text for fact in facts) and not any(_has_side(fact.text, own) for fact in facts):
                yield Reason("new_claim", other, own)


def _has_side(text: str, sided: str) -> bool:
    """Say whether a text has a side of something, together with the other or not: 内、外踝."""
    return sided in text or any(f"{sided[0]}{joint}" in text for joint in "、和或及与")


def crossed_sides(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 左手喷左侧鼻孔 for 左手喷右侧鼻孔: two things of one side that a fact has on two, or the reverse."""
    told = list(_two_sided(said))
    known = [pair for fact in facts for pair in _two_sided(fact)] if told else []
    for same, things, text in told:
        alike = {other for other, of, _ in known if _are_same(things, of)}
        if alike and same not in alike:
            yield Reason("new_claim", "", text)


def _two_sided(statement: Statement) -> Iterator[tuple[bool, tuple[Features, Features], str]]:
    """Give what each item of a text says of two sides: whether they are one, of what each is, and its words."""
    if len(statement.of_kind("side")) < 2:  # noqa: PLR2004 - one and the other
        return
    for is_stop, group in groupby(statement.tokens, key=lambda token: token.kind == "stop"):
        item = list(group)
        sides = [i for i, token in enumerate(item) if token.kind == "side" and token.value in {"left", "right"}]
        if not is_stop and len(sides) == 2:  # noqa: PLR2004 - one and the other
            one, other = sides
            things = _thing_of(item, one), _thing_of(item, other)
            yield item[one].value == item[other].value, things, "".join(token.text for token in item)


def _thing_of(tokens: Sequence[Token], side: int) -> Features:
    """Return what a side is the side of: the groups of the word after it."""
    after = (token for token in tokens[side + 1 :] if token.kind not in {"light", "side"})
    return next((token.ids | {token.text} for token in after), NOTHING)


def _are_same(things: tuple[Features, Features], others: tuple[Features, Features]) -> bool:
    return any(things[0] & one and things[1] & other for one, other in (others, others[::-1]))


_KINDS = Form("(?P<kind>食物|药物|海鲜|水果|坚果|抗生素|疫苗)(?:有|会|类)?过敏")


def widened_allergies(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 对食物过敏 for 花生过敏."""
    for match in _KINDS.finditer(said.text):
        if any("过敏" in fact.text for fact in facts) and not any(match["kind"] in fact.text for fact in facts):
            yield Reason("population", "", match[0])
