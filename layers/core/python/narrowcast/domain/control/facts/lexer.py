"""Words and quantities of a normalized text, in order: longest known word first, everything else as it stands.

Knows what a word can be, not what it does in its sentence; that is for `statements`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.quantities import STARTS, Quantity, read_quantity
from narrowcast.domain.control.facts.tables import bedside, everyday, markers, names, spoken
from narrowcast.domain.control.facts.tables.drugs import DRUGS
from narrowcast.domain.control.facts.tables.foods import FOODS
from narrowcast.domain.control.facts.tables.units import DOSES, TIME
from narrowcast.domain.control.facts.tables.words import BANS, CONTENT, IMPLIED, LIGHT


class Token(NamedTuple):
    """A word, a quantity, a mark or a single unknown character.

    `value` is what its kind says it means; `ids` are the groups of like meaning it belongs to as a content word,
    `parts` those of the words inside it (限制饮酒: 限制, 饮酒).
    """

    kind: str
    value: str
    text: str
    start: int
    ids: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    quantity: Quantity | None = None


class _Entry(NamedTuple):
    kind: str
    value: str
    ids: frozenset[str]


_STOPS = {
    "。": "end",
    "！": "end",
    "？": "end",
    "；": "end",
    "，": "comma",
    "：": "topic",
    "(": "comma",
    ")": "comma",
    "、": "list",
}

FREQUENCY_CODES = {
    "bid": (2, 86400), "tid": (3, 86400), "qid": (4, 86400), "qd": (1, 86400), "qn": (1, 86400), "qod": (1, 172800),
    "q4h": (1, 14400), "q6h": (1, 21600), "q8h": (1, 28800), "q12h": (1, 43200), "qw": (1, 604800), "biw": (2, 604800),
}  # fmt: skip

_PERIOD_WORDS = {
    "second 86400": "每日 每天 天天 每一天 每晚 每早 每夜 每天晚上 每日晚上 按日 逐日 全天 全日",
    "second 172800": "隔日 隔天 隔一天 每隔一天 每隔1天 隔一日 每隔一日 每隔1日 隔晚 每隔一晚",
    "second 604800": "每周 每星期 每个星期 每礼拜",
    "second 1209600": "隔周 每隔一周 每隔1周 每隔一星期 每隔一个星期 每隔一礼拜 每隔一个礼拜",
    "second 3600": "每小时 每个小时",
    "second 60": "每分钟 每分",
    "month 1": "每月 每个月 月月",
    "month 2": "隔月 每隔一月 每隔一个月 每隔1个月 每隔1月",
    "month 3": "每季度 每个季度",
    "month 6": "每半年",
    "month 12": "每年 年年",
    "month 24": "隔年 每隔一年 每隔1年",
}
PERIODS = {word: period for period, words in _PERIOD_WORDS.items() for word in words.split()}
NIGHTLY = {"每晚": "evening", "每天晚上": "evening", "每日晚上": "evening", "每夜": "evening", "每早": "morning"}
_RATE = re.compile(r"/(24h|24小时|日|天|d|周|w|月|年|小时|h|分钟|分|min|次)(?![a-z])")
_RATES = {
    "24h": "每日",
    "24小时": "每日",
    "日": "每日",
    "天": "每日",
    "d": "每日",
    "周": "每周",
    "w": "每周",
    "月": "每月",
    "年": "每年",
    "小时": "每小时",
    "h": "每小时",
}
_ROMAN = re.compile(r"(?:i{1,3}|iv|vi{0,3})(?=\d)")
"""A Roman numeral that an amount follows at once: 补液盐Ⅲ1袋."""
_SPANS = ("小时", "分钟", "天", "日", "周", "月", "年", "h", "d")
_SALTS = frozenset("钙钠钾镁锌")
SCHEME = "scheme"
"""The value of the word that names a schedule of doses."""
_DIGIT_OF = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九", 1)} | {"两": "2"}
_SCHEME = re.compile(
    r"(?:(?P<days>\d(?:-\d){2,3})(?![-\d])|(?P<count>[\d一两二三四五六七八九])针(?=法|接?种?程序|方案))"
    "(?:打法|注射法|接种法|法|(?:免疫|接种)?程序|方案)?"
)
_NUMERAL_IN = re.compile("[一二两三四五六七八九十]")
_PER_ROUND = re.compile("(?:组|每[次回侧边]|鼻孔|各)[做练吸喷按捏打]?$")
_COURSES = ("疗程", "周期", "月经周期", "治疗周期")
_STRETCHES = TIME | {"times"}
_ASPECTS = frozenset("了过着完")
_ENDINGS = frozenset("了过着完们的地得呢吧啊，。！？；：、()")
"""What a word may have after it whatever it is."""
_SUFFIXES = frozenset("痛疼肿炎病药")
"""Words of one character that end longer names."""
_PER_TIME = ("每次", "单次", "每一次", "每回", "次次", "每餐", "每顿", "每顿饭")


_INDIVISIBLE = frozenset(
    {
        "超过",
        "超出",
        "过敏",
        "达标",
        "可以",
        "可能",
        "低于",
        "高于",
        "少于",
        "多于",
        "大于",
        "小于",
        "高过",
        "低过",
        "时间",
        "期间",
        "药物",
        "药品",
        "服用",
        "停药",
        "停用",
        "停服",
        "停止",
        "前倾",
        "后仰",
    }
)
_DIVIDED = frozenset(word[0] for word in _INDIVISIBLE)
_RISING = ("上起床", "晨起床")
_SPACINGS = frozenset({"间隔", "间距", "间歇"})
"""What may follow a word that ends in 时: 必要时|间隔2小时."""
_STILL_NOT, _OPERATES = frozenset({"仍不", "还不", "仍然不"}), frozenset("必能得可宜要应需")
_EXCEEDS = frozenset({"超过", "高于", "大于", "多于", "超出", "高过", "大过", "多过"})

CONTENT_WORDS = CONTENT + everyday.CONTENT + spoken.CONTENT + bedside.CONTENT + names.WRITTEN + names.WHOLE
_LIGHT = LIGHT + everyday.LIGHT + spoken.LIGHT + bedside.LIGHT
_IMPLIED = IMPLIED + everyday.IMPLIED + spoken.IMPLIED + bedside.IMPLIED


@cache
def _dictionary() -> tuple[dict[str, _Entry], dict[str, tuple[int, ...]]]:
    entries: dict[str, _Entry] = {}
    ids: dict[str, set[str]] = defaultdict(set)
    for prefix, table in (("w", CONTENT_WORDS), ("f", FOODS), ("d", DRUGS)):
        for line in table.strip().splitlines():
            words = line.split()
            for word in words:
                ids[word].add(f"{prefix}:{words[0]}")
    for kind, pairs in _kinds():
        for value, word in pairs:
            known = entries.setdefault(word, _Entry(kind, value, frozenset(ids.get(word, ()))))
            if known.kind == kind == "population" and value not in known.value.split("|"):
                entries[word] = known._replace(value=f"{known.value}|{value}")
    return entries, sizes_of(entries)


def sizes_of(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return how long the words of more than one character are by their first two, the longest first."""
    sizes: dict[str, set[int]] = defaultdict(set)
    for word in words:
        if len(word) > 1:
            sizes[word[:2]].add(len(word))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in sizes.items()}


class _Inside(NamedTuple):
    """What a word is made of, whether it may cut another one, and whether it is talk that may tell an amount."""

    parts: frozenset[str]
    may_cut: bool
    may_count: bool


@lru_cache(maxsize=4096)
def _inside(word: str) -> _Inside:
    counts = _dictionary()[0][word].kind == "light" and _NUMERAL_IN.search(word) is not None
    return _Inside(_parts(word), _may_cut(word), counts)


def _may_cut(word: str) -> bool:
    """Say whether a word could ever cut another one, whatever stands around it; see `_cuts`."""
    opens = word.startswith("内服") or word in _STILL_NOT or word == "的人"
    closes = word[-1] == "不" or word[-1] in _DIVIDED or word.endswith(_RISING)
    return opens or closes or _is_latin(word[0]) or _is_latin(word[-1])


@lru_cache(maxsize=4096)
def _parts(word: str) -> frozenset[str]:
    """Return the groups of the words inside a word, medicines apart."""
    entries = _dictionary()[0]
    if entries[word].kind not in {"word", "food"} or len(word) <= 2:  # noqa: PLR2004 - none fit in
        return frozenset()
    pieces = {word[i:j] for i in range(len(word)) for j in range(i + 2, len(word) + 1)} - {word}
    known = (entries[piece] for piece in pieces if piece in entries)
    return frozenset(identifier for entry in known for identifier in entry.ids if not identifier.startswith("d:"))


def _kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """List every word under its kind; where a word has several, the first kind listed here is the one."""
    return [
        ("before", _flat(markers.COMPARATORS_BEFORE) + _compared()),
        ("period", [(value, word) for word, value in PERIODS.items()]),
        ("per_time", [("", word) for word in _PER_TIME]),
        ("condition", _flat(markers.CONDITION)),
        ("negation", _flat(markers.NEGATION)),
        ("certainty", _flat(markers.CERTAINTY)),
        ("force", _flat(markers.FORCE)),
        ("urgency", _flat(markers.URGENCY)),
        ("timing", _flat(markers.TIMING)),
        ("population", _flat(markers.POPULATION)),
        ("side", _flat(markers.SIDE)),
        ("route", _flat(markers.ROUTE)),
        ("except", [("", word) for word in markers.EXCEPTIONS.split()]),
        ("opener", [("", word) for word in markers.CONDITION_OPENERS.split()]),
        ("closer", [("", word) for word in markers.CONDITION_CLOSERS.split()]),
        ("bound", [("", word) for word in markers.CONDITION_BOUNDS.split()]),
        ("after", _flat(markers.COMPARATORS_AFTER)),
        ("each", [("", "各")]),
        ("drug", _words(DRUGS)),
        ("food", _words(FOODS)),
        ("light", [("", word) for word in _LIGHT.split()]),
        ("word", _words(CONTENT_WORDS)),
    ]


def _compared() -> list[tuple[str, str]]:
    """List every denied comparison as what it says: 不超过 is `le`, 不低于 `ge`."""
    return [
        ("le" if verb in _EXCEEDS else "ge", negator + verb)
        for verb in markers.COMPARED
        for negator in markers.NEGATORS.split()
    ]


def _flat(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, word) for value, words in table.items() for word in words.split()]


def _words(table: str) -> list[tuple[str, str]]:
    return [(line.split()[0], word) for line in table.strip().splitlines() for word in line.split()]


_OF_KIND = {"f": ("w:食物", "w:饮食", "w:进食"), "d": ("w:药", "w:用药", "w:服药", "w:治疗")}
"""What naming any food or any medicine lets a sentence say: 食物, 服药."""


@cache
def _implied() -> dict[str, frozenset[str]]:
    implied: dict[str, frozenset[str]] = defaultdict(frozenset)
    for first, *others in map(str.split, filter(str.strip, _IMPLIED.splitlines())):
        implied[first if ":" in first else f"w:{first}"] |= {f"w:{word}" for word in others}
    return dict(implied)


@lru_cache(maxsize=2048)
def with_implied(ids: frozenset[str], *, by_kind: bool = True) -> frozenset[str]:
    """Return groups of meaning with those they imply, and by default with what any medicine and any food is."""
    implied = _implied()
    kinds = {identifier[:1] for identifier in ids} if by_kind else set()
    return ids.union(
        *[implied[identifier] for identifier in ids if identifier in implied],
        *[_OF_KIND[kind] for kind in kinds if kind in _OF_KIND],
    )


def ids_of(word: str) -> frozenset[str]:
    """Return the groups of like meaning of a whole word; none for a word that no table has."""
    entry = _dictionary()[0].get(word)
    return entry.ids if entry else frozenset()


def knows(word: str) -> bool:
    """Say whether a table has a word."""
    return word in _dictionary()[0]


def longest_word_at(text: str, position: int) -> str:
    """Return the longest word that a table has at a place of a text; none is the empty string."""
    entries, sizes = _dictionary()
    for size in sizes.get(text[position : position + 2], ()):
        word = text[position : position + size]
        if word in entries:
            return word
    return text[position] if text[position] in entries else ""


def is_light(word: str) -> bool:
    """Say whether a word carries no content."""
    entry = _dictionary()[0].get(word)
    return entry is not None and entry.kind == "light"


def lex(text: str) -> list[Token]:
    """Return the tokens of a normalized text; characters that no table knows come singly, as kind `unknown`."""
    tokens: list[Token] = []
    position, bans = 0, _bans()
    while position < len(text):
        token = _token_at(text, position)
        if tokens and tokens[-1].kind == "drug" and _is_salt(tokens[-1], token):
            token = Token("light", "", token.text[:1], position)
        if token.text in bans:
            tokens += _ban(token)
        elif token.text != " ":
            tokens.append(token)
        position += len(token.text)
    return tokens


@cache
def _bans() -> dict[str, str]:
    """Return what each word that forbids in one word forbids: 禁食 -> 进食."""
    return {word: thing for thing, *words in map(str.split, BANS.strip().splitlines()) for word in words}


def _ban(token: Token) -> list[Token]:
    """Read 禁食 as what it says in two words: 不能|进食."""
    sign, word = token.text[:1], _bans()[token.text]
    thing = _dictionary()[0][word]
    verb = Token("negation", "ban", sign, token.start)
    return [verb, Token(thing.kind, thing.value, token.text[1:], token.start + 1, thing.ids, _parts(word))]


def _is_multiple(measured: Token, text: str) -> bool:
    """Say whether an amount is so many times a bound, and no double dose: 正常上限|2倍."""
    return measured.text.endswith("倍") and text.endswith(("上限", "高值", "限值", "正常值"), 0, measured.start)


def _is_salt(before: Token, token: Token) -> bool:
    """Say whether a word begins with the salt of the medicine before it: 阿托伐他汀|钙片 is no calcium."""
    if before.start + len(before.text) != token.start:
        return False
    salt = token.kind in {"drug", "food"} and token.text[:1] in _SALTS
    return salt and not before.text.startswith(("维", "vit"))


def _scheme_at(text: str, position: int) -> Token | None:
    """Read what a schedule of doses is called by as one word: 5针法 and 五针法, 2-1-1程序."""
    scheme = _SCHEME.match(text, position)
    if scheme is None:
        return None
    name = scheme["days"] or f"{_DIGIT_OF.get(scheme['count'], scheme['count'])}针"
    return Token("word", SCHEME, scheme[0], position, frozenset({f"w:{name}法"}))


def _token_at(text: str, position: int) -> Token:
    character = text[position]
    if character in _STOPS:
        return Token("stop", _STOPS[character], character, position)
    if character == "/" and (rate := _RATE.match(text, position)):
        return _rate(rate)
    known = (_scheme_at(text, position) if character in STARTS else None) or _known_at(text, position)
    if character in STARTS:
        measured = _measured_at(text, position)
        if measured and (known is None or len(measured.text) > len(known.text) or _is_multiple(measured, text)):
            return measured
    if known:
        return known
    if character.isascii() and character.isalnum():
        return _latin_at(text, position)
    return Token("unknown", "", character, position)


def _rate(match: re.Match[str]) -> Token:
    """Read the second half of 2次/日 or 20mg/次."""
    if match[1] == "次":
        return Token("per_time", "", match[0], match.start())
    return Token("period", PERIODS[_RATES.get(match[1], "每分钟")], match[0], match.start())


def _known_at(text: str, position: int) -> Token | None:
    entries, sizes = _dictionary()
    for size in (*sizes.get(text[position : position + 2], ()), 1):
        word = text[position : position + size]
        entry = entries.get(word) if len(word) == size else None
        if entry is None:
            continue
        inside = _inside(word)
        if inside.may_cut and (_inside_latin(text, position, size) or _cuts(text, position, word)):
            continue
        if inside.may_count and _tells_amount(text, position, word):
            continue
        if size > 1 and _strands(text, position, position + size):
            continue
        parted = _parted_at(text, position) if size == 1 else None
        return parted or Token(entry.kind, entry.value, word, position, entry.ids, inside.parts)
    return _parted_at(text, position)


def _parted_at(text: str, position: int) -> Token | None:
    """Read a verb and its object with an aspect between them as the word they make: 拔|了|牙, 换|了|膝关节."""
    if text[position + 1 : position + 2] not in _ASPECTS:
        return None
    entries, sizes = _dictionary()
    for size in sizes.get(text[position] + text[position + 2 : position + 3], ()):
        word = text[position] + text[position + 2 : position + 1 + size]
        entry = entries.get(word) if len(word) == size and word[1] not in _ASPECTS else None
        if entry and entry.kind == "word":
            return Token("word", entry.value, text[position : position + 1 + size], position, entry.ids, _parts(word))
    return None


def _strands(text: str, start: int, end: int) -> bool:
    """Say whether a word leaves the end of another one behind: 酒精擦|浴, 应当|天, 用来|曲唑."""
    if end == len(text) or text[end] in _ENDINGS or not _is_piece_at(text, start, end):
        return False
    places = (place for place in range(start + 1, end) if _is_covered(text[start:place]))
    return any(len(longest_word_at(text, place)) > end - place for place in places)


def _is_piece_at(text: str, start: int, end: int) -> bool:
    """Say whether no word begins where one ends, or after a thing's name one of a single character."""
    following = longest_word_at(text, end)
    if len(following) != 1:
        return not following
    kinds = {_dictionary()[0][word].kind for word in (text[start:end], following)}
    return kinds == {"word"} and following not in _SUFFIXES


def _is_covered(text: str) -> bool:
    """Say whether a text is made of words that a table has."""
    return not text or any(knows(text[:size]) and _is_covered(text[size:]) for size in range(len(text), 0, -1))


def _inside_latin(text: str, start: int, size: int) -> bool:
    end = start + size
    cut_left = _is_latin(text[start]) and start > 0 and _is_latin(text[start - 1])
    return cut_left or (_is_latin(text[end - 1]) and end < len(text) and _is_latin(text[end]))


def _cuts(text: str, start: int, word: str) -> bool:
    """Say whether a word would cut another in two: 血糖低|于, 服药时|间, 的人|工泪液, 早上起床|前."""
    end = start + len(word)
    if word.startswith("内服") and text.endswith(_SPANS, 0, start):
        return True  # 12小时内|服
    if word in _STILL_NOT and text[end : end + 1] in _OPERATES:
        return True  # 仍|不必
    if word[-1] == "不" and len(word) > 1 and text[end : end + 2] in markers.COMPARED:
        return True  # 最好|不超过
    if text[end - 1 : end + 1] in _INDIVISIBLE and text[end : end + 2] not in _SPACINGS:
        return True
    if word.endswith(_RISING) and text.startswith(("前", "之前"), end):
        return True
    longer = _known_at(text, start + 1) if word == "的人" else None
    return longer is not None and len(longer.text) > len(word)


def _tells_amount(text: str, start: int, word: str) -> bool:
    """Say whether a word of talk is part of an amount, or one that counts: 每|一个小时, 第|三次, 每组|一下."""
    at = _NUMERAL_IN.search(word)
    measured = read_quantity(text, start + at.start()) if at else None
    if at is None or measured is None:
        return False
    end = start + len(word)
    if measured[1] > end or text.startswith(("之内", "以内", "内", "里"), end):
        return measured[0].dimension in (_STRETCHES | DOSES if word[0] == "第" else _STRETCHES)  # 头|一天|之内
    counts = at.start() == 0 and measured[1] == end
    named = word[0] != "一" and (text.startswith(_COURSES, end) or (word[0] != "两" and _names_thing(text, end)))
    return counts and (named or bool(_PER_ROUND.search(text, 0, start)))


def _names_thing(text: str, start: int) -> bool:
    """Say whether a content word begins at a place."""
    following = longest_word_at(text, start) if start < len(text) else ""
    return bool(following) and _dictionary()[0][following].kind == "word"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _measured_at(text: str, position: int) -> Token | None:
    found = read_quantity(text, position)
    if found is None:
        return None
    quantity, end = found
    kind = "times" if quantity.dimension == "times" else "quantity"
    return Token(kind, "", text[position:end], position, quantity=quantity)


def _latin_at(text: str, position: int) -> Token:
    numeral = _ROMAN.match(text, position)
    if numeral:
        return Token("unknown", "", numeral[0], position)
    end = position + 1
    while end < len(text) and text[end].isascii() and (text[end].isalnum() or text[end] in "-+*"):
        end += 1
    word = text[position:end].rstrip("-+*")
    return Token("frequency" if word in FREQUENCY_CODES else "unknown", "", word, position)
