"""A denial told as what its facts name, and the reverse: 没精神 is 精神差, 不满36小时不得 is 满36小时后方可.

Each turn asks first whether a cited fact has the other side of it, and puts the sentence as that fact does; it keeps
every number, and the side, of what is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_NUMERALS = "[\\d一两二三四五六七八九十半]"
_SPAN = f"{_NUMERALS}+个?(?:多)?(?:分钟|小时|钟头|天|日|周|星期|礼拜|个月|月|年)"
_BAN = "(?:不能|不可以|不可|不得|不要|不应该|不应|别|切勿|勿)"

_LACKS = re.compile(
    "(?P<what>[\u4e00-\u9fff]{2})(?:较|很|明显)?(?P<lack>差|不足|不佳|欠佳|不振|不良|减退|低下|缺乏)(?![\u4e00-\u9fff]?[异别])"
)
_HARDLY = re.compile("难以(?P<what>[\u4e00-\u9fff](?P<how>[\u4e00-\u9fff]))")


Rule = tuple[re.Pattern[str], str]
"""What a sentence says, and how its fact has it."""


def _lacking(said: str, facts: Sequence[str]) -> str:
    """Say of what there is not enough of that it is lacking (没什么精神, 胃口不太好), where a fact has it so."""
    for denied, written in (rule for fact in facts for rule in _lacks_of(fact)):
        said = denied.sub(written, said)
    return said


@lru_cache(maxsize=512)
def _lacks_of(fact: str) -> tuple[Rule, ...]:
    return tuple((re.compile(_denial_of(match["what"])), match[0]) for match in _LACKS.finditer(fact))


def _denial_of(what: str) -> str:
    return (
        f"(?:没有|没|无|缺)(?:什么|啥|多少)?{what}|(?:不够|不太有){what}"
        f"|{what}(?:也|都|就|还)?(?:不太|不大|不怎么|不够|不是很|很不|不)(?:好|佳|足|行|旺盛?|够)"
    )


def has_enough(said: str, condition: str) -> bool:
    """Say whether a text has enough of what a condition is that it lacks: 胃口好 for 胃口不佳者."""
    enough = _enough_for(condition)
    return enough is not None and enough.search(said) is not None


@lru_cache(maxsize=512)
def _enough_for(condition: str) -> re.Pattern[str] | None:
    lacks = _LACKS.search(condition)
    return re.compile(f"{lacks['what']}(?:还|都|很|较|比较|挺|尚)?(?:好|正常|良|充足|旺)") if lacks else None


def _hardly(said: str, facts: Sequence[str]) -> str:
    """Say of what cannot well be done (叫不太醒) that it is hard to do, where a fact has it so: 难以唤醒."""
    for tried, written in (rule for fact in facts if "难以" in fact for rule in _hard_in(fact)):
        said = tried.sub(written, said)
    return said


@lru_cache(maxsize=512)
def _hard_in(fact: str) -> tuple[Rule, ...]:
    tried = "(?:很难|不容易|不易|不好)(?:被)?{what}|[叫喊唤推弄摇忍控](?:都|也)?不(?:太|大|怎么)?{how}"
    return tuple((re.compile(tried.format(**match.groupdict())), match[0]) for match in _HARDLY.finditer(fact))


_NOT_BEFORE = re.compile(
    f"(?:还)?(?:不到|不满|未满|没到|没满|不足|没够|不够)(?P<span>{_SPAN})(?:的时候|时|的人|的话|者|的)?，?"
    f"(?:先|都|就|也|还|千万|可|是)*{_BAN}(?:急着|着急|忙着|马上)?"
)
_FROM_THEN = re.compile("方可|方能|才可|才能")
_SHORT_OF = re.compile(f"(?:不足|不满|未满|不到)(?={_SPAN})")
_BARRED_SHORT = re.compile(f"{_SHORT_OF.pattern}{_SPAN}[^，。；]{{0,6}}，?(?:禁|不得|不能|不可|不宜|不应|避免)")
_THEN_ONLY = re.compile(
    f"(?:至少|要|得|必须|须|需|已经|够|满|足|超过)*(?P<span>{_SPAN})(?:以上|以后|之后|后)*，?"
    "(?:才|方)(?:能够|能|可以|可)(?:再)?(?:开始)?"
)


def _not_before(said: str, facts: Sequence[str]) -> str:
    """Say from when something is allowed as until when it is not, or the reverse, as the facts do."""
    short = any(map(_SHORT_OF.search, facts))
    if not short and any(map(_FROM_THEN.search, facts)):
        return _NOT_BEFORE.sub(r"满\g<span>后方可", said)
    if any(map(_BARRED_SHORT.search, facts)) and not any(map(_FROM_THEN.search, facts)):
        return _THEN_ONLY.sub(r"不足\g<span>，不得", said)
    return said


_EXCEPTED = re.compile("[，(](?P<whom>[^，。；()]{2,24}?)(?P<closer>者|的?人|的?患者)?除外")
_JOINTS = re.compile("以及|及|或者|或|和|与|、")


def _without_others(said: str, facts: Sequence[str]) -> str:
    """Say what is told of those without something as told of all but those with it: 没有心衰，也没有肾衰的，每天…."""
    for known in (match for fact in facts for match in _EXCEPTED.finditer(fact)):
        members = [
            f"(?:也|又|并|且|而且|同时)?(?:没有|没得|没|无)(?:得|患)?{re.escape(m)}"
            for m in _JOINTS.split(known["whom"])
        ]
        others = f"(?:如果|只要|要是)?(?:您|你)?{'[，、]?'.join(members)}(?:的?(?:人|患者|病人|朋友)|的话|的|者|时)?，"
        told = re.search(others, said)
        if told:
            rest = said[: told.start()] + said[told.end() :]
            return f"{rest.rstrip('。！')}，{known['whom']}{known['closer'] or ''}除外。"
    return said


_UNDONE = re.compile(
    f"(?:没有|没|未|还没)(?P<first>[^，。；不没未有]{{1,10}}?)(?:好|完)?(?:的话|之前|以前|前|时)?，?"
    f"(?:先|都|就|也|千万)*{_BAN}(?P<then>[^，。；]{{2,12}})(?=[，。；]|$)"
)
_FIRST = re.compile(
    "(?P<then>[^，。；]{2,14})前(?:应当|应|须|需|必须|要|先)+(?P<first>[^，。；前后]{2,10})(?=[，。；]|$)"
)
_AFTER = re.compile(
    "(?P<first>[^，。；前后]{2,12})后(?P<only>方可|才可|才能|方能|再|)(?P<then>[^，。；前后]{2,12})(?=[，。；]|$)"
)


def _only_after(said: str, facts: Sequence[str]) -> str:
    """Say of what is not to be done without something else (没洗手不能碰接头) what comes first, as the facts do."""
    undone = _UNDONE.search(said)
    if undone is None:
        return said
    told = f"{undone['first']}后再{undone['then']}"
    for fact in facts:
        if any(_is_same(undone["first"], known["first"]) for known in _FIRST.finditer(fact)):
            told = f"{undone['then']}前应{undone['first']}"
        elif not any(_is_same(undone["first"], known["first"]) for known in _AFTER.finditer(fact)):
            continue
        return said[: undone.start()] + told + said[undone.end() :]
    return said


def _is_same(told: str, known: str) -> bool:
    """Say whether two acts share a word of two characters."""
    return any(told[i : i + 2] in known for i in range(len(told) - 1))


_WITHIN = re.compile(f"(?P<span>{_SPAN})(?:以内|之内|内)(?:的)?(?:，)?才(?:能|可以|可)(?:再|够)?")
_TOO_LATE = re.compile(f"超过{_SPAN}[^，。；]{{0,8}}(?:不可|不得|不能|不宜|禁止|不要)")


def _within(said: str, facts: Sequence[str]) -> str:
    """Say until when something may be done (28天以内才能用) as from when it may not, where a fact does."""
    return _WITHIN.sub(r"超过\g<span>不可", said) if any(map(_TOO_LATE.search, facts)) else said


TURNS = (_lacking, _hardly, _not_before, _without_others, _only_after, _within)


def in_counterparts_of(said: str, facts: Sequence[str]) -> str:
    """Return a normalized sentence with what it denies put as its facts put it."""
    for turn in TURNS:
        said = turn(said, facts)
    return said
