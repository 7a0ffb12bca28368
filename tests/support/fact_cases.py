"""Cases for the fact check, made from a corpus of facts and hand-written restatements by single mutations.

A corpus is plain text: `# condition`, `F fact` with {{droppable conditions}}, `R restatement` of the fact above,
`X kind sentence` that the fact above does not carry, and `M 1 4 | text` for one that merges facts by their number
under the condition. Deterministic under its seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CORPORA = Path(__file__).parents[1] / "domain" / "control" / "facts" / "data"
_MARKED = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the facts it cites and whether they carry it; `kind` is `faithful` or what was changed."""

    kind: str
    sentence: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The facts of one condition, and the restatements as (text, indexes of facts)."""

    name: str
    marked: tuple[str, ...]
    restated: tuple[tuple[str, tuple[int, ...]], ...]
    wronged: tuple[tuple[str, str, int], ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(_MARKED.sub(r"\1", text) for text in self.marked)


def load(name: str) -> list[Topic]:
    """Read a corpus by its name (without .txt)."""
    blocks = re.split(r"^# ", (CORPORA / f"{name}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [_topic(block) for block in blocks]


def _topic(block: str) -> Topic:
    name, *lines = block.strip().splitlines()
    marked: list[str] = []
    restated: list[tuple[str, tuple[int, ...]]] = []
    wronged: list[tuple[str, str, int]] = []
    for line in lines:
        mark, _, text = line.partition(" ")
        if mark == "F":
            marked.append(text)
        elif mark == "R":
            restated.append((text, (len(marked) - 1,)))
        elif mark == "X":
            kind, _, wrong = text.partition(" ")
            wronged.append((kind, wrong, len(marked) - 1))
        elif mark == "M":
            numbers, _, merged = text.partition(" | ")
            restated.append((merged, tuple(int(number) - 1 for number in numbers.split())))
    return Topic(name, tuple(marked), tuple(restated), tuple(wronged))


def faithful(topics: list[Topic]) -> Iterator[Case]:
    """Every fact itself and every restatement."""
    for topic in topics:
        facts = topic.facts
        for fact in facts:
            yield Case("faithful", fact, (fact,))
        for text, indexes in topic.restated:
            yield Case("faithful", text, tuple(facts[index] for index in indexes))


def mutated(topics: list[Topic], seed: int, claims: tuple[str, ...]) -> Iterator[Case]:
    """Every single mutation that the templates can make of every fact and restatement."""
    dice = random.Random(seed)  # noqa: S311 - test data
    for topic in topics:
        facts = topic.facts
        sources = [(fact, (index,)) for index, fact in enumerate(facts)] + list(topic.restated)
        for text, indexes in sources:
            cited = tuple(facts[index] for index in indexes)
            known = "".join(cited)
            for kind, changed in _mutations(text, dice):
                if kind in {"number", "duration"} and set(re.findall(r"\d+(?:\.\d+)?\D{0,3}", changed)) <= set(
                    re.findall(r"\d+(?:\.\d+)?\D{0,3}", known)
                ):
                    continue  # the number is another one of the same fact: part of it, not against it
                yield Case(kind, changed, cited)
            claim = dice.choice(claims)
            yield Case("new_claim", text.rstrip("。") + "，" + claim + "。", cited)
            others = [fact for index, fact in enumerate(facts) if index not in indexes]
            if others:
                yield Case("wrong_citation", text, (dice.choice(others),))
        for kind, wrong, index in topic.wronged:
            yield Case(kind, wrong, (facts[index],))
        for marked, fact in zip(topic.marked, facts, strict=True):
            for match in _MARKED.finditer(marked):
                rest = _MARKED.sub(r"\1", marked[: match.start()] + marked[match.end() :]).strip("，")
                yield Case("condition_dropped", re.sub(r"，(?=[，。])", "", rest), (fact,))


def _mutations(text: str, dice: random.Random) -> Iterator[tuple[str, str]]:
    for kind, pattern, change in RULES:
        matches = list(re.finditer(pattern, text))
        if not matches:
            continue
        match = dice.choice(matches)
        replaced = change(match[0], dice)
        if replaced != match[0] and replaced not in ALIASES.get(match[0], ()):
            changed = text[: match.start()] + replaced + text[match.end() :]
            if changed != text:
                yield kind, changed


def _number(found: str, dice: random.Random) -> str:
    digits = re.search(r"\d+(?:\.\d+)?", found)
    if digits is None:
        return re.sub(
            r"[一二两三四五六七八九半]", lambda m: dice.choice([c for c in "三五六七八" if c != m[0]]), found, count=1
        )
    value = float(digits[0])
    new = dice.choice([value * 2, value + 1, value * 10, value + 3])
    return found.replace(digits[0], f"{new:g}", 1)


def _swap(*pairs: tuple[str, str]) -> Callable[[str, random.Random], str]:
    table = {**dict(pairs), **{b: a for a, b in reversed(pairs)}}
    return lambda found, _: table.get(found, found)


def _to(table: Mapping[str, tuple[str, ...]]) -> Callable[[str, random.Random], str]:
    return lambda found, dice: dice.choice(table[found])


def _any(table: Mapping[str, tuple[str, ...]]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


_NUMERAL = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九半])"
_DOSE_UNIT = r"(?:毫克|微克|毫升|mg|ml|μg|g(?!/)|克|片|滴|吸|粒)"
_UNITS = {
    "毫克": ("克", "微克"),
    "mg": ("g", "ml", "μg"),
    "克": ("毫克",),
    "毫升": ("升", "毫克"),
    "ml": ("l", "mg"),
    "μg": ("mg",),
    "微克": ("毫克",),
    "片": ("粒", "盒"),
    "mmol/L": ("mg/dL", "μmol/L"),
    "毫摩尔/升": ("毫克/分升",),
    "mmHg": ("kPa",),
    "分钟": ("小时", "秒"),
    "cm": ("mm", "m"),
    "厘米": ("毫米",),
}
_TIMINGS = {
    "随餐": ("空腹", "睡前"),
    "饭后": ("饭前",),
    "餐后": ("餐前",),
    "空腹": ("餐后", "随餐"),
    "睡前": ("晨起", "饭后"),
    "清晨": ("睡前",),
    "早餐前": ("晚餐前", "早餐后"),
    "早饭前": ("早饭后",),
    "运动前": ("运动后",),
    "术后": ("术前",),
    "孕前": ("产后",),
    "产后": ("产前",),
    "早晨": ("晚上",),
}
_NEGATIONS = {
    "不要": ("要", "可以"),
    "不宜": ("宜", "可以"),
    "避免": ("多", "可以"),
    "禁用": ("可用", "宜用"),
    "不可": ("可", "可以"),
    "不能": ("能", "可以"),
    "别": ("要", "可以"),
    "禁止": ("可以",),
    "不推荐": ("推荐",),
    "不建议": ("建议",),
    "请勿": ("请",),
}
_INSERTED: dict[str, tuple[str, ...]] = {
    "应": ("不应",),
    "可以": ("不可以",),
    "应该": ("不应该",),
    "请": ("请不要",),
    "要": ("不要",),
    "需要": ("不需要",),
    "建议": ("不建议",),
}
_COMPARED = {
    "低于": ("高于", "不低于"),
    "高于": ("低于",),
    "以下": ("以上",),
    "以上": ("以下",),
    "不超过": ("超过", "至少"),
    "至少": ("最多", "不超过"),
    "超过": ("低于", "不超过"),
    "少于": ("多于",),
    "不少于": ("不多于",),
    "最多": ("至少",),
    "小于": ("大于",),
    "不到": ("超过",),
    "以内": ("以上",),
    "大于": ("小于",),
}
_CERTAIN = {
    "可能": ("一定", "必然", "肯定"),
    "一般": ("必须", "总是", "一定"),
    "建议": ("必须", "一定要"),
    "多数": ("所有", "全部"),
    "通常": ("一定", "总是"),
    "可以": ("必须", "一定要"),
    "应": ("可以", "可能要"),
    "应该": ("可以",),
    "推荐": ("必须",),
    "大多": ("全部", "总是"),
    "必须": ("可以",),
}
_PEOPLE = {
    "孕妇": ("老年人", "儿童", "哺乳期妇女"),
    "儿童": ("老年人", "成人"),
    "成人": ("儿童", "孕妇"),
    "婴儿": ("老人",),
    "孩子": ("老人", "孕妇"),
    "宝宝": ("孕妇", "老人"),
    "妊娠期妇女": ("老年人", "男性"),
    "患者": ("孕妇", "儿童患者", "老年患者"),
    "50岁以上": ("30岁以上", "50岁以下"),
}
_DRUG_NAMES = (
    "二甲双胍 格列美脲 阿卡波糖 缬沙坦 氨氯地平 硝苯地平 阿司匹林 氯吡格雷 "
    "替格瑞洛 阿托伐他汀 瑞舒伐他汀 辛伐他汀 别嘌醇 非布司他 秋水仙碱 布地奈德福莫特罗 "
    "沙丁胺醇 孟鲁司特钠 左甲状腺素 阿仑膦酸钠 奥美拉唑 阿莫西林 华法林 利伐沙班 "
    "布洛芬 对乙酰氨基酚 硝酸甘油 噻托溴铵 叶酸 塞来昔布 胰岛素 美托洛尔"
)
_DRUGS = _DRUG_NAMES.split()
_DRUG_PATTERN = "|".join(sorted(_DRUGS, key=len, reverse=True))
_FREQUENCIES = {
    "每日": ("每周", "隔日"),
    "每天": ("每周", "每两天"),
    "每周": ("每天", "每月"),
    "一天": ("一周", "两天"),
    "每晚": ("每周",),
    "每年": ("每月", "每两年"),
    "早晚各": ("早中晚各",),
    "每3个月": ("每6个月",),
    "每4周": ("每8周",),
    "每2小时": ("每6小时",),
}
ALIASES: dict[str, tuple[str, ...]] = {}

RULES: list[tuple[str, str, Callable[[str, random.Random], str]]] = [
    ("dose", _NUMERAL + _DOSE_UNIT, _number),
    ("dose", _NUMERAL + _DOSE_UNIT, _number),
    ("unit", "(?<=[0-9])(?:" + _any(_UNITS) + ")", _to(_UNITS)),
    ("frequency", r"[0-9一二两三四](?=次)", _number),
    ("frequency", _any(_FREQUENCIES), _to(_FREQUENCIES)),
    ("timing", _any(_TIMINGS), _to(_TIMINGS)),
    ("duration", _NUMERAL + r"(?:个月|个小时|小时|分钟|周|天(?!2)|年)", _number),
    ("negation", "(?:" + _any(_NEGATIONS) + ")(?!嘌)", _to(_NEGATIONS)),
    ("negation", "(?<=.)(?<![不反相适对供只])(?:" + _any(_INSERTED) + ")(?![求点意是当])", _to(_INSERTED)),
    ("drug", _DRUG_PATTERN, lambda found, dice: dice.choice([d for d in _DRUGS if d != found])),
    ("range", r"\d+(?:\.\d+)?(?=[~\-至到]\d)|(?<=\d[~\-至到])\d+(?:\.\d+)?", _number),
    ("comparator", "(?<!不)(?:" + _any(_COMPARED) + ")", _to(_COMPARED)),
    ("number", r"(?<![\d.~\-])\d+(?:\.\d+)?(?=%|mmol|mmHg|/|μmol|℃|次/分|L)", _number),
    ("number", r"\d+(?:\.\d+)?", _number),
    ("certainty", "(?<![不反相适对供])(?:" + _any(_CERTAIN) + ")(?!性)", _to(_CERTAIN)),
    ("population", _any(_PEOPLE), _to(_PEOPLE)),
]

SEEN_CLAIMS = (
    "还能预防癌症",
    "可以美容养颜",
    "对肝脏没有任何影响",
    "同时能降低血脂",
    "三天就能见效",
    "效果比其他药更好",
    "也适合孕妇",
    "不会有任何副作用",
    "多吃苹果也有帮助",
    "可以减少头痛发作",
    "能保护肾脏",
    "还可以提高免疫力",
    "通常不需要住院",
    "医保可以报销",
    "睡前喝一杯牛奶更好",
    "也可用于治疗哮喘",
    "这样可以彻底治愈",
)
UNSEEN_CLAIMS = (
    "并且可以改善睡眠质量",
    "还有助于减肥",
    "长期坚持可以根治",
    "对胃没有刺激",
    "这种药是进口的",
    "国外研究也证实有效",
    "同时要多喝蜂蜜水",
    "可以延缓衰老",
    "能有效防止脱发",
    "九成患者都有效",
    "必要时可以做手术",
    "配合中药效果更佳",
    "能降低死亡风险",
    "开车时也很安全",
    "还要每天泡脚",
    "老人和小孩都能用",
    "有家族史的人更要注意",
)
