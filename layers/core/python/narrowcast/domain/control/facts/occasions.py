"""Moments told by their act, said again as the facts write them: 还没排气的时候 is 肛门排气前, 洗完澡 is 洗后.

Only where the act, and whatever it is done to, stands in a fact; the side of a moment never changes. Which forms of
words stand for one another is for `sayings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_MOST_RULES = 8
"""Moments of one fact that are looked for, of either kind: none of the corpora has more."""
_HAN = "[\u4e00-\u9fff]"
_OPEN = "(?:^|(?<=[，。；：、]))"
_BEFORE = re.compile(f"{_OPEN}(?P<event>{_HAN}{{2,5}})前(?![往来提期后])")
_NOT_YET = "(?:还|尚|仍)?(?:没有?|未)(?:完全)?"
_WHILE = "(?:的时候|时候|时|的?期间|之前|以前|前)，?"
_ACTS = "洗拔拆涂抹敷喷打滴吸漱擦泡换取做输灌贴"
_BRIEF = re.compile(f"(?P<act>[{_ACTS}])(?P<thing>{_HAN}?)(?P<side>[前后])(?![往来提期续遗果者])")
_SOON = "(?=[\\d一二两三四五六七八九十半]+个?(?:秒|分|小时|天)|，)"


_HOW_LONG = "(?=[\\d一二两三四五六七八九十半]+个?(?:半?小时|钟头|天|日|周|星期|礼拜|晚|夜))"
_TESTED = (
    "(?:[做行拍照查]|接受|进行)?(?:了|完)?(?:无痛|增强|平扫|电子)*"
    "(?:胃肠镜|结?肠镜|胃镜|支?气管镜|膀胱镜|宫腔镜|喉镜|内镜|(?:pet-?)?ct|核磁共振|核磁|磁共振|mri|造影|b超|超声)(?:检查)?"
)
_HURT = "(?:刚刚|刚|才)?(?:扭伤|扭到|扭了|崴了?脚|崴伤|崴到|摔伤|摔了|拉伤|挫伤|碰伤|砸伤|受伤)了?"


class Kind(NamedTuple):
    """What facts may name by its kind alone (检查前): how speech calls it, a piece of every such name, its sides."""

    name: str
    called: str
    piece: re.Pattern[str]
    sides: tuple[tuple[str, str], ...]


_TESTING = Kind(
    "检查",
    _TESTED,
    re.compile("镜|ct|核磁|磁共振|mri|造影|超"),
    (
        (f"的?(?:[前头]|最初){_HOW_LONG}", "前"),
        ("(?:的?[之以]?前|[之以]前)(?![往来提期后])", "前"),
        ("(?:[之以]后|后|完)(?![往来提期遗果者])", "后"),
        ("的?当[天日]", "当日"),
    ),
)
_INJURY = Kind(
    "伤",
    _HURT,
    re.compile("扭|崴|摔|拉伤|挫|碰|砸|受伤"),
    ((f"(?:(?:的|[之以]?后的?)[前头]|头|最初){_HOW_LONG}", "后最初"), ("(?:[之以]?后|的)的?", "后")),
)
_KINDS = (_TESTING, _INJURY)


def in_moments_of(said: str, facts: Sequence[str]) -> str:
    """Return a normalized sentence with its moments as its facts, normalized too, write them."""
    said = _by_kind(said, facts)
    for form, written in (rule for fact in facts for rule in _rules(fact)):
        match = form.search(said)
        if match and _is_told(match, facts):
            said = said[: match.start()] + written + said[match.end() :]
    return said


def _by_kind(said: str, facts: Sequence[str]) -> str:
    """Return a sentence with the moments of a test or an injury as of any, where its facts name none."""
    for kind in _KINDS:
        if kind.piece.search(said) and all(_names_no_other(kind, fact) for fact in facts) and _names(kind, facts):
            for side, written in kind.sides:
                said = re.sub(f"{kind.called}{side}", kind.name + written, said)
    return said


def _names(kind: Kind, facts: Sequence[str]) -> bool:
    """Say whether facts name a side of something by its kind alone."""
    return any(re.search(f"{_OPEN}{kind.name}[前后当]", fact) for fact in facts)


def _names_no_other(kind: Kind, fact: str) -> bool:
    return not re.search(kind.called, fact)


def _is_told(match: re.Match[str], facts: Sequence[str]) -> bool:
    """Say whether facts have what is done in a moment: 洗|澡, 拔|尿管."""
    named = match.groupdict()
    if "act" not in named:
        return True
    done = named["thing"] if len(named["thing"]) > 1 else named["act"] + named["thing"]
    return any(done in fact for fact in facts)


@lru_cache(maxsize=512)
def _rules(fact: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return (*islice(_awaited(fact), _MOST_RULES), *islice(_done(fact), _MOST_RULES))


def _awaited(fact: str) -> Iterable[tuple[re.Pattern[str], str]]:
    """Give how it is told that an event of a fact has not come yet."""
    for event in dict.fromkeys(match["event"] for match in _BEFORE.finditer(fact)):
        yield re.compile(f"{_NOT_YET}{event[-2:]}(?:{_WHILE})"), f"{event}前，"


def _done(fact: str) -> Iterable[tuple[re.Pattern[str], str]]:
    """Give how an act that a fact names in a word or two is told with what it is done to: 拔了尿管以后, 洗完澡."""
    for act, thing, side in dict.fromkeys(match.groups() for match in _BRIEF.finditer(fact)):
        told = (
            f"(?P<act>{act})[了完好过掉除]*(?P<thing>{_HAN}{{1,4}}?{thing})(?:完|好|掉)?(?:之|以)?{side}(?![往来提期])"
        )
        yield re.compile(told), f"{act}{thing}{side}"
        if side == "后":
            over = f"(?P<act>{act})[完好]了?(?P<thing>{_HAN}{{0,3}}{thing}){_SOON}"
            yield re.compile(over), f"{act}{thing}后"
