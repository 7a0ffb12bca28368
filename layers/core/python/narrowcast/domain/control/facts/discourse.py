"""Clauses that only say what comes next: a turn of the talk and a topic (接下来看看血糖监测的安排), or a heading.

A topic may name anything of medicine or of every day, but no single medicine, and nothing may be said of it: no
amount, no ban, no permission, no degree, no cause, no benefit. What is in doubt says something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from narrowcast.domain.control.facts.lexer import Token, lex
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.tables import topics
from narrowcast.domain.control.facts.tables.drugs import NAME_ENDINGS

LONGEST_CLAUSE = 40
_LONGEST_TOPIC = 20
_NAMES = frozenset({"word", "food", "light", "unknown", "population", "closer", "bound", "side", "opener", "route"})
"""Kinds of words that only name."""
_KIND_OF_MEDICINE = ("药", "药物", "药品", "疫苗", "打疫苗", "接种疫苗")
_NUMERALS = frozenset("一二三四五六七八九十百千万两第")

_NUMBER = "[一二三四五六七八九十两几\\d]{1,3}"
_COUNTER = "(?:个|件|条|点|样|项|步|种|类|句|部分|大类|方面|小节|章|节|讲|课|篇|张|页)"
_THINGS = "(?:方面|部分|小节|问题|情况|事情|事|要点|内容|话题|话|药|图)"
_COUNTED = re.compile(f"(?:这|那|下面|以下|头|第|分(?:成|为|作)?)?{_NUMBER}{_COUNTER}{_THINGS}?走?")
_LABEL = re.compile(
    f"附[：:]?|第?{_NUMBER}{_COUNTER}?{_THINGS}?|\\({_NUMBER}\\)|(?:问题|话题|专题|要点|附录?){_NUMBER}?|(?:小|温馨)?贴士"
)
_CHAPTER = re.compile(
    "第.{1,3}(?:大?部分|单元|[章节讲课篇])|(?:本期|今天的?|这期|这一[期课讲]的?|本[文次]的?|下期)(?:话题|主题|题目|主角|课题)"
)
_PARTED = re.compile(f"分(?:成|为|作)?{_NUMBER}{_COUNTER}{_THINGS}?")
_ASIDE = re.compile("(?:这一块儿?|这方面|这件事(?:上|情)?|这部分|这个(?:话题|问题)|这一(?:点|步|关|节)(?:上)?|方面)$")
_PHASE_HEADING = re.compile(
    f"(?:{topics.PHASES}|家属|家人|家长|病友)+(?:里?的(?:{topics.ACTIVITIES})|{topics.FIELDS})?"
    f"(?:的?(?:{topics.HEADINGS})|请看|必[读看]|要看)?"
    f"|(?:{topics.PHASES})(?:的)?(?:第一|头一|头几|最初)(?:个)?(?:天|周|星期|月|年|晚|夜|段时间)"
)

_OUGHT = "(?:平时|在家|日常|又|都|具体|自己|家里人?|家属|一般|需要|应该|应当|可以|要|该|应|得|能)*"
_URGENT = "(?:必须|需要|应该|要|该|应|得)?(?:马上|立刻|立即|尽快|及时|赶紧)?"
_SEEK = (
    "(?:复查|复诊|随访|就医|就诊|看医生|看病|来院|回院|返院|急诊|行动|留意|留心|注意|警惕|当心|(?:去|来|到|回|上)医院|"
    "(?:联系|告诉|通知|找|问)医生)"
)
_QUESTION = re.compile(
    "|".join(
        (
            f"{_OUGHT}(?:怎么|怎样|如何|咋)(?:{topics.DEEDS})才(?:准确|准|对|科学|合适|规范|舒服)[呢啊]?",
            f"{_OUGHT}(?:怎么|怎样|如何|咋)(?:{topics.DEEDS})*(?:才好|才对|好)?呢?",
            (
                f"{_OUGHT}(?:{topics.HOLDING})[些点好到]?(?:什么|啥|哪些|哪[几两三些][点样件个种]|几[样点件])"
                f"(?:{_THINGS}|东西|细节|信号|检查|准备)?呢?"
            ),
            (
                "(?:什么|啥|哪些|哪几[种类样个项]|哪种|哪个|怎样的|什么样的)"
                "(?:情况|时候|东西|食物|药|药物|检查|人|症状|信号|表现|动作|运动|准备|问题|事|地方|科)?"
                f"下?(?:{_URGENT}{_SEEK})?呢?"
            ),
            (
                "(?:什么时候|啥时候|何时|什么时间|多久|多长时间|隔多久)"
                f"(?:{_URGENT}(?:{_SEEK}|{topics.DEEDS})(?:一[次回遍]|几次)?)?呢?"
            ),
            f"{_OUGHT}(?:{topics.DEEDS})(?:多久|多长时间|几天|几次|多少)(?:才好|才行)?[呢啊]?",
            "(?:该|要|应该)?(?:怎么|怎样|如何)(?:照顾|护理|照料)(?:好)?自己[呢啊]?",
            "(?:是|指的?是|算|叫)(?:什么|啥|怎么回事)(?:病|意思|东西|药|检查|手术)?|在哪[里儿]|[找问]谁",
        )
    )
)
_EVENT = re.compile(
    "(?:请?您?(?:先|都)?)(?:坐下来?|坐好|别担心|别怕)|"
    "(?:(?:遇到|碰到|碰上|发现)?(?:孩子|宝宝|娃|老人|老人家|爸妈|家人|家里人|老伴儿?|患者|病人)(?:突然|忽然|一旦|要是)?"
    "(?:发烧|发热|发高烧|抽搐|抽起来|拉肚子|呕吐|咳嗽|摔倒|摔跤|不舒服|生病|住院|出院|手术|出生|年纪大)了?)"
    "|[拔拆换做打看输]完了?[\u4e00-\u9fff]{1,4}(?:回家|到家|回来)(?:后|以后)?"
    "|带(?:孩子|宝宝|老人|爸妈|家人)(?:打疫苗|看病|住院|做检查|复查|就诊)"
    "|(?:牙|针|药|血|线|手术|石膏|检查|疫苗)(?:都|也)?[拔打吃抽拆做]完了?"
    "|(?:今晚|晚上|平时)?想[\u4e00-\u9fff]{2,6}(?:睡个?好觉|量准|记牢)?"
)
"""What happened before one reads on: 孩子发烧, 牙拔完了, 拔完牙回家."""
_ADDRESSED = re.compile("[\u4e00-\u9fff]{2,8}的?(?:朋友|家长|患者|病友|姐妹|爸妈|妈妈|爸爸|老人家)们?")
_WHAT_IF = re.compile(
    "(?P<event>[^，：；！？。]{2,14}?)(?:了|时|的话|的时候)?(?:又|该|要|应该)?(?:怎么|咋|如何)(?:办|处理|应对|做)"
    "(?:才好|好)?呢?"
)
_WHATEVER = re.compile("(?:什么|谁|哪).*(?:什么|谁|哪)")
"""吃什么补什么."""
_NAMING = frozenset({"关于", "有关", "至于", "说到", "讲到", "提到", "说起", "聊到", "谈到"})
_DIVIDED = re.compile(f"分(?:成|为|作)?{_NUMBER}{_COUNTER}")
_SCENE = re.compile("(?:以后|之后|之前|以前|期间|的时候|的时间里|那天|那段时间|时)$")
_HEADING = re.compile(f"的?(?:{topics.HEADINGS})$")
_SAYS, _MEANINGLESS, _SWAYS = map(re.compile, (topics.SAYING, topics.MEANINGLESS, topics.SWAYING))


def announces(clause: str) -> bool:
    """Say whether a clause only speaks of the talk itself, and of what it turns to next."""
    if len(clause) > LONGEST_CLAUSE:
        return False
    heads_at, tails_at = _starts(clause), _ends(clause)
    if len(clause) in heads_at and _speaks_of_talk(clause):
        return True
    return any(
        _takes_topic(clause[:start], clause[end:]) and names(clause[start:end])
        for start in heads_at
        for end in tails_at
        if start < end <= start + _LONGEST_TOPIC and clause[start - 1 : start + 1] not in _words()[0]
    )


def heads(clause: str) -> bool:
    """Say whether a clause can stand as a heading: it asks for what follows, or is named as a heading is."""
    if _WHATEVER.search(clause):
        return False
    if _PHASE_HEADING.fullmatch(clause):
        return True
    asks = _QUESTION.search(clause) or _HEADING.search(clause)
    return bool(asks and names(clause)) or _asks_what_if(clause)


def sets_scene(clause: str) -> bool:
    """Say whether a clause only leads to another one: 做完检查以后, 如果您赶时间."""
    if _EVENT.fullmatch(clause) or len(clause) in _starts(clause):
        return True
    if _SCENE.search(clause) or _ASIDE.search(clause):
        return names(clause) or names(_ASIDE.sub("", clause))
    return _addresses(clause)


def _addresses(clause: str) -> bool:
    """Say whether a clause only says to whom one talks: 腰不好的朋友."""
    return _ADDRESSED.fullmatch(clause) is not None and _only_names(clause, by_words=False)


def numbers(clause: str) -> bool:
    """Say whether a clause only numbers the heading after it: 第二部分, 一, 问题三."""
    return _LABEL.fullmatch(clause) is not None


def opens_chapter(clause: str) -> bool:
    """Say whether what follows can only be the name of a part, or those of the parts just counted."""
    return _CHAPTER.fullmatch(clause) is not None or (_PARTED.search(clause) is not None and announces(clause))


def names(topic: str) -> bool:
    """Say whether a topic only names things and asks about them."""
    if not 0 < len(topic) <= _LONGEST_TOPIC:
        return False
    asked = _QUESTION.sub("的", topic)
    return any(map(_names_only, {_HEADING.sub("", _COUNTED.sub("", asked)), _COUNTED.sub("", _HEADING.sub("", asked))}))


def _names_only(rest: str) -> bool:
    """Say whether nothing is said by what a topic has beside its heading and its question."""
    meant = _MEANINGLESS.sub("", rest)
    return not _SAYS.search(meant) and _only_names(meant)


# ---- talk about the talk ----


@cache
def _words() -> tuple[frozenset[str], int]:
    text = (
        topics.ORDER,
        topics.TEXT,
        topics.TELLING,
        topics.HANDLING,
        topics.PEOPLE,
        topics.GLUE,
        topics.TAKES,
        topics.FOLLOWS,
    )
    words = frozenset(" ".join(text).split())
    return words, max(map(len, words))


def _steps(clause: str, position: int) -> Iterable[int]:
    """Give every place where a word of talk that begins at a position ends."""
    words, longest = _words()
    ends = range(position + 1, min(position + longest, len(clause)) + 1)
    yield from (end for end in ends if clause[position:end] in words)
    counted = _COUNTED.match(clause, position)
    if counted:
        yield counted.end()


def _starts(clause: str) -> list[int]:
    """Return the places that words of talk alone reach from the beginning, in order."""
    reached = [True] + [False] * len(clause)
    for position in range(len(clause)):
        for end in _steps(clause, position) if reached[position] else ():
            reached[end] = True
    return [position for position, is_reached in enumerate(reached) if is_reached]


def _ends(clause: str) -> list[int]:
    """Return the places from which words of talk alone lead to the end."""
    leads = [False] * len(clause) + [True]
    for position in range(len(clause) - 1, -1, -1):
        leads[position] = any(leads[end] for end in _steps(clause, position))
    return [position for position, does_lead in enumerate(leads) if does_lead]


@cache
def _anchors() -> re.Pattern[str]:
    return _any_of(topics.ORDER, topics.TEXT, topics.TELLING, topics.HANDLING)


@cache
def _taking() -> re.Pattern[str]:
    tell = "|".join(sorted(topics.TELLING.split(), key=len, reverse=True))
    return re.compile(f"(?:{tell})(?:了|完了?|到|起|一下)?(?:的?是|关于|有关)?$")


@cache
def _turning() -> re.Pattern[str]:
    takes = "|".join(topics.TAKES.split())
    return re.compile(f"(?:{takes})$")


@cache
def _following() -> re.Pattern[str]:
    return _any_of(topics.FOLLOWS)


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(" ".join(words).split(), key=len, reverse=True)))


def _speaks_of_talk(clause: str) -> bool:
    """Say whether there is a word of order, text, telling or handling; the others alone may answer a question."""
    return _anchors().search(clause) is not None


def _takes_topic(before: str, after: str) -> bool:
    """Say whether a topic can stand between two stretches of talk."""
    if before in _NAMING or _DIVIDED.match(after):
        return True
    if not _speaks_of_talk(f"{before}，{after}"):
        return False
    if _taking().search(before):
        return True
    return bool(_turning().search(before) and _speaks_of_talk(before)) or bool(_following().match(after))


# ---- topics ----


def _asks_what_if(clause: str) -> bool:
    match = _WHAT_IF.fullmatch(clause)
    return match is not None and not _SWAYS.search(match["event"]) and _only_names(match["event"], by_words=False)


def _only_names(text: str, *, by_words: bool = True) -> bool:
    """Say whether a text names no single medicine and no amount; `by_words` bars every operator too."""
    return all(_is_name(token, by_words=by_words) for token in lex(normalize(text)))


def _is_name(token: Token, *, by_words: bool) -> bool:
    if token.kind == "drug":
        return token.text.endswith(_KIND_OF_MEDICINE)
    if token.quantity or token.kind in {"frequency", "period"} or token.text in _NUMERALS:
        return False
    if token.text.endswith(NAME_ENDINGS):
        return False
    if token.value == "list":
        return by_words
    return token.kind in _NAMES or not by_words
