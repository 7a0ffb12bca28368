"""Attributes of things, whatever their words are, that a sentence loses or turns: 穿刺侧肢体, 挤出的母乳, 非瓣膜性.

An attribute limits what is said of its thing as a condition does. It is kept where the sentence has one of its words
or characters; the words of `restrictors` have families of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from narrowcast.domain.control.facts.alignment import Alignment
from narrowcast.domain.control.facts.lexer import Token
from narrowcast.domain.control.facts.segments import NOTHING, OR, TAKING, Features, features_of
from narrowcast.domain.control.facts.spans import EITHER
from narrowcast.domain.control.facts.statements import Statement, read_fact
from narrowcast.domain.control.facts.verdict import Reason

_THINGS = frozenset({"word", "food", "population", "unknown"})
_NAMING = frozenset({"word", "food", "unknown"})
_OF = frozenset({"的", "部位", "区域"})
_LISTED = OR | {"及"}
_DENYING = frozenset("不未无非")
_MARKS = frozenset("侧型性")
"""What ends an attribute that stands before its thing without 的: 置管|侧|手臂, 局限|性|湿疹."""
_LIGHT_CHARACTERS = frozenset("的侧型性时期在有和与或人者用药病大小上下中后前内外日")
_SAY_NOTHING: Features = TAKING | {"w:出现", "w:症状", "w:情况", "w:方法", "w:时间", "w:检查", "w:作用"}
_SIDE, _SIDES = "侧", frozenset("侧边")
_CHILDREN = frozenset({"population:child", "population:infant", "population:newborn"})
_LONGEST = 8
_TYPE = re.compile("(?P<kind>[^，。；型\\d]{2,8})型(?:(?=[可应宜不禁慎须需者])|(?P<thing>[\\u4e00-\\u9fffa-z]{2}))")
"""What a segment that begins so is about: 角化过度型, 非耐高压型."""
_TYPED = re.compile("(?P<kind>[甲乙丙丁戊a-e]|[\u4e00-\u9fff]{2})型(?P<thing>[\u4e00-\u9fff]{2})")
"""A type that stands before what it is of: 窄角型青光眼, 甲型肝炎."""
_STRAIN = re.compile("(?P<of>[一-鿿a-z]{2})(?P<numbers>[\\d/、和或]*\\d)型?(?:阳性|阴性)")
"""A strain by its number: 人乳头瘤病毒16/18阳性."""
_CONTRASTS = ("大小", "新旧", "轻重", "急慢", "软硬")
_MARKED = re.compile(f"(?=([{''.join(_CONTRASTS)}])性?([\u4e00-\u9fff]{{2}}))")


class Attribute(NamedTuple):
    """What narrows a thing: its words, characters and groups of meaning, and the thing's groups and name."""

    text: str
    characters: frozenset[str]
    ids: Features
    thing: Features
    name: str
    is_child: bool = False


def lost_attributes(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 肢体应制动 for 穿刺侧肢体应制动: what is said of one kind, said of all."""
    told: Features | None = None
    for one in (one for fact in facts for one in attributes_of(fact.text)):
        if not _is_lost(said, one) or any(_has_apart(fact, one) for fact in facts):
            continue
        told = told or Alignment(said, facts).told
        if not one.ids & told:
            yield Reason("condition_dropped", one.text, "")


def _is_lost(said: Statement, one: Attribute) -> bool:
    names = one.thing & said.ids or (one.name and one.name in said.text) or (one.is_child and _CHILDREN & said.features)
    return bool(names) and not one.ids & said.ids and one.characters.isdisjoint(said.characters)


def _has_apart(fact: Statement, one: Attribute) -> bool:
    """Say whether a fact names a thing without its attribute too."""
    if one.is_child:
        return sum(token.kind == "population" and _names_child(token) for token in fact.tokens) > 1
    others = (t for t in fact.tokens if t.ids & one.thing or (not one.thing and t.text == one.name[:1]))
    return sum(1 for _ in others) > 1


@lru_cache(maxsize=512)
def attributes_of(text: str) -> tuple[Attribute, ...]:
    """Return the attributes in a text, each with its thing."""
    fact = read_fact(text)
    segments = (segment.tokens for segment in fact.marked if not segment.announces)
    return tuple(_telling(one, fact) for tokens in segments for one in _attributes(tokens))


def _telling(one: Attribute, fact: Statement) -> Attribute:
    """Leave of an attribute what its fact names nowhere else (乙肝疫苗 tells no 乙肝母亲所生), unless it denies."""
    start = -1 if one.text[0] in _DENYING else fact.text.find(one.text)
    rest = [token for token in fact.tokens if not start <= token.start < start + len(one.text)]
    own = one.characters.difference(*(token.text for token in rest))
    if start < 0 or not own:
        return one
    return one._replace(characters=own, ids=one.ids.difference(*(token.ids for token in rest)))


def _attributes(tokens: Sequence[Token]) -> Iterator[Attribute]:
    for index, token in enumerate(tokens):
        if token.kind == "word" and _SIDE in token.text[1:-1]:
            side, _, _ = token.text.partition(_SIDE)
            yield Attribute(side + _SIDE, _characters(side + _SIDE), NOTHING, token.ids | token.parts, "")
        if not index:
            continue
        words = _words_before(tokens, index)
        if words:
            yield _attribute(words, tokens[index - 1], tokens[index : index + 2])


def _words_before(tokens: Sequence[Token], thing: int) -> Sequence[Token]:
    """Return the attribute directly before a thing; none where it has no mark."""
    mark = tokens[thing - 1]
    denied_drug = tokens[thing].kind == "drug" and mark.kind == "word" and mark.text[0] in _DENYING  # 未开封胰岛素
    if tokens[thing].kind not in _THINGS and not denied_drug:
        return ()
    if mark.kind == "word" and len(mark.text) > 1 and (mark.text[-1] in _MARKS or mark.text[0] in _DENYING):
        end = thing
    elif mark.text in _MARKS or mark.text in _OF:
        end = thing - 1
    elif thing > 1 and tokens[thing - 2].text == "所":
        end = thing - 2
    else:
        return ()
    start = end
    while start and end - start < _LONGEST and (tokens[start - 1].kind in _NAMING or tokens[start - 1].text in _LISTED):
        start -= 1
    if start < end and (tokens[start].text in _LISTED or any(token.text in EITHER for token in tokens[:start])):
        return ()  # 体温≥38.5℃或明显不适的儿童
    return [token for token in tokens[start:end] if token.kind in _NAMING]


def _attribute(words: Sequence[Token], mark: Token, thing: Sequence[Token]) -> Attribute:
    text = "".join(word.text for word in words) + (mark.text if mark.text in _MARKS else "")
    ids = frozenset(i for word in words for i in word.ids | word.parts)
    name = "".join(token.text for token in thing) if thing[0].kind == "unknown" else ""
    return Attribute(text, _characters(text), ids, thing[0].ids - _SAY_NOTHING, name, _names_child(thing[0]))


def lost_types(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find a clause that is said of one type (角化过度型可先用 …), said without it."""
    for fact in facts:
        for kind, thing, number in _types(fact.text):
            own = frozenset(kind) - frozenset(fact.text.replace(kind, ""))
            if not own or own & said.characters or thing not in said.text:
                continue
            if number in Alignment(said, facts).restated.get(id(fact), ()):
                yield Reason("condition_dropped", f"{kind}型", "")


@lru_cache(maxsize=512)
def _types(text: str) -> tuple[tuple[str, str, int], ...]:
    """Return the types that segments of a text begin with, each with what is named after it, and its number."""
    found = ((_TYPE.match(segment), number) for number, segment in enumerate(read_fact(text).segments))
    return tuple((match["kind"], match["thing"] or "", number) for match, number in found if match)


def other_types(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 开角型青光眼 for 窄角型青光眼: another type of what the facts name by its type."""
    if "型" not in said.text:
        return
    known = [one for fact in facts for one in _TYPED.findall(fact.text)]
    for kind, thing in _TYPED.findall(said.text):
        kinds = [other for other, of in known if of == thing]
        if kinds and kind not in kinds:
            yield Reason("population", kinds[0], kind)


def lost_strains(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find HPV阳性 for HPV16/18阳性: a numbered strain that is said of all."""
    for of, numbers in (found for fact in facts for found in _STRAIN.findall(fact.text)):
        bare = f"{of}(?:检[测查]|结果|是|为|呈)*(?:阳性|阴性)"
        if re.search(bare, said.text) and not any(re.search(bare, fact.text) for fact in facts):
            yield Reason("condition_dropped", of + numbers, of)


def lost_contrasts(said: Statement, facts: Sequence[Statement]) -> Iterable[Reason]:
    """Find 水疱 where the facts tell 小水疱 from 大水疱."""
    for fact in facts:
        for marks, thing in _contrasts(fact.text):
            if thing in said.text and not any(mark in said.text for mark in marks):
                yield Reason("condition_dropped", f"{marks[0]}{thing}", thing)


@lru_cache(maxsize=512)
def _contrasts(text: str) -> tuple[tuple[str, str], ...]:
    """Return the things that a text names with a mark and with its opposite, and never without."""
    found: dict[str, set[str]] = {}
    for mark, thing in _MARKED.findall(text):
        found.setdefault(thing, set()).add(mark)
    pairs = ((pair, thing) for thing, marks in found.items() for pair in _CONTRASTS if marks == set(pair))
    return tuple((pair, thing) for pair, thing in pairs if _stands_marked(text, thing))


def _stands_marked(text: str, thing: str) -> bool:
    return len(re.findall(f"[{''.join(_CONTRASTS)}]性?{thing}", text)) == text.count(thing)


def _names_child(token: Token) -> bool:
    return (token.kind == "population" and bool(_CHILDREN & features_of([token]))) or token.text.endswith("儿")


def _characters(text: str) -> frozenset[str]:
    """Return the characters of an attribute that keep it; a side may be told as another word for one."""
    return frozenset(text) - _LIGHT_CHARACTERS | (_SIDES if _SIDE in text else frozenset())
