"""A sentence said again in the words of its facts: 坐直 is 端坐 where a fact writes 端坐.

Which forms stand for one another is for the table; one that no cited fact writes replaces nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from operator import add

from narrowcast.domain.control.facts.changes import as_changes
from narrowcast.domain.control.facts.counterparts import in_counterparts_of
from narrowcast.domain.control.facts.forms import Form
from narrowcast.domain.control.facts.kinds import without_kinds
from narrowcast.domain.control.facts.lexer import sizes_of
from narrowcast.domain.control.facts.makes import by_full_names
from narrowcast.domain.control.facts.naming import cuts
from narrowcast.domain.control.facts.normalization import OPEN, normalize
from narrowcast.domain.control.facts.occasions import in_moments_of
from narrowcast.domain.control.facts.tables.plain_care import PLAIN_CARE
from narrowcast.domain.control.facts.tables.plain_ills import PLAIN_ILLS, PLAIN_LACKS
from narrowcast.domain.control.facts.tables.plain_life import PLAIN_LIFE, PLAIN_LIFE_WHOLE
from narrowcast.domain.control.facts.tables.plain_manner import PLAIN_MANNER
from narrowcast.domain.control.facts.tables.plain_signs import PLAIN_SIGNS
from narrowcast.domain.control.facts.tables.sayings import SAYINGS

TABLES = (SAYINGS, PLAIN_SIGNS, PLAIN_ILLS, PLAIN_LACKS, PLAIN_CARE, PLAIN_MANNER, PLAIN_LIFE, PLAIN_LIFE_WHOLE)
"""Every table of sayings, in the order in which they are read."""


@cache
def _sayings() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Return the forms of all lines with those they stand for, and how long they are by their first two characters."""
    others: dict[str, list[str]] = defaultdict(list)
    for line in (row.split() for table in TABLES for row in table.strip().splitlines()):
        for form in line:
            others[form] += [other for other in line if other != form]
    return {form: tuple(forms) for form, forms in others.items()}, sizes_of(others)


_EXCEPTED = re.compile("\\((?P<whom>[\u4e00-\u9fff]{2,8})(?P<closer>时|者)除外\\)")
_CLOSERS = {"时": "(?:的时候|时|期间)，", "者": "的(?:人|患者|病人|朋友)，"}


def _with_exceptions(said: str, facts: Sequence[str]) -> str:
    """Say what is told of all others as an exception where a fact has one: 不鼻饲的时候，… for …(鼻饲时除外)."""
    for excepted in (match for fact in facts for match in _EXCEPTED.finditer(fact)):
        whom, closer = excepted["whom"], excepted["closer"]
        others = f"(?:不|没有?|没在)[打做用是得]?(?:{whom}){_CLOSERS[closer]}"
        said = re.sub(rf"{OPEN}{others}([^，。；]+)", rf"\1({whom}{closer}除外)", said)
    return said


_ANY = re.compile("")
_NUMERALS = "[\\d一两二三四五六七八九十半]"
_NOT_OVER = re.compile(
    rf"(?P<span>{_NUMERALS}+个?多?(?:天|周|星期|礼拜|月|小时|分钟)多?(?:以上)?)(?:还|都|仍|也|一直)+"
    "(?:没有?|不)见?(?:好|停|退|消|止)(?:住|下来)?(?=，)"
)
_OVER = re.compile("缓解|好转|改善|愈|恢复|消退|停|止|退")


def _lasting(said: str, facts: Sequence[str]) -> str:
    """Say of what is not over that it lasts so long (拉了两周还没好), where no fact asks whether it is."""
    return said if any(map(_OVER.search, facts)) else _NOT_OVER.sub(r"\g<span>", said)


_KEEPS_ON = re.compile("持续性?(?P<what>[\u4e00-\u9fff]{2})")
_NEVER_OVER = "(?:总也?|老也?|一直都?|总是|老是|始终)(?:不好|不停|不断|没好|好不了|不见好|停不下来)"


def _keeping_on(said: str, facts: Sequence[str]) -> str:
    """Say of what never gets better that it keeps on (干咳总不好), where a fact has it so."""
    for known in (match for fact in facts for match in _KEEPS_ON.finditer(fact)):
        said = re.sub(f"{known['what']}{_NEVER_OVER}", known[0], said)
    return said


_DREADS = re.compile("以免|免得|以防")
_BECAUSE = re.compile("因为(?:这样|那样)?(?:可能会|可能|有可能|容易|会)+")


def _dreading(said: str, facts: Sequence[str]) -> str:
    """Say of what is to be kept from coming that it would come (因为会影响吸收), where a fact tells it with 以免."""
    dreads = next(filter(None, map(_DREADS.search, facts)), None)
    return _BECAUSE.sub(dreads[0], said) if dreads and not any("因为" in fact for fact in facts) else said


_AGAIN = re.compile(
    f"(?:每)?(?:间隔|相隔|隔|过)(?P<span>{_NUMERALS}+个?(?:分钟|小时|天))(?:后|就|可以?|能)?再(?:重复)?[吸喷服吃用含做打给滴](?:[一1](?:次|回|遍))"
)
_REPEATED = re.compile("每[\\d~]+(?:分钟|小时|天)(?:可)?重复1次")


def _repeating(said: str, facts: Sequence[str]) -> str:
    """Say of what is done again after so long that it is repeated (隔20分钟再吸一次), where a fact says that."""
    return _AGAIN.sub(r"每\g<span>重复1次", said) if any(map(_REPEATED.search, facts)) else said


_FORM = Form("(?P<what>[\u4e00-\u9fff]{3,4}?)剂(?P<way>鼻喷|滴鼻|滴眼|吸入|外用|雾化)(?!剂)")


def _by_forms(said: str, facts: Sequence[str]) -> str:
    """Say of a form for some purpose (减充血的鼻喷剂) what is given so, where a fact has it thus: 减充血剂鼻喷."""
    for known in (match for fact in facts for match in _FORM.finditer(fact)):
        said = re.sub(f"{known['what']}的?{known['way']}(?:雾)?剂", known[0], said)
    return said


_MOSTLY = re.compile(
    "^(?:一般来说|一般来讲|一般而言|一般情况下|通常来说|通常情况下|总的来说|一般的话)，?(?=[^。]{4,40}[；，][^。]{2,}的(?:人|患者|病人|朋友)?[，要])"
)
_SET_APART = re.compile("^[^；]{4,40}[，；](?:[^，；。]{0,4}[有合伴患][^，；。]{2,10})者")


def _but_for_some(said: str, facts: Sequence[str]) -> str:
    """Say of all what is told of most (一般来说，…；有痛风石的，…), where a fact sets the others apart too."""
    plain = _MOSTLY.sub("", said)
    return plain if plain != said and any(map(_SET_APART.search, facts)) else said


_WHENEVER = re.compile(
    "(?:什么时候|啥时候|几点|任何时候)(?:[吃喝服用]都(?:可以|行|成|没关系)|都(?:可以|能|行)[吃喝服用]?)"
)


def _at_any_time(said: str, facts: Sequence[str]) -> str:
    """Say of what is taken whenever one likes (什么时候喝都行) what a fact does: 随时服用."""
    return _WHENEVER.sub("随时服用", said) if any("随时" in fact for fact in facts) else said


_TURNS: tuple[tuple[re.Pattern[str] | Form, Callable[[str, Sequence[str]], str]], ...] = (
    (_ANY, by_full_names),
    (_EXCEPTED, _with_exceptions),
    (_ANY, _lasting),
    (_FORM, _by_forms),
    (_SET_APART, _but_for_some),
    (_REPEATED, _repeating),
    (_KEEPS_ON, _keeping_on),
    (_DREADS, _dreading),
    (_ANY, in_moments_of),
    (_ANY, in_counterparts_of),
    (_ANY, as_changes),
    (_ANY, without_kinds),
    (_ANY, _at_any_time),
)
"""What is put as the facts put it, each after the one before it and with what one fact at least must have for it."""


@lru_cache(maxsize=512)
def _turns_for(fact: str) -> frozenset[int]:
    """Return the numbers of the turns that a fact may call for."""
    return frozenset(number for number, (needed, _) in enumerate(_TURNS) if needed.search(fact))


@lru_cache(maxsize=512)
def _forms_in(fact: str) -> frozenset[str]:
    """Return the forms that a fact writes."""
    sayings, sizes = _sayings()
    starts = [(at, sizes.get(fact[at : at + 2], ())) for at in range(len(fact))]
    return frozenset(
        form for at, longer in starts for size in (1, *longer) if (form := fact[at : at + size]) in sayings
    )


@lru_cache(maxsize=512)
def _starts_for(fact: str) -> frozenset[str]:
    """Return how all begins that may be said for a form that a fact writes, in two characters."""
    sayings = _sayings()[0]
    return frozenset(saying[:2] for form in _forms_in(fact) for saying in sayings[form])


def in_words_of(text: str, facts: Sequence[str]) -> str:
    """Return a sentence with what it says in other words than its facts in theirs; normalized where that is any."""
    known = [normalize(fact) for fact in facts]
    plain = normalize(text)
    said = plain
    for number in sorted(frozenset().union(*map(_turns_for, known))):
        said = _TURNS[number][1](said, known)
    written_in = frozenset[str]().union(*map(_forms_in, known))
    starts = frozenset[str]().union(*map(_starts_for, known))
    parts, done = [], 0
    for position, start in enumerate(map(add, said, said[1:])):
        sought = start in starts and position >= done
        saying, written = _written_at(said, position, written_in) if sought else ("", "")
        if saying:
            parts += [said[done:position], written]
            done = position + len(saying)
    return "".join([*parts, said[done:]]) if parts or said != plain else text


def _written_at(text: str, position: int, known: AbstractSet[str]) -> tuple[str, str]:
    """Return the longest saying at a place that the facts write otherwise, and how; two empty strings without one."""
    sayings, sizes = _sayings()
    for size in sizes[text[position : position + 2]]:
        saying = text[position : position + size]
        written = _written_in(known, saying, sayings[saying]) if saying in sayings else ""
        if written and not cuts(text, position, saying):
            return saying, written
    return "", ""


def _written_in(known: AbstractSet[str], saying: str, forms: Sequence[str]) -> str:
    """Return the form that is known from the facts; none where the saying is too."""
    written = [form for form in forms if form in known]
    return "" if not written or saying in known else max(written, key=len)
