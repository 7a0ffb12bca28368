"""A compound of a fact told in pieces: 患处 as 受伤的地方, 吞咽障碍 as 吞咽不好, 高嘌呤食物 as 嘌呤多的东西.

Every piece must be told, one right after the other but for particles, and to the same side; nothing is told by a part.
The morphemes are a table's; what stands for a compound as a whole is for `sayings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from narrowcast.domain.control.facts.lexer import Token, lex
from narrowcast.domain.control.facts.normalization import normalize
from narrowcast.domain.control.facts.tables.morphemes import MORPHEMES

_SHORTEST, _LONGEST = 2, 3
_MOST = 12
"""Compounds of one fact that are looked for."""
_KINDS = frozenset({"word", "unknown", "side"})
_BETWEEN = "(?:的|了|着|过|得|里|上|在|给|一)?"
_UNDENIED = "(?<![不没无未非])"
_DONE = {"浴": "(?:洗|泡)?"}
"""What is said before what is done in speech: 洗热水澡."""

_LACKS = re.compile(
    "(?P<what>[\u4e00-\u9fff]{2,4}?)(?P<lack>功能障碍|障碍|不良|不佳|欠佳|不全|减退|受损|困难|不畅|异常)"
)
_POORLY = (
    "(?:的?功能)?(?:有点|有些|比较|特别|很|都|也|变|出现|发生|有)?"
    "(?:不太好|不好|不太行|不行|不灵了?|[变较]?差了?|(?:出了?|有)问题|出毛病|有毛病|费劲|费力|吃力|不顺)"
)
_JOINED = re.compile("(?<=[\u4e00-\u9fff]{2})的(?=[\u4e00-\u9fff]{2})")
_PREPARED = re.compile("(?P<what>[\u4e00-\u9fff])剂")
_MUCH = re.compile(
    "(?P<much>[高富低少])(?P<what>嘌呤|[脂糖盐钠钾磷钙铁碘渣油]|蛋白质?|纤维|草酸|胆固醇|热量|乳糖|淀粉|咖啡因)"
    "(?P<food>饮食|食物|食品|膳食|饮料|水果|蔬菜|主食|零食|点心|调味品)"
)
_IN_SPEECH = {"脂": "油水?|脂肪|油脂|脂", "糖": "糖分?", "盐": "盐分?", "渣": "渣子?"}
_FOODS = dict.fromkeys(("饮食", "食物", "食品", "膳食"), "食物|东西|食品|饭菜|菜|饮食|")
_WAYS = {"高": "多|高|大|丰富|重", "富": "多|高|大|丰富", "低": "少|低", "少": "少|低"}


def in_compounds_of(text: str, facts: Sequence[str]) -> str:
    """Return a sentence with the compounds of its facts as these write them; normalized."""
    facts = [normalize(fact) for fact in facts]
    said = _joining(normalize(text), "\n".join(facts))
    for pattern, compound in (rule for fact in facts for rule in _rules(fact)):
        if compound not in said:
            said = pattern.sub(compound, said)
    for lack in (match for fact in facts for match in _LACKS.finditer(fact)):
        said = _lacking(said, lack)
    return said


def _joining(said: str, written: str) -> str:
    """Say without 的 what a fact has so: 氨基糖苷类的抗生素."""

    def joined(found: re.Match[str]) -> str:
        beside = said[found.start() - 2 : found.start()] + said[found.end() : found.end() + 2]
        return "" if beside in written else found[0]

    return _JOINED.sub(joined, said)


def _lacking(said: str, known: re.Match[str]) -> str:
    """Say of what goes badly (吞咽不好, 吞咽费劲) what a fact does: 吞咽障碍."""
    what = known["what"]
    told = next((what[start:] for start in range(len(what) - 1) if what[start:] in said), "")
    return re.sub(f"{told}{_POORLY}", told + known["lack"], said) if told and known[0] not in said else said


@lru_cache(maxsize=512)
def _rules(fact: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return how the compounds of a fact may be told, and each as it is written."""
    compounds = list(dict.fromkeys(_compounds(lex(fact))))[:_MOST]
    told = [*_prepared(fact), *_with_much(fact), *((_pattern(compound), compound) for compound in compounds)]
    return tuple((re.compile(pattern), compound) for pattern, compound in told)


def _prepared(fact: str) -> Iterator[tuple[str, str]]:
    """Give how a medicine is told that has something in it: 含铋的药 for 铋剂."""
    for known in _PREPARED.finditer(fact):
        yield f"含有?{known['what']}的(?:药物?|制剂)", known[0]


def _with_much(fact: str) -> Iterator[tuple[str, str]]:
    """Give how food with much or little of something is told: 嘌呤多的东西 for 高嘌呤食物."""
    for known in _MUCH.finditer(fact):
        what = _IN_SPEECH.get(known["what"], known["what"])
        some = f"(?:含)?(?:{what})(?:量|含量)?(?:比较|很|特别|太|较)?(?:{_WAYS[known['much']]})"
        yield f"{some}的(?:{_FOODS.get(known['food'], known['food'])})", known[0]


@cache
def _spoken() -> dict[str, str]:
    """Return each written morpheme with a pattern of itself and of all that it is in speech, the longest first."""
    lines = (line.split() for line in MORPHEMES.strip().splitlines())
    return {written: "|".join(sorted((written, *forms), key=len, reverse=True)) for written, *forms in lines}


def _compounds(tokens: Sequence[Token]) -> Iterator[str]:
    """Give the short compounds of some tokens, be they words or unknown characters together."""
    for first in range(len(tokens)):
        text = ""
        for token in tokens[first : first + _LONGEST]:
            if token.kind not in _KINDS:
                break
            text += token.text
            if _SHORTEST <= len(text) <= _LONGEST and any(character in _spoken() for character in text):
                yield text


def _pattern(compound: str) -> str:
    spoken = _spoken()
    told = _BETWEEN.join(f"(?:{spoken.get(character, re.escape(character))})" for character in compound)
    return f"{_UNDENIED}{_DONE.get(compound[-1], '')}{told}"
