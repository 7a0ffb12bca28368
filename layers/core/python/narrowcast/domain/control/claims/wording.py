"""A second opinion on wordings that no rule names: a linear model over the characters of a sentence.

It only adds: a sentence it finds close to the unlawful ones it was trained on gets a warning, or the severity of the
rule it resembles when it is sure. It never sees what a rule refused, so it cannot permit it. The weights ship as data
in `wordings/`, made by tests/domain/control/claims/train_wordings.py from the sentences beside it.
"""

from __future__ import annotations

import json
import math
import pkgutil
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import combinations, islice, repeat
from operator import add
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_SENTENCE = re.compile(r"[^。!?;\n]+")
_CLAUSE_END = re.compile(r"[,:]")
_DENIAL = re.compile(r"[不没无别勿非未]")
_DENIAL_REACH = 8
_UNREADABLE = re.compile(r"[\^$ＤＲＮＵＰ¬#]")
_LONG = 44  # characters; a claim in a longer sentence is also looked for in two clauses at a time
_SHORT = 5
_FAR_BELOW = 5.0  # log odds under which no clause of a long sentence is worth a look
_ILLNESS = (
    r"高血压|高血糖|高血脂|三高|糖尿病|癌症?|肿瘤|乙肝|肝硬化|脂肪肝|胃病|胃炎|胃溃疡|肠炎|痔疮|鼻炎|哮喘|慢阻肺|肺结节|结节|失眠|抑郁症?"
    r"|焦虑症?|牛皮癣|银屑病|白癜风|湿疹|荨麻疹|脱发|近视|白内障|青光眼|耳鸣|耳聋|颈椎病|腰椎?间?盘?突出?症?|关节炎|类风湿|风湿|痛风|骨质增生"
    r"|骨质疏松|股骨头坏死|肾病|肾炎|尿毒症|前列腺炎?|阳痿|早泄|不孕不?育?症?|盆腔炎|子宫肌瘤|卵巢囊肿|甲亢|甲减|癫痫|帕金森病?|老年痴呆"
    r"|阿尔茨海默病?|脑中风|中风|脑梗死?|偏瘫|脑血栓|心梗|冠心病|心脏病|心衰|静脉曲张|灰指甲|脚气|腋臭|狐臭|便秘|自闭症|多动症|带状疱疹|疱疹"
    r"|红斑狼疮|白血病|痛经|偏头痛|感冒|肺炎|肝炎|幽门螺杆菌|腰突"
)
_WITNESS = (
    r"[张王李赵刘陈杨周吴孙马朱胡林何高郭老小](?:阿姨|大妈|大爷|叔叔|大叔|大姐|女士|先生|奶奶|爷爷|大伯|大娘|大哥|师傅)"
    r"|阿姨|大妈|大爷|大叔|大姐|女士|先生|奶奶|爷爷"
)
_KINDS = (
    ("Ｄ", _ILLNESS),
    (
        "Ｒ",
        r"\d{1,3}+(?:\.\d{1,4}+)?%|百分之[零一二三四五六七八九十百点\d]{1,8}+|[一二三四五六七八九\d]成[一二三四五六七八九半]?",
    ),
    (
        "Ｎ",
        r"\d{1,9}+(?:\.\d{1,4}+)?|[一二两三四五六七八九十百千万亿几半]{1,8}+(?=[个名位例年月天日周次元块盒片针副贴分小斤度岁粒瓶种步])",
    ),
    ("Ｕ", r"我院|本院|我们医院|我科|本科室|本中心|我们科|我们家?|咱们|本品|本产品|这款|该疗法|本疗法"),
    ("Ｐ", _WITNESS),
)
# What a sentence is about, roughly: which of these it has, and which two together, are features beside the characters.
_CUES = {
    "denial": r"不能|不会|不是|没有|并不|不要|不可|勿|别",
    "warning": r"警惕|谨防|骗|谣|误区|轻信|虚假|上当|当心|切勿",
    "care": r"医生|就医|就诊|复查|复诊|医嘱|及时|指导",
    "advice": r"应|需|请|要|建议|注意|避免",
    "reserve": r"可能|一般|通常|大多|多数|部分|少数|因人而异|约",
    "self": r"我院|本院|我们|我科|本科|本中心|本品|这款|咱|我家|我的",
    "address": r"您|你",
    "sale": r"元|价|免费|送|领|名额|报名|下单|优惠|折|券|礼|购|买|卡",
    "contact": r"微信|群|加|扫|码|链接|电话|私|评论|主页|直播|号|店|搜|联系",
    "absolute": r"都|全|彻底|完全|永|一切|所有|任何|统统|随便|再也|从此|从不|绝|百分|无一",
    "outcome": r"好了|恢复|消失|正常|不再|没了|摆脱|告别|治好|根|痊愈|见效|年轻|逆|灵",
    "speed": r"立|马上|当天|当场|一次|只需|只要|秒|一夜|次日|当晚|瞬间|三天|七天",
    "witness": r"阿姨|大爷|大妈|患者|病友|先生|女士|网友|粉丝|邻居|我妈|我爸",
    "praise": r"最|第一|唯一|顶|领先|先进|独|首|权威|专家|名医|一流|王|神|奇|祖传|秘",
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stretch of folded text that reads like a claim, the rule it resembles, how much, and what says so."""

    start: int
    end: int
    rule: str
    score: float
    told: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of features in hundredths; from `suspect` on a sentence earns a warning, from `sure` on it is a claim.

    From `certain` on it is one to the hospital's own patient too.
    """

    bias: float
    weights: Mapping[str, int]
    rules: Mapping[str, str]
    suspect: float
    sure: float
    certain: float


@cache
def model(version: str) -> Model | None:
    """Return the shipped model of a pack version, or None when that version has rules alone."""
    try:
        data = pkgutil.get_data(__package__, f"wordings/{version}.json")
    except OSError:
        return None
    return _read(json.loads(data)) if data else None


def _read(raw: Mapping[str, Any]) -> Model:
    by_rule = raw["weights"]
    same: dict[int, int] = {}  # one object for a weight, wherever it stands: they stay close at hand
    weights = {
        feature: same.setdefault(weight, weight) for group in by_rule.values() for feature, weight in group.items()
    }
    rules = {feature: rule for rule, group in by_rule.items() if rule for feature in group}
    return Model(raw["bias"], weights, rules, raw["suspect"], raw["sure"], raw["certain"])


def find_likenesses(text: str, known: Model, settled: Sequence[tuple[int, int]] = ()) -> Iterator[Likeness]:
    """Yield the sentences, or clauses of long sentences, of a folded text that read like claims.

    Of a short sentence that has one of the spans `settled`, which stand in order, nothing more is asked.
    """
    said, plain = _SENTENCE.finditer(text), _SENTENCE.findall(_abstract(text))
    for sentence, shape in zip(said, plain, strict=True):  # abstraction leaves all punctuation in place
        start, end = sentence.span()
        within = settled[bisect_left(settled, (start,)) : bisect_left(settled, (end,))]
        if end - start <= _LONG and any(last <= end for _, last in within):
            continue
        likeliest = _likeliest(sentence.group(), shape, known)
        if likeliest and likeliest.score >= known.suspect:
            yield _named(likeliest, start, known)


def _named(like: Likeness, start: int, known: Model) -> Likeness:
    """Return the likeness with the rule it resembles, at its place in the text whose sentence starts at `start`."""
    told = known.rules.keys() & like.told
    return Likeness(start + like.start, start + like.end, _resembled(told, known), like.score, told)


def _likeliest(said: str, shape: str, known: Model) -> Likeness | None:
    """Return the reading of the sentence, or of two of its clauses, that is most like a claim."""
    if len(said) < _SHORT:
        return None
    whole = _likeness(said, shape, 0, known)
    if len(said) <= _LONG or not known.suspect - _FAR_BELOW < whole.score < known.suspect:
        return whole
    pairs = zip(_pairs(said), _pairs(shape), strict=True)
    clauses = (_likeness(said[cut], shape[of], cut.start, known) for cut, of in pairs)
    likeliest = max(clauses, key=lambda like: like.score, default=whole)
    return likeliest if likeliest.score >= known.sure else whole  # of many clauses one reads like a claim by chance


def grams(sentence: str) -> AbstractSet[str]:
    """Return the features of a folded sentence: its short runs of characters, those soon after a denial, its cues."""
    return _features(sentence, _abstract(sentence))


def _features(said: str, shape: str) -> AbstractSet[str]:
    plain = shape.strip(" ,:、")
    framed = f"^{plain}$"
    pairs = list(map(add, framed, framed[1:]))
    features = {*framed, *pairs, *map(add, pairs, framed[2:]), *_cued(said)}
    if _DENIAL.search(plain):
        features.update(*map(_denied, _CLAUSE_END.split(plain)))
    return features


def score(features: AbstractSet[str], known: Model) -> float:
    """Return the log odds of a claim, tempered by the length of the sentence."""
    total = sum(map(known.weights.get, features, repeat(0)))
    return known.bias + tempered(total / 100, len(features))


def tempered(total: float, size: int) -> float:
    """Scale a sum of weights so that long sentences do not outweigh short ones."""
    return 3 * total / math.sqrt(max(1, size))


def _pairs(text: str) -> Iterator[slice]:
    cuts = [0, *(found.end() for found in _CLAUSE_END.finditer(text)), len(text)]
    return map(slice, cuts, cuts[2:])


def _likeness(said: str, shape: str, start: int, known: Model) -> Likeness:
    features = _features(said, shape)
    value = score(features, known)
    return Likeness(start, start + len(said), "", value, features if value >= known.suspect else frozenset())


def _resembled(features: AbstractSet[str], known: Model) -> str:
    votes: dict[str, int] = defaultdict(int)
    told = map(known.rules.__getitem__, features), map(known.weights.__getitem__, features)
    for rule, weight in zip(*told, strict=True):
        votes[rule] += weight
    return max(sorted(votes), key=votes.__getitem__, default="cure_guarantee")


def reasons(like: Likeness, known: Model) -> tuple[str, ...]:
    """Return the runs of characters that weigh most, three at most."""
    gravest_first = sorted(sorted(like.told), key=known.weights.__getitem__, reverse=True)
    told = (feature for feature in gravest_first if len(feature) > 1 and not _UNREADABLE.search(feature))
    return tuple(islice(told, 3))


def _cued(sentence: str) -> AbstractSet[str]:
    return _together(tuple(name for name, words in _cues() if words.search(sentence)))


@cache
def _together(cues: tuple[str, ...]) -> AbstractSet[str]:
    pairs = (f"#{one}+{two}" for one, two in combinations(cues, 2))
    return frozenset((*(f"#{name}" for name in cues), *pairs))


def _denied(clause: str) -> Iterator[str]:
    denial = _DENIAL.search(clause)
    if denial:
        reach = clause[denial.end() : denial.end() + _DENIAL_REACH + 1]
        yield from (f"¬{reach[at : at + 2]}" for at in range(len(reach) - 1))


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words)) for name, words in _CUES.items())


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(words), symbol) for symbol, words in _KINDS)


def _abstract(text: str) -> str:
    for words, symbol in _kinds():
        text = words.sub(symbol, text)
    return text
